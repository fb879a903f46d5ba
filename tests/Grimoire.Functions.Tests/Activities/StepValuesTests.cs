using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Spells;

namespace Grimoire.Functions.Tests.Activities;

/// <summary>What a step comes to that is not the output of one tool: its elements together, or a value in its place; and whether it runs at all.</summary>
public sealed class StepValuesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Elements_are_put_together_in_order(int count)
    {
        var world = await World.WithToolAsync();
        var items = Enumerable.Range(0, count).Select(i => new Payload { Value = i == 1 ? null : JsonValue.Create(i) });

        var outcome = await CombineAsync(world, items);

        Assert.Equal(count == 0 ? "[]" : "[0,null,2]", outcome.Output!.Value!.ToJsonString());
        Assert.Equal(["step.started", "step.completed"], await world.TypesAsync());
    }

    [Fact]
    public async Task Many_large_elements_are_put_together_by_reference_and_the_same_again()
    {
        var world = await World.WithToolAsync();
        var casts = new CastStore(world.Disk);
        var items = new List<Payload>();
        for (var i = 0; i < 5; i++)
        {
            items.Add(await casts.KeepAsync($"casts/{World.Cast}/outputs/{i}.json", new JsonObject { ["i"] = i, ["text"] = new string('x', 9000) }, default));
        }

        foreach (var outcome in new[] { await CombineAsync(world, items), await CombineAsync(world, items) })
        {
            Assert.Equal(CastObjects.Output(World.Cast, "one"), outcome.Output?.StoredAs);
            var value = await world.NewWorker().Casts.LoadAsync(outcome.Output!, default);
            Assert.Equal([0, 1, 2, 3, 4], value!.AsArray().Select(item => (int)item!["i"]!));
        }

        Assert.Equal(["step.started", "step.completed"], await world.TypesAsync());
    }

    [Fact]
    public async Task Elements_that_are_too_large_together_fail_the_step()
    {
        var world = await World.WithToolAsync();

        var outcome = await CombineAsync(world, Enumerable.Repeat(new Payload { Value = new string('x', 4000) }, 20));

        Assert.Equal(("output.tooLarge", Phase.Complete, "one"), (outcome.Failure!.Code, outcome.Failure.Phase, outcome.Failure.Step));
        Assert.Contains("20 elements", outcome.Failure.Message, StringComparison.Ordinal);
        Assert.Empty(await world.EventsAsync());
    }

    [Theory]
    [InlineData("""{ "image": "none", "why": "${error.code}" }""", """{"image":"none","why":"http.status"}""")]
    [InlineData("null", null)]
    [InlineData("\"${error.step}\"", "\"one\"")]
    public async Task A_caught_failure_is_replaced_by_a_value(string template, string? value)
    {
        var world = await World.WithStepAsync(World.Step() with { Catch = [new CatchClause { Value = JsonNode.Parse(template) }] });

        var outcome = await world.NewWorker().SupplyValue.RunAsync(World.Order() with { Error = Failed }, default);

        Assert.Null(outcome.Failure);
        Assert.Equal(value, outcome.Output!.Value?.ToJsonString());
    }

    [Fact]
    public async Task A_value_that_cannot_be_bound_is_a_failure_that_says_where()
    {
        var world = await World.WithStepAsync(World.Step() with { Catch = [new CatchClause { Value = new JsonObject { ["x"] = "${error.details.nothing}" } }] });

        var outcome = await world.NewWorker().SupplyValue.RunAsync(World.Order() with { Error = Failed }, default);

        Assert.Equal(("bind.failed", "/catch/value/x"), (outcome.Failure!.Code, (string?)outcome.Failure.Details?["pointer"]));
    }

    /// <summary>The elements were put together and stored, and then the step failed nevertheless.</summary>
    [Fact]
    public async Task A_large_caught_value_is_not_the_output_that_the_step_has_stored_before()
    {
        var world = await World.WithStepAsync(World.Step() with { Catch = [new CatchClause { Value = new string('v', 9000) }] });
        using (world.Faults.Fail("*journal*"))
        {
            await Assert.ThrowsAsync<StorageException>(() => CombineAsync(world, Enumerable.Repeat(new Payload { Value = new string('x', 4000) }, 3)));
        }

        var outcome = await world.NewWorker().SupplyValue.RunAsync(World.Order() with { Error = Failed }, default);

        Assert.Equal(new string('v', 9000), (string?)await world.NewWorker().Casts.LoadAsync(outcome.Output!, default));
    }

    [Theory]
    [InlineData("true", null, true, null, null)]
    [InlineData("false", null, false, null, null)]
    [InlineData("\"${null}\"", null, false, null, null)]
    [InlineData("7", null, false, null, "/when")]
    [InlineData("\"${steps.zero.output}\"", null, false, null, "/when")]
    [InlineData("true", "[1,2,3]", true, 3, null)]
    [InlineData("false", "7", false, null, null)]
    [InlineData(null, "[]", true, 0, null)]
    [InlineData(null, "7", false, null, "/forEach")]
    [InlineData(null, "\"${range(0, 101)}\"", false, null, "/forEach")]
    public async Task Whether_a_step_runs_is_decided_or_it_is_said_why_not(string? when, string? forEach, bool runs, int? items, string? wrongAt)
    {
        var world = await World.WithStepAsync(World.Step() with { When = when is null ? null : JsonNode.Parse(when), ForEach = forEach is null ? null : JsonNode.Parse(forEach) });

        var decision = await world.NewWorker().DecideStep.RunAsync(World.Order(), default);

        Assert.Equal((runs, items), (decision.Runs, decision.Items));
        Assert.Equal(wrongAt, (string?)decision.Failure?.Details?["pointer"]);
    }

    static Failure Failed => new() { Code = "http.status", Message = "It answered 500.", Phase = Phase.Execute, Step = "one" };

    static Task<AttemptOutcome> CombineAsync(World world, IEnumerable<Payload> items) =>
        world.NewWorker().CombineItems.RunAsync(new StepItems(World.Cast, "one", [.. items]), default);
}
