using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Tools;

namespace Grimoire.Functions.Tests.Activities;

/// <summary>The journal tells of what is stored already, and as it is stored: whoever hears of it can look it up.</summary>
[Trait("Row", "SP27")]
public sealed class EventOrderTests
{
    [Fact]
    public async Task That_an_attempt_has_begun_and_how_it_has_ended_is_told_when_its_record_says_so()
    {
        var world = await World.WithToolAsync();
        using var begin = world.Faults.Hold("*journal*", StoreOperation.Append);
        var running = world.NewWorker().DeliverAsync();
        await begin.Reached;
        Assert.Equal(AttemptStatus.Running, (await world.RecordAsync())?.Status);
        Assert.Empty(world.Paid.Calls);

        using var end = world.Faults.Hold("*journal*", StoreOperation.Append);
        begin.Release();
        await end.Reached;
        var stored = await world.RecordAsync();
        Assert.DoesNotContain("step.completed", await world.TypesAsync());
        end.Release();
        await running;

        Assert.Equal((AttemptStatus.Succeeded, 0.25m), (stored?.Status, stored?.CostUsd));
        var told = (await world.EventsAsync()).Single(e => e.Type == CastEvents.StepCompleted);
        Assert.Equal((stored!.EndedAt!.Value, stored.CostUsd), (told.At, (decimal)told.Data!["costUsd"]!));
    }

    [Theory]
    [InlineData(nameof(StoreOperation.Create), "")]
    [InlineData(nameof(StoreOperation.Replace), "step.started attempt.started")]
    public async Task What_storage_has_not_taken_is_not_told(string operation, string told)
    {
        var world = await World.WithToolAsync();
        using var away = world.Faults.Fail("*attempts/*", Enum.Parse<StoreOperation>(operation));

        await Record.ExceptionAsync(() => world.NewWorker().DeliverAsync());

        Assert.Equal(told, string.Join(' ', await world.TypesAsync()));
    }

    /// <summary>The attempt was given up meanwhile: the record says lost, and so does all that is told.</summary>
    [Fact]
    public async Task An_end_that_came_too_late_to_be_stored_is_not_told_as_the_end()
    {
        var world = await World.WithToolAsync();
        world.Paid.Answer = async (_, _) =>
        {
            await world.PutRecordAsync(world.Running(TimeSpan.Zero));
            await world.NewWorker().DeliverAsync(cancellation: default);
            return ToolResult.Of("late");
        };

        await world.NewWorker().DeliverAsync();

        Assert.Equal(AttemptStatus.Lost, (await world.RecordAsync())?.Status);
        var types = await world.TypesAsync();
        Assert.Contains("attempt.lost", types);
        Assert.DoesNotContain("step.completed", types);
    }

    [Fact]
    public async Task The_end_of_a_cast_is_told_when_its_result_is_stored_and_as_that_says()
    {
        var world = await World.WithToolAsync();
        await world.NewWorker().FinishCast.EndAsync(new CastEnd(World.Cast, CastStatus.Cancelled, 1) { Reason = "first" }, default);
        var late = new CastEnd(World.Cast, CastStatus.Failed, 9) { Failure = new Failure { Code = "storage.unavailable", Message = "Away.", Phase = Phase.Store } };

        await world.NewWorker().FinishCast.EndAsync(late, default);

        Assert.All(await world.LinesAsync(), told => Assert.Equal((CastEvents.CastCancelled, 1m), (told.Type, (decimal?)told.Data?["costUsd"])));
        Assert.Equal(["*result.json", "*journal*"], world.Faults.Calls
            .Where(call => call.Operation is StoreOperation.Create or StoreOperation.Append)
            .Select(call => StoreFault.Matches("*result.json", call.Name) ? "*result.json" : "*journal*").Take(2));
    }

    [Fact]
    public async Task A_result_that_cannot_be_stored_ends_no_cast_in_the_journal()
    {
        var world = await World.WithToolAsync();
        using var away = world.Faults.Fail("*result.json", StoreOperation.Create);

        await Assert.ThrowsAnyAsync<Exception>(() => world.NewWorker().FinishCast.EndAsync(new CastEnd(World.Cast, CastStatus.Completed, 0), default));

        Assert.Empty(await world.TypesAsync());
    }
}
