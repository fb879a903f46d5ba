using Grimoire.Documents;

namespace Grimoire.Tools;

/// <summary>Checks requests, and what is taken from responses.</summary>
static class RequestCheck
{
    /// <returns>What the request uses.</returns>
    public static Uses Request(ToolSubject subject, RequestTemplate request, string pointer, ToolRoots roots)
    {
        var uses = new Uses();
        subject.Template(request.Method, pointer + "/method", roots, uses);
        subject.Template(request.Url, pointer + "/url", roots, uses);
        subject.Template(request.Query, pointer + "/query", roots, uses);
        subject.Template(request.Headers, pointer + "/headers", roots, uses);
        subject.Template(request.Body, pointer + "/body", roots, uses);
        subject.Template(request.Multipart, pointer + "/multipart", roots, uses);
        if (!request.Url.StartsWith("${", StringComparison.Ordinal)
            && !request.Url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) && !request.Url.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        {
            subject.Error(pointer + "/url", "tool.url", "'url' has to begin with https://, http:// or an expression.");
        }

        foreach (var (name, _) in request.Headers ?? [])
        {
            if (name.Length == 0 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal)))
            {
                subject.Error(JsonPointer.Append(pointer + "/headers", name), "tool.header", $"'{name}' cannot be the name of a header.");
            }
        }

        return uses;
    }

    public static void Response(ToolSubject subject, ResponseMapping? response, string pointer, ToolRoots roots)
    {
        if (response is null)
        {
            return;
        }

        subject.Template(response.Output, pointer + "/output", roots);
        subject.Template(response.CostUsd, pointer + "/costUsd", roots);

        // Requests fail too, and these are for what answers them then.
        subject.Template(response.RequestId, pointer + "/requestId", roots.OfAnswers);
        subject.Template(response.ErrorMessage, pointer + "/errorMessage", roots.OfAnswers);
        for (var index = 0; index < response.Artifacts.Count; index++)
        {
            var place = JsonPointer.Append(pointer + "/artifacts", index);
            subject.Template(response.Artifacts[index].From, place + "/from", roots);
            subject.Template(response.Artifacts[index].Name, place + "/name", roots);
        }

        foreach (var code in response.Transient.Intersect(response.Permanent))
        {
            subject.Error(pointer + "/permanent", "tool.status", $"Status {code} cannot be both transient and permanent.");
        }
    }
}
