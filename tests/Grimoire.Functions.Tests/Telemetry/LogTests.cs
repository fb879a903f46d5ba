using Grimoire.Functions.Tests.Activities;
using Grimoire.Functions.Tools;

namespace Grimoire.Functions.Tests.Telemetry;

/// <summary>What is logged of casts says of which, and nothing of what went in.</summary>
[Trait("Row", "UX14")]
public sealed class LogTests
{
    const string Input = "a-word-that-only-the-input-has";

    [Fact]
    public async Task What_is_logged_while_an_attempt_runs_says_of_which_and_nothing_of_its_input()
    {
        var world = await World.WithStepAsync(World.Step(with: $$"""{ "prompt": "{{Input}}" }"""));
        world.Paid.Answer = (_, _) => throw new InvalidOperationException("It has broken down.");

        await world.NewWorker().DeliverAsync(World.Order() with { Attempt = 2 });

        var (_, scope) = Assert.Single(world.Logs.Scoped, logged => logged.Line.Contains("It has broken down.", StringComparison.Ordinal));
        Assert.Equal((World.Cast, "one", 2), (scope["CastId"], scope["StepId"], scope["Attempt"]));
        Assert.DoesNotContain(Input, world.Logs.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_logged_of_an_attempt_that_succeeds_has_nothing_of_its_input_either()
    {
        var world = await World.WithStepAsync(World.Step(with: $$"""{ "prompt": "{{Input}}" }"""));
        world.Paid.Answer = (call, _) => Task.FromResult(ToolResult.Of(call.Input.DeepClone()));

        var outcome = await world.NewWorker().DeliverAsync();

        Assert.Contains(Input, outcome.Output!.Value!.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Input, world.Logs.All, StringComparison.Ordinal);
    }
}
