using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Grimoire.Functions.Tools;

namespace Grimoire.Functions.Tests.Activities;

/// <summary>A tool that does as a test says, and counts how often it was called for each idempotency key.</summary>
sealed class ScriptedTool(string kind, bool isPure = false) : IToolRunner
{
    readonly ConcurrentQueue<string> _calls = new();

    public Func<ToolCall, CancellationToken, Task<ToolResult>> Answer { get; set; } =
        (_, _) => Task.FromResult(new ToolResult { Output = new JsonObject { ["text"] = "done" }, CostUsd = 0.25m });

    public bool IsPure => isPure;

    public IReadOnlyList<string> Calls => [.. _calls];

    public int CallsFor(string idempotencyKey) => _calls.Count(key => key == idempotencyKey);

    public bool Runs(string asked) => asked == kind;

    public async Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellation)
    {
        _calls.Enqueue(call.Attempt.IdempotencyKey);
        var result = await Answer(call, cancellation);
        call.Bill.CostUsd += result.CostUsd;
        foreach (var usage in result.Usage)
        {
            call.Bill.Add(usage with { CostUsd = null });
        }

        return result;
    }
}
