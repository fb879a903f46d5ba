using System.Text.Json;
using Grimoire.Documents;
using Grimoire.Spells;

namespace Grimoire.Tools;

/// <summary>Reads requests, and what is taken from responses: of a tool of kind http, and of the jobs that it starts.</summary>
static class RequestReader
{
    const int MaxUrl = 4000;

    static readonly IReadOnlyList<string> ArtifactFields = ["as", "from"];

    public static RequestTemplate? Request(ObjectReader owner, string name, SpellLimits limits)
    {
        if (owner.Take(name) is not { } value || ObjectReader.Of(value, owner.At(name), $"'{name}'", owner.Findings) is not { } reader)
        {
            return null;
        }

        if (!reader.Has("url"))
        {
            reader.Missing("url");
        }

        var method = reader.Text("method", limits.IdLength);
        if (method is not null && !method.Contains("${", StringComparison.Ordinal) && !(method.Length > 0 && method.All(char.IsAsciiLetterUpper)))
        {
            reader.Error("method", "field.value", $"'method' is {ObjectReader.Shown(method)}; an HTTP method in capitals is wanted, such as POST.");
        }

        var request = new RequestTemplate
        {
            Method = method ?? new RequestTemplate { Url = "" }.Method,
            Url = reader.Text("url", MaxUrl) ?? "",
            Query = reader.Object("query")?.DeepClone().AsObject(),
            Headers = reader.Object("headers")?.DeepClone().AsObject(),
            Body = reader.Take("body")?.DeepClone(),
            Multipart = reader.Object("multipart")?.DeepClone().AsObject(),
        };
        if (reader.Has("body") && reader.Has("multipart"))
        {
            reader.Error("multipart", "field.conflict", "'multipart' stands in place of 'body'; only one of them can be sent.");
        }

        reader.End();
        return request;
    }

    public static ResponseMapping? Response(ObjectReader owner, string name, SpellLimits limits)
    {
        if (owner.Take(name) is not { } value || ObjectReader.Of(value, owner.At(name), $"'{name}'", owner.Findings) is not { } reader)
        {
            return null;
        }

        var response = new ResponseMapping
        {
            Output = reader.Take("output")?.DeepClone(),
            Artifacts = Artifacts(reader, limits),
            CostUsd = reader.Take("costUsd")?.DeepClone(),
            RequestId = reader.Take("requestId")?.DeepClone(),
            ErrorMessage = reader.Take("errorMessage")?.DeepClone(),
            Transient = Codes(reader, "transient", limits),
            Permanent = Codes(reader, "permanent", limits),
        };
        reader.End();
        return response;
    }

    static List<ArtifactMapping> Artifacts(ObjectReader response, SpellLimits limits)
    {
        var mappings = new List<ArtifactMapping>();
        var items = response.Array("artifacts", limits.Patterns) ?? [];
        for (var index = 0; index < items.Count; index++)
        {
            if (ObjectReader.Of(items[index], JsonPointer.Append(response.At("artifacts"), index), "an artifact", response.Findings) is not { } reader)
            {
                continue;
            }

            foreach (var needed in ArtifactFields.Where(needed => !reader.Has(needed)))
            {
                reader.Missing(needed);
            }

            mappings.Add(new ArtifactMapping(
                reader.Text("as", limits.IdLength) ?? "",
                reader.Take("from")?.DeepClone() ?? "",
                reader.Text("name", limits.NameLength),
                reader.Text("contentType", limits.NameLength)));
            reader.End();
        }

        return mappings;
    }

    static List<int> Codes(ObjectReader response, string name, SpellLimits limits)
    {
        var codes = new List<int>();
        var items = response.Array(name, limits.Patterns) ?? [];
        for (var index = 0; index < items.Count; index++)
        {
            if (items[index]?.GetValueKind() == JsonValueKind.Number && int.TryParse(items[index]!.ToJsonString(), out var code) && code is >= 100 and <= 599)
            {
                codes.Add(code);
            }
            else
            {
                response.Findings.Add(new Finding(
                    JsonPointer.Append(response.At(name), index), "field.value", $"An item of '{name}' has to be a status code, 100 to 599."));
            }
        }

        return codes;
    }
}
