using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;

namespace Grimoire.Functions.Tests.Activities;

/// <summary>A cast begins once and ends once, however often it is told to.</summary>
public sealed class CastEndsTests
{
    [Fact]
    [Trait("Row", "SP20")]
    public async Task Started_twice_it_has_begun_once_with_the_same_plan()
    {
        var world = new World();
        await world.WriteAsync(world.ManifestOf(World.Step()) with
        {
            Redrive = new RedriveOrigin(
                "acme-0000000000000000000",
                "one",
                new Dictionary<string, ReusedStep>
                {
                    ["zero"] = new(new Payload { Value = "kept" }, "acme-0000000000000000000", false, []),
                    ["none"] = new(Payload.Nothing, "acme-0000000000000000000", true, []),
                },
                new Dictionary<string, IReadOnlyList<ReusedItem>> { ["one"] = [new(2, new Payload { Value = "part" }, "acme-0000000000000000000", [Picture])] }),
        });

        var first = await world.NewWorker().StartCast.BeginAsync(new CastOrder(World.Cast), default);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        var second = await world.NewWorker().StartCast.BeginAsync(new CastOrder(World.Cast), default);

        Assert.Null(first.Failure);
        Assert.Equal(World.Travelled(first).Plan!.Steps.Select(step => step.Id), World.Travelled(second).Plan!.Steps.Select(step => step.Id));
        Assert.Equal(["cast.created", "cast.started", "step.reused", "step.reused", "item.reused"], await world.TypesAsync());
        Assert.Equal(10, (await world.LinesAsync()).Count);
        Assert.Equal("part", (string?)World.Travelled(first).Plan!.Steps[0].ReusedItems![2].Value);
        Assert.Equal([Picture], (await world.ViewAsync()).Artifacts);
    }

    static readonly StoredArtifact Picture = new("one/2/a.png", "image/png", 3, "00", "acme-0000000000000000000", "one", 1, "/api/casts/acme-0000000000000000000/artifacts/one/2/a.png", 2);

    [Fact]
    [Trait("Row", "SP15")]
    public async Task A_manifest_without_a_tool_that_it_needs_does_not_start()
    {
        var world = await World.WithStepAsync(World.Step("gone"));

        var start = await world.NewWorker().StartCast.BeginAsync(new CastOrder(World.Cast), default);

        Assert.Null(start.Plan);
        Assert.Equal(("cast.invalid", Phase.Validate), (start.Failure!.Code, start.Failure.Phase));
        Assert.Contains("gone", start.Failure.Message, StringComparison.Ordinal);
        Assert.Contains("'one'", start.Failure.Message, StringComparison.Ordinal);
        Assert.Equal(["cast.created"], await world.TypesAsync());
    }

    [Fact]
    [Trait("Row", "SP20")]
    public async Task Ended_twice_it_has_ended_as_it_did_first()
    {
        var world = await World.WithToolAsync();
        var failure = new Failure { Code = "storage.unavailable", Message = "Away.", Phase = Phase.Store };
        var first = await world.NewWorker().FinishCast.EndAsync(Completed(new JsonObject { ["a"] = 1 }), default);

        var second = await world.NewWorker().FinishCast.EndAsync(new CastEnd(World.Cast, CastStatus.Failed, 9) { Failure = failure }, default);

        Assert.All([first, second], outcome => Assert.Equal((CastStatus.Completed, 1m, null), (outcome.Status, outcome.CostUsd, outcome.Failure)));
        Assert.Equal(["cast.completed"], await world.TypesAsync());
    }

    [Theory]
    [InlineData("*result.json", nameof(StoreOperation.Create), false)]
    [InlineData("*result.json", nameof(StoreOperation.Create), true)]
    [InlineData("*journal*", nameof(StoreOperation.Append), false)]
    [InlineData("*journal*", nameof(StoreOperation.Append), true)]
    [InlineData("*outputs*", nameof(StoreOperation.Create), false)]
    [InlineData("*outputs*", nameof(StoreOperation.Create), true)]
    [Trait("Row", "SP09")]
    [Trait("Row", "KZ15")]
    public async Task An_end_that_storage_breaks_off_is_completed(string name, string operation, bool after)
    {
        var world = await World.WithStepAsync(World.Step());
        await WithOutputAsync(world, """{ "all": "${steps.one.output}" }""");
        var end = Completed(new string('x', 9000));
        using (var fault = world.Faults.Fail(name, Enum.Parse<StoreOperation>(operation), moment: after ? FaultMoment.After : FaultMoment.Before))
        {
            await Assert.ThrowsAsync<StorageException>(() => world.NewWorker().FinishCast.EndAsync(end, default));
            Assert.Equal(1, fault.Hits);
        }

        var outcome = await world.NewWorker().FinishCast.EndAsync(end, default);

        Assert.Equal(CastStatus.Completed, outcome.Status);
        var output = await world.NewWorker().Casts.LoadAsync(outcome.Output, default);
        Assert.Equal(9000, ((string?)output?["all"])?.Length);
        Assert.Equal(["cast.completed"], await world.TypesAsync());
    }

    [Theory]
    [InlineData("""{ "cover": "${steps.one.output.cover}" }""", "output.unbound", "cover")]
    [InlineData("""{ "twice": [ "${steps.one.output}", "${steps.one.output}" ] }""", "output.tooLarge", "65536")]
    [Trait("Row", "SP03")]
    public async Task An_output_that_cannot_be_given_fails_the_cast_and_keeps_its_cost(string template, string code, string says)
    {
        var world = await World.WithStepAsync(World.Step());
        await WithOutputAsync(world, template);

        var outcome = await world.NewWorker().FinishCast.EndAsync(Completed(new JsonObject { ["x"] = new string('x', 40_000) }), default);

        Assert.Equal((CastStatus.Failed, code, Phase.Complete, 1m), (outcome.Status, outcome.Failure!.Code, outcome.Failure.Phase, outcome.CostUsd));
        Assert.Contains(says, outcome.Failure.Message, StringComparison.Ordinal);
        Assert.Equal(["cast.failed"], await world.TypesAsync());
        var view = await world.ViewAsync();
        Assert.Equal((CastStatus.Failed, code), (view.Status, view.Failure?.Code));
    }

    static CastEnd Completed(JsonNode output) => new(World.Cast, CastStatus.Completed, 1)
    {
        Views = new Dictionary<string, StepView> { ["one"] = new(StepStatus.Completed, new Payload { Value = output }, null) },
    };

    /// <summary>The same manifest with an output.</summary>
    static async Task WithOutputAsync(World world, string template)
    {
        await world.Disk.DeleteAsync(CastObjects.Manifest(World.Cast), default);
        await world.WriteAsync(world.Manifest with { Spell = world.Manifest.Spell with { Output = JsonNode.Parse(template) } });
    }
}
