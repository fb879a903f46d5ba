using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;
using Grimoire.Spells;

namespace Grimoire.Functions.Tests.Activities;

/// <summary>A step that casts a spell: one sub-cast for one attempt, and what it came to is what the attempt came to.</summary>
public sealed class SubCastTests
{
    static readonly string Child = CastIds.Child(World.Key());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Prepared_twice_it_is_one_sub_cast(bool sameWorker)
    {
        var world = await WithSpellAsync();
        var worker = world.NewWorker();
        Assert.Equal(new AttemptOutcome(), await worker.PrepareSubCast.RunAsync(World.Order(), default));
        var first = await ManifestAsync(world);
        world.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(new AttemptOutcome(), await (sameWorker ? worker : world.NewWorker()).PrepareSubCast.RunAsync(World.Order(), default));

        var second = await ManifestAsync(world);
        Assert.Equal(first!.CreatedAt, second!.CreatedAt);
        Assert.Equal(new CastParent(World.Cast, "one", null, 1, 1), second.Parent);
        Assert.Equal("""{"artist":"Nina","hd":false}""", second.Inputs.ToJsonString());
        Assert.Equal(AttemptStatus.Running, (await world.RecordAsync())?.Status);
        Assert.Equal(["step.started", "attempt.started"], await world.TypesAsync());
    }

    [Fact]
    public async Task A_preparation_that_storage_breaks_off_is_completed()
    {
        var world = await WithSpellAsync();
        foreach (var (name, moment) in new[] { ("*attempts/*", FaultMoment.Before), ("*attempts/*", FaultMoment.After), ("*~*manifest.json", FaultMoment.Before), ("*~*manifest.json", FaultMoment.After) })
        {
            using (world.Faults.Fail(name, StoreOperation.Create, moment: moment))
            {
                await Assert.ThrowsAsync<StorageException>(() => world.NewWorker().PrepareSubCast.RunAsync(World.Order(), default));
            }
        }

        Assert.Equal(new AttemptOutcome(), await world.NewWorker().PrepareSubCast.RunAsync(World.Order(), default));
        Assert.Equal(Child, (await ManifestAsync(world))?.CastId);
    }

    [Theory]
    [InlineData("""{ "artist": 7 }""", "input.invalid", Phase.Validate)]
    [InlineData("{}", "input.invalid", Phase.Validate)]
    [InlineData("""{ "artist": "${steps.zero.output}" }""", "bind.failed", Phase.Bind)]
    [Trait("Row", "SP19")]
    public async Task Inputs_that_do_not_fit_the_spell_fail_the_step_before_anything_is_cast(string with, string code, Phase phase)
    {
        var world = await WithSpellAsync(with);

        var outcome = await world.NewWorker().PrepareSubCast.RunAsync(World.Order(), default);

        Assert.Equal((code, phase, "one", 1, "spell:child"), (outcome.Failure!.Code, outcome.Failure.Phase, outcome.Failure.Step, outcome.Failure.Attempt, outcome.Failure.Tool));
        Assert.Null(await ManifestAsync(world));
        Assert.Equal(["step.started", "attempt.started", "attempt.failed"], await world.TypesAsync());
        Assert.Equal(code, (await world.NewWorker().PrepareSubCast.RunAsync(World.Order(), default)).Failure?.Code);
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task Spells_cast_spells_only_so_deep(int depth, bool allowed)
    {
        var world = await WithSpellAsync(change: manifest => manifest with { Parent = new CastParent("acme-0000000000000000009", "x", null, 1, depth) });

        var outcome = await world.NewWorker().PrepareSubCast.RunAsync(World.Order(), default);

        Assert.Equal(allowed ? null : "cast.tooDeep", outcome.Failure?.Code);
        Assert.Equal(allowed, await ManifestAsync(world) is not null);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(2.0, null, 2.0)]
    [InlineData(null, 3.0, 3.0)]
    [InlineData(2.0, 3.0, 2.0)]
    [InlineData(4.0, 3.0, 3.0)]
    [Trait("Row", "UX06")]
    public async Task A_sub_cast_may_spend_what_it_may_and_what_is_left(double? own, double? left, double? becomes)
    {
        var world = await WithSpellAsync(change: manifest => manifest with { Spells = new Dictionary<string, Spell> { ["child"] = ChildSpell with { BudgetUsd = (decimal?)own } } });

        await world.NewWorker().PrepareSubCast.RunAsync(World.Order() with { BudgetUsd = (decimal?)left }, default);

        Assert.Equal((decimal?)becomes, (await ManifestAsync(world))!.BudgetUsd);
    }

    [Fact]
    [Trait("Row", "SP11")]
    public async Task A_completed_sub_cast_is_the_success_of_the_step_with_its_cost()
    {
        var world = await PreparedAsync();
        await EndChildAsync(world, new CastOutcome { Status = CastStatus.Completed, Output = new Payload { Value = new JsonObject { ["cover"] = "x" } }, CostUsd = 1.5m });

        var outcomes = new[] { await CollectAsync(world), await CollectAsync(world) };

        Assert.All(outcomes, outcome => Assert.Equal(("x", 1.5m, null), ((string?)outcome.Output?.Value?["cover"], outcome.CostUsd, outcome.Failure)));
        Assert.Equal(["step.started", "attempt.started", "step.completed"], await world.TypesAsync());
        Assert.Equal(1.5m, (await world.ViewAsync()).CostUsd);
    }

    [Fact]
    public async Task A_large_output_of_a_sub_cast_is_kept_in_the_record_of_its_step()
    {
        var world = await PreparedAsync();
        var kept = await world.NewWorker().Casts.KeepAsync(CastObjects.CastOutput(Child), new string('x', 9000), default);
        await EndChildAsync(world, new CastOutcome { Status = CastStatus.Completed, Output = kept });

        var outcome = await CollectAsync(world);

        Assert.Equal(CastObjects.Attempt(World.Key()), outcome.Output?.StoredAs);
        Assert.Equal(9000, ((string?)await world.NewWorker().Casts.LoadAsync(outcome.Output!, default))?.Length);
    }

    [Fact]
    [Trait("Row", "SP31")]
    public async Task A_failed_sub_cast_is_the_cause_of_the_failure_of_the_step()
    {
        var world = await PreparedAsync();
        var cause = new Failure { Code = "http.status", Message = "It answered 500.", Phase = Phase.Execute, Step = "draw", Attempt = 3, Transient = true };
        await EndChildAsync(world, new CastOutcome { Status = CastStatus.Failed, Failure = cause, CostUsd = 0.5m });

        var outcome = await CollectAsync(world, "CastSpell failed");

        Assert.Equal(("cast.failed", "one", 1, false, 0.5m), (outcome.Failure!.Code, outcome.Failure.Step, outcome.Failure.Attempt, outcome.Failure.Transient, outcome.CostUsd));
        Assert.Equal(("http.status", "draw", 3), (outcome.Failure.Cause!.Code, outcome.Failure.Cause.Step, outcome.Failure.Cause.Attempt));
        Assert.Contains("It answered 500.", outcome.Failure.Message, StringComparison.Ordinal);
        Assert.Equal(0.5m, (await world.ViewAsync()).CostUsd);
    }

    [Fact]
    [Trait("Row", "DW05")]
    public async Task A_cancelled_sub_cast_cancels_the_step_and_does_not_fail_it()
    {
        var world = await PreparedAsync();
        await EndChildAsync(world, new CastOutcome { Status = CastStatus.Cancelled, CostUsd = 0.5m });

        var outcome = await CollectAsync(world);

        Assert.Equal(("cancelled", 0.5m), (outcome.Failure!.Code, outcome.CostUsd));
        Assert.Equal(AttemptStatus.Cancelled, (await world.RecordAsync())?.Status);
        Assert.Equal(["step.started", "attempt.started", "attempt.cancelled"], await world.TypesAsync());
    }

    [Fact]
    [Trait("Row", "SP11")]
    public async Task A_sub_cast_without_a_result_is_a_failure_and_what_it_has_spent_counts()
    {
        var world = await PreparedAsync();
        await world.PutRecordAsync(world.Running(TimeSpan.Zero) with { CastId = Child, Step = "draw", Status = AttemptStatus.Failed, CostUsd = 0.25m });
        await world.PutRecordAsync(world.Running(TimeSpan.Zero) with { CastId = Child, Step = "draw", Attempt = 2, Status = AttemptStatus.Succeeded, CostUsd = 1 });

        var outcome = await CollectAsync(world, "Somebody has terminated it.");

        Assert.Equal(("cast.terminated", 1.25m), (outcome.Failure!.Code, outcome.CostUsd));
        Assert.Contains("Somebody has terminated it.", outcome.Failure.Message, StringComparison.Ordinal);
        Assert.Equal(1.25m, (await world.ViewAsync()).CostUsd);
    }

    [Fact]
    public async Task The_first_end_of_a_sub_cast_counts()
    {
        var world = await PreparedAsync();
        Assert.Equal("cast.terminated", (await CollectAsync(world)).Failure?.Code);
        await EndChildAsync(world, new CastOutcome { Status = CastStatus.Completed });

        Assert.Equal("cast.terminated", (await CollectAsync(world)).Failure?.Code);
        Assert.Equal("cast.terminated", (await world.NewWorker().PrepareSubCast.RunAsync(World.Order(), default)).Failure?.Code);
    }

    static Spell ChildSpell => new()
    {
        Slug = "child",
        Inputs = Json.Object("""{ "type": "object", "required": ["artist"], "properties": { "artist": { "type": "string" }, "hd": { "type": "boolean", "default": false } } }"""),
        Steps = [World.Step()],
    };

    static async Task<World> WithSpellAsync(string with = """{ "artist": "Nina" }""", Func<CastManifest, CastManifest>? change = null)
    {
        var world = new World();
        var manifest = world.ManifestOf(new Step { Id = "one", Spell = "child", With = Json.Object(with) }) with { Spells = new Dictionary<string, Spell> { ["child"] = ChildSpell } };
        await world.WriteAsync(change is null ? manifest : change(manifest));
        return world;
    }

    static async Task<World> PreparedAsync()
    {
        var world = await WithSpellAsync();
        await world.NewWorker().PrepareSubCast.RunAsync(World.Order(), default);
        return world;
    }

    static Task<CastManifest?> ManifestAsync(World world) => new CastStore(world.Disk).FindAsync(Child, default);

    static Task<CastOutcome> EndChildAsync(World world, CastOutcome outcome) => new CastStore(world.Disk).SaveResultAsync(Child, outcome, default);

    static async Task<AttemptOutcome> CollectAsync(World world, string? thrown = null) =>
        World.Travelled(await world.NewWorker().CollectSubCast.RunAsync(new SubCastEnd(World.Key(), Child, thrown), default));
}
