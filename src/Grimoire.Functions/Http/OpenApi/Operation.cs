using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Grimoire.Functions.Security;

namespace Grimoire.Functions.Http.OpenApi;

/// <summary>One method of one route, as the document describes it.</summary>
sealed partial record Operation(string Method, string Path, string Tag, string Summary)
{
    /// <summary>Names of parameters in the URL's query; each is described in <see cref="ApiParameters"/>.</summary>
    public string[] Query { get; init; } = [];

    /// <summary>Names of headers; each is described in <see cref="ApiParameters"/>.</summary>
    public string[] Headers { get; init; } = [];

    /// <summary>The schema of the body.</summary>
    public string? Body { get; init; }

    public bool BodyIsOptional { get; init; }

    /// <summary>The body may be YAML.</summary>
    public bool Yaml { get; init; }

    /// <summary>Status codes of success, each with the schema of its body; null for none.</summary>
    public (int Status, string? Schema)[] Success { get; init; } = [];

    /// <summary>The status codes of problems that it may answer with, beside those that every operation may.</summary>
    public int[] Problems { get; init; } = [];

    /// <summary>Anybody may call it, without a key.</summary>
    public bool IsAnonymous { get; init; }

    /// <summary>What it answers is no JSON.</summary>
    public bool IsBinary { get; init; }

    public string Id => Method + string.Concat(Words().Matches(Path).Select(word => char.ToUpperInvariant(word.Value[0]) + word.Value[1..]));

    /// <param name="needs">What a key has to be.</param>
    public JsonObject ToJson(NeedsAttribute? needs)
    {
        var responses = new JsonObject();
        foreach (var (status, schema) in Success)
        {
            responses[$"{status}"] = Response(status, schema);
        }

        int[] always = IsAnonymous ? [400, 500] : [400, 401, 403, 429, 500, 503];
        foreach (var status in Problems.Concat(always).Except(Success.Select(success => success.Status)).Distinct().Order())
        {
            responses[$"{status}"] = Ref("responses", "Problem");
        }

        var operation = new JsonObject
        {
            ["operationId"] = Id,
            ["tags"] = new JsonArray(Tag),
            ["summary"] = Summary,
            ["parameters"] = new JsonArray([.. Parameters()]),
        };
        if (Body is not null)
        {
            operation["requestBody"] = new JsonObject { ["required"] = !BodyIsOptional, ["content"] = Content(Body) };
        }

        operation["responses"] = responses;
        if (IsAnonymous)
        {
            operation["security"] = new JsonArray();
        }

        if (needs is not null)
        {
            operation["x-role"] = needs.Operators ? "operator" : needs.Role.ToString().ToLowerInvariant();
        }

        return operation;
    }

    public static JsonObject Ref(string kind, string name) => new() { ["$ref"] = $"#/components/{kind}/{name}" };

    IEnumerable<JsonNode> Parameters() =>
        Placeholders().Matches(Path).Select(match => "path." + match.Groups[1].Value)
            .Concat(Query.Select(name => "query." + name))
            .Concat(Headers.Select(name => "header." + name))
            .Select(name => Ref("parameters", name));

    JsonObject Response(int status, string? schema)
    {
        var response = new JsonObject { ["description"] = status switch { 201 => "Created.", 202 => "Accepted.", 204 => "Done.", 206 => "A part.", 304 => "Not modified.", 503 => "Not there.", _ => "OK." } };
        if (IsBinary && status is 200 or 206)
        {
            response["content"] = new JsonObject { ["*/*"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string", ["format"] = "binary" } } };
        }
        else if (schema is not null)
        {
            response["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = Ref("schemas", schema) } };
        }

        return response;
    }

    JsonObject Content(string schema)
    {
        var content = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = Ref("schemas", schema) } };
        if (Yaml)
        {
            content["application/yaml"] = new JsonObject { ["schema"] = Ref("schemas", schema) };
        }

        return content;
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Placeholders();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Words();
}
