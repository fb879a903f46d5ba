using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Tests.Orchestrations.Support;

namespace Grimoire.Functions.Tests.Orchestrations;

/// <summary>A failure says in which attempt it was, or that it was in none; and it is passed on as it is.</summary>
[Trait("Row", "DW10")]
public sealed class FailurePlaceTests
{
    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 4)]
    public async Task The_first_attempt_and_a_retry_are_told_apart(bool transient, int attempt)
    {
        var script = new Script(Planned.Sequence(Planned.Step("a"))) { Tool = _ => Script.Failed(transient: transient) };

        await new SimulatedCast(script).RunAsync();

        Assert.Equal(attempt, script.Inputs<CastEnd>().Single().Failure?.Attempt);
        Assert.Equal(Enumerable.Range(1, attempt), script.Journal.Where(e => e.Type == CastEvents.AttemptStarted).Select(e => e.Attempt!.Value));
        Assert.Equal(attempt - 1, script.Journal.Count(e => e.Type == CastEvents.AttemptRetrying));
    }

    [Theory]
    [InlineData(nameof(DecideStep))]
    [InlineData(nameof(SupplyValue))]
    [InlineData(nameof(CombineItems))]
    public async Task What_failed_outside_of_any_attempt_names_none(string activity)
    {
        var script = new Script(Planned.Sequence(Planned.ForEach("a", 1) with { IsConditional = true, Catch = [new PlannedCatch(["http.*"], null)] }))
        {
            Decide = _ => new StepDecision(Runs: true, Items: 1),
            Tool = order => activity == nameof(SupplyValue) ? Script.Failed() : Script.Done(order),
            Before = (name, _) => RetryTests.Throw(name == activity, "System.InvalidOperationException"),
        };

        await new SimulatedCast(script).RunAsync();

        var failure = script.Inputs<CastEnd>().Single().Failure!;
        Assert.Equal(("a", (int?)null, (int?)null), (failure.Step, failure.Attempt, failure.Item));
    }

    [Fact]
    public async Task A_failure_is_not_wrapped_on_its_way_to_the_end_of_the_cast()
    {
        var told = new Failure
        {
            Code = "http.status",
            Message = "It answered 503.",
            Phase = Phase.Execute,
            Step = "a",
            Attempt = 1,
            Tool = "paid",
            Cause = new Failure { Code = "http.connection", Message = "It broke off.", Phase = Phase.Execute },
        };
        var script = new Script(Planned.Sequence(Planned.Step("a"))) { Tool = _ => new AttemptOutcome { Failure = told } };

        var (_, thrown) = await new SimulatedCast(script).RunAsync();

        Assert.Equal(told, script.Inputs<CastEnd>().Single().Failure);
        Assert.Equal("Step 'a', attempt 1, execute: It answered 503. (http.status)", thrown?.Message);
    }

    [Fact]
    public async Task What_an_activity_has_thrown_is_told_once_and_without_the_exceptions_around_it()
    {
        var script = new Script(Planned.Sequence(Planned.Step("a"))) { Before = (name, _) => RetryTests.Throw(name == nameof(RunTool), "System.InvalidOperationException") };

        await new SimulatedCast(script).RunAsync();

        var failure = script.Inputs<CastEnd>().Single().Failure!;
        Assert.Equal(("RunTool: It is away.", (Failure?)null), (failure.Message, failure.Cause));
    }
}
