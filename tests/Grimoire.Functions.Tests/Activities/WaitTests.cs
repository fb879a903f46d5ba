using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;

namespace Grimoire.Functions.Tests.Activities;

/// <summary>A step that waits is run by nobody: no worker can die of it.</summary>
public sealed class WaitTests
{
    [Theory]
    [InlineData("""{ "for": "PT10M" }""", 10)]
    [InlineData("""{ "until": "2030-01-01T12:07:00Z" }""", 7)]
    [InlineData("""{ "until": "2030-01-01T13:05:00+01:00" }""", 5)]
    [InlineData("""{ "until": "2029-12-31T00:00:00Z" }""", 0)]
    [InlineData("""{ "for": "PT0S" }""", 0)]
    public async Task It_waits_for_a_duration_or_until_a_moment(string with, int minutes)
    {
        var world = await World.WithStepAsync(World.Step("wait", with));

        var outcome = await world.NewWorker().DeliverAsync();

        Assert.Equal(world.Time.GetUtcNow() + TimeSpan.FromMinutes(minutes), outcome.WaitsUntil);
        Assert.Equal(AttemptStatus.Running, (await world.RecordAsync())?.Status);
        Assert.Equal(["step.started", "attempt.started"], await world.TypesAsync());
    }

    [Theory]
    [InlineData("""{ "for": "ten minutes" }""", "'for'")]
    [InlineData("""{ "for": "P400D" }""", "366 days")]
    [InlineData("""{ "for": "P99999999999D" }""", "'for'")]
    [InlineData("""{ "until": "soon" }""", "until")]
    [InlineData("""{ "until": "2050-01-01T00:00:00Z" }""", "366 days")]
    [InlineData("""{ "for": "PT1M", "until": "2030-01-01T12:07:00Z" }""", "input")]
    [InlineData("{}", "input")]
    public async Task What_cannot_be_waited_for_is_a_failure_that_says_why(string with, string says)
    {
        var world = await World.WithStepAsync(World.Step("wait", with));

        var outcome = await world.NewWorker().DeliverAsync();

        Assert.Equal(("input.invalid", Phase.Validate, "one", 1), (outcome.Failure!.Code, outcome.Failure.Phase, outcome.Failure.Step, outcome.Failure.Attempt));
        Assert.Contains(says, outcome.Failure.Message, StringComparison.Ordinal);
        Assert.Null(outcome.WaitsUntil);
        Assert.Equal(AttemptStatus.Failed, (await world.RecordAsync())?.Status);
    }

    [Theory]
    [InlineData(true, 5)]
    [InlineData(false, 5)]
    [InlineData(true, 60)]
    [InlineData(false, 60)]
    [Trait("Row", "KZ17")]
    public async Task Delivered_again_it_waits_for_the_same_moment_and_is_never_lost(bool sameWorker, int minutesLater)
    {
        var world = await World.WithStepAsync(World.Step("wait", """{ "for": "PT10M" }"""));
        var worker = world.NewWorker();
        var until = (await worker.DeliverAsync()).WaitsUntil;
        world.Time.Advance(TimeSpan.FromMinutes(minutesLater));

        var again = await (sameWorker ? worker : world.NewWorker()).DeliverAsync();

        Assert.Equal(until, again.WaitsUntil);
        Assert.Null(again.Failure);
        Assert.Equal(AttemptStatus.Running, (await world.RecordAsync())?.Status);
    }

    [Fact]
    public async Task Nothing_is_written_while_it_waits()
    {
        var world = await World.WithStepAsync(World.Step("wait", """{ "for": "PT10M" }"""));
        await world.NewWorker().DeliverAsync();
        world.Faults.ClearCalls();

        world.Time.Advance(TimeSpan.FromMinutes(9));

        Assert.Empty(world.Faults.Calls);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [Trait("Row", "DW05")]
    public async Task It_ends_once_and_the_first_end_counts(bool cancelledFirst, bool cancelledThen)
    {
        var world = await World.WithStepAsync(World.Step("wait", """{ "for": "PT10M" }"""));
        var worker = world.NewWorker();
        await worker.DeliverAsync();
        var first = await worker.EndWait.EndAsync(new WaitEnd(World.Key(), cancelledFirst), default);

        var second = await world.NewWorker().EndWait.EndAsync(new WaitEnd(World.Key(), cancelledThen), default);
        var delivered = await world.NewWorker().DeliverAsync();

        Assert.All([first, second, delivered], outcome => Assert.Equal(cancelledFirst ? "cancelled" : null, outcome.Failure?.Code));
        Assert.Equal(cancelledFirst ? AttemptStatus.Cancelled : AttemptStatus.Succeeded, (await world.RecordAsync())?.Status);
        Assert.Equal(cancelledFirst ? ["step.started", "attempt.started", "attempt.cancelled"] : ["step.started", "attempt.started", "step.completed"], await world.TypesAsync());
        Assert.DoesNotContain("step.failed", await world.TypesAsync());
    }

    [Fact]
    [Trait("Row", "DW09")]
    public async Task What_the_journal_did_not_take_at_its_begin_it_takes_at_its_end()
    {
        var world = await World.WithStepAsync(World.Step("wait", """{ "for": "PT10M" }"""));
        var worker = world.NewWorker();
        using (world.Faults.Fail("*journal*"))
        {
            Assert.NotNull((await worker.DeliverAsync()).WaitsUntil);
            await Assert.ThrowsAsync<StorageException>(() => worker.EndWait.EndAsync(new WaitEnd(World.Key(), false), default));
        }

        await worker.EndWait.EndAsync(new WaitEnd(World.Key(), false), default);

        Assert.Equal(["step.started", "attempt.started", "step.completed"], await world.TypesAsync());
    }

    [Fact]
    [Trait("Row", "SP07")]
    public async Task A_wait_whose_record_has_gone_is_named()
    {
        var world = await World.WithStepAsync(World.Step("wait", """{ "for": "PT10M" }"""));

        var thrown = await Assert.ThrowsAsync<StorageException>(() => world.NewWorker().EndWait.EndAsync(new WaitEnd(World.Key(), false), default));

        Assert.Contains(World.Key().IdempotencyKey, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_claim_whose_answer_was_lost_is_the_same_wait()
    {
        var world = await World.WithStepAsync(World.Step("wait", """{ "for": "PT10M" }"""));
        var until = world.Time.GetUtcNow() + TimeSpan.FromMinutes(10);
        using (world.Faults.Fail("*attempts/*", StoreOperation.Create, moment: FaultMoment.After))
        {
            await Assert.ThrowsAsync<StorageException>(() => world.NewWorker().DeliverAsync());
        }

        world.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(until, (await world.NewWorker().DeliverAsync()).WaitsUntil);
    }
}
