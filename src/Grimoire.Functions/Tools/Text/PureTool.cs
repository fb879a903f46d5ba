using System.Text.Json.Nodes;

namespace Grimoire.Functions.Tools.Text;

/// <summary>Kinds that only compute: a name and a function each.</summary>
sealed class PureTool(IReadOnlyDictionary<string, Func<JsonObject, JsonNode?>> kinds) : IToolRunner
{
    public bool IsPure => true;

    public bool Runs(string kind) => kinds.ContainsKey(kind);

    public Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellation)
    {
        try
        {
            return Task.FromResult(ToolResult.Of(kinds[call.Tool.Kind](call.Input)));
        }
        catch (ToolFailedException failed)
        {
            return Task.FromResult(new ToolResult { Failure = failed.Failure });
        }
    }
}
