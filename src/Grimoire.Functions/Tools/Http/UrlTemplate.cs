using System.Text;
using System.Text.Json.Nodes;

namespace Grimoire.Functions.Tools.Http;

/// <summary>A URL with ${…} in it: what an expression comes to is one percent-encoded piece and cannot become another host, path or query.</summary>
static class UrlTemplate
{
    const string Place = "request.url";

    public static Uri Evaluate(string template, JsonObject? query, CallValues values)
    {
        var url = new StringBuilder();
        foreach (var (text, isExpression) in Pieces(template))
        {
            if (!isExpression)
            {
                url.Append(text);
                continue;
            }

            var value = values.EvaluateText(JsonValue.Create(text), Place, Codes.RequestInvalid)
                ?? throw ToolFailedException.Permanent(Codes.RequestInvalid, $"{text} in {Place} comes to nothing.");

            // What the URL begins with is the address itself: a base URL from the configuration, or a whole URL.
            url.Append(url.Length == 0 ? value : Uri.EscapeDataString(value));
        }

        Append(url, query, values);
        return Parse(url.ToString());
    }

    static Uri Parse(string url)
    {
        var path = url.Split('?', '#')[0];
        if (path.Split('/').Any(segment => segment is "." or ".."))
        {
            throw ToolFailedException.Permanent(
                Codes.RequestInvalid, $"{Place} comes to a path with '.' or '..' in it, which would lead elsewhere.");
        }

        return Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Host.Length > 0
            ? uri
            : throw ToolFailedException.Permanent(
                Codes.RequestInvalid, $"{Place} comes to '{path}', which is not an absolute URL such as https://host/path.");
    }

    static void Append(StringBuilder url, JsonObject? query, CallValues values)
    {
        foreach (var (name, template) in query ?? [])
        {
            var value = values.Evaluate(template, "request.query", Codes.RequestInvalid);
            foreach (var one in value is JsonArray list ? [.. list] : new[] { value })
            {
                if (CallValues.TextOf(one) is { } text)
                {
                    url.Append(url.ToString().Contains('?', StringComparison.Ordinal) ? '&' : '?')
                        .Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(text));
                }
            }
        }
    }

    /// <summary>Splits at ${…}; braces and quotes inside are counted.</summary>
    static IEnumerable<(string Text, bool IsExpression)> Pieces(string template)
    {
        var at = 0;
        while (at < template.Length)
        {
            var start = template.IndexOf("${", at, StringComparison.Ordinal);
            if (start < 0)
            {
                yield return (template[at..], false);
                yield break;
            }

            // $${ stands for ${ itself.
            if (start > at && template[start - 1] == '$')
            {
                yield return ($"{template[at..(start - 1)]}${{", false);
                at = start + 2;
                continue;
            }

            if (start > at)
            {
                yield return (template[at..start], false);
            }

            var end = EndOf(template, start + 2);
            yield return (template[start..end], true);
            at = end;
        }
    }

    static int EndOf(string template, int at)
    {
        var depth = 1;
        for (char? quote = null; at < template.Length; at++)
        {
            var character = template[at];
            if (quote is not null)
            {
                if (character == '\\')
                {
                    at++;
                }
                else if (character == quote)
                {
                    quote = null;
                }
            }
            else if (character is '\'' or '"')
            {
                quote = character;
            }
            else if (character == '{')
            {
                depth++;
            }
            else if (character == '}' && --depth == 0)
            {
                return at + 1;
            }
        }

        // Unclosed: the parser says so, and where.
        return template.Length;
    }
}
