using System.Text.Json.Nodes;
using Grimoire.Expressions;
using Grimoire.Tools;

namespace Grimoire.Functions.Webhooks;

/// <summary>
/// The headers of a callback that are kept: those that the templates of its tool name. All others may have credentials, of the provider or of a proxy between, and
/// nobody could ever read them.
/// </summary>
static class KeptHeaders
{
    /// <summary>Their names, in lower case.</summary>
    public static IReadOnlySet<string> Of(ToolDefinition tool)
    {
        var callback = tool.Job?.Callback;
        JsonNode?[] templates =
        [
            tool.Job?.State, tool.Job?.Progress, callback?.RunId, callback?.MessageId, callback?.State, callback?.Progress,
            .. TemplatesOf(callback?.Response), .. TemplatesOf(tool.Response),
        ];
        return templates.SelectMany(NamedIn).ToHashSet(StringComparer.Ordinal);
    }

    static IEnumerable<JsonNode?> TemplatesOf(ResponseMapping? mapping) => mapping is null
        ? []
        : [mapping.Output, mapping.CostUsd, mapping.RequestId, mapping.ErrorMessage, .. mapping.Artifacts.SelectMany(artifact => new[] { artifact.From, artifact.Name })];

    static IEnumerable<string> NamedIn(JsonNode? template) =>
        from reference in Template.Parse(template, [])?.References ?? []
        let name = reference is { Root: "response", Path: ["headers", string header, ..] } ? header : null
        where name is not null
        select name;
}
