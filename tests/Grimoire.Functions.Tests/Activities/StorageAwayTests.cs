using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Tools;

namespace Grimoire.Functions.Tests.Activities;

/// <summary>Storage breaks at every point of an attempt: before or after it has done what it was asked, once or until it is given up.</summary>
public sealed class StorageAwayTests
{
    const int Tries = 4;

    public enum Point
    {
        Manifest,
        EarlierOutput,
        Claim,
        TellBegun,
        EndRecord,
        TellEnd,
        EverythingFromTheStart,
        EverythingAfterTheTool,
    }

    public static TheoryData<Point, string, string, bool> Matrix()
    {
        var rows = new TheoryData<Point, string, string, bool>();
        foreach (var point in Enum.GetValues<Point>())
        {
            foreach (var moment in new[] { "before", "after" })
            {
                foreach (var duration in new[] { "once", "untilGivenUp" })
                {
                    rows.Add(point, moment, duration, true);
                    rows.Add(point, moment, duration, false);
                }
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    [Trait("Row", "SP09")]
    [Trait("Row", "SP11")]
    [Trait("Row", "SP20")]
    [Trait("Row", "DW06")]
    [Trait("Row", "DW07")]
    [Trait("Row", "DW09")]
    [Trait("Row", "KZ15")]
    public async Task Whenever_storage_breaks_the_tool_is_called_at_most_once_and_everything_is_told_once(Point point, string moment, string duration, bool sameWorker)
    {
        var world = await World.WithStepAsync(World.Step(with: """{ "prompt": "${steps.zero.output.text}" }"""), transient: true);
        await world.Disk.CreateAsync("casts/x/outputs/zero.json", CastStore.Bytes(new JsonObject { ["text"] = "a cat" }), default);
        var order = World.Order() with
        {
            Views = new Dictionary<string, StepView> { ["zero"] = new(StepStatus.Completed, new Payload { StoredAs = "casts/x/outputs/zero.json" }, null) },
        };
        var faults = new List<StoreFault>();
        void Break() => faults.Add(Fail(world.Faults, point, moment == "after" ? FaultMoment.After : FaultMoment.Before, duration == "once" ? 1 : int.MaxValue));
        var afterTool = point is Point.EndRecord or Point.TellEnd or Point.EverythingAfterTheTool;
        world.Paid.Answer = (_, _) =>
        {
            if (afterTool)
            {
                Break();
            }
            else if (point == Point.TellBegun)
            {
                faults.ForEach(fault => fault.Lift());
            }

            return Task.FromResult(new ToolResult { Output = new JsonObject { ["text"] = "done" }, CostUsd = 0.25m });
        };
        if (!afterTool)
        {
            Break();
        }

        using var objects = new RetryingObjects(world.Faults, Retries.Of(new InstantTime(), Tries));
        var worker = world.NewWorker(objects);
        AttemptOutcome? outcome = null;
        try
        {
            outcome = await worker.ToEndAsync(order, () =>
            {
                faults.ForEach(fault => fault.Lift());
                return sameWorker ? worker : world.NewWorker(objects);
            });
        }
        finally
        {
            Assert.All(faults, fault => Assert.True(fault.Hits > 0, "The fault has not struck: the test proves nothing."));
        }

        // Only one thing can be lost: a claim that was stored, and whose worker nobody hears of any more.
        var lost = !sameWorker && duration != "once" && moment == "after" && point == Point.Claim;
        var record = await world.RecordAsync();
        Assert.Equal(lost ? 0 : 1, world.Paid.CallsFor(World.Key().IdempotencyKey));
        Assert.Equal(lost ? AttemptStatus.Lost : AttemptStatus.Succeeded, record?.Status);
        Assert.Equal(lost ? "attempt.lost" : null, outcome.Failure?.Code);
        Assert.Equal(lost ? 0 : 0.25m, outcome.CostUsd);
        Assert.Equal(lost ? null : "done", (string?)outcome.Output?.Value?["text"]);

        var incident = duration != "once" && afterTool;
        string[] wanted = ["step.started", "attempt.started", lost ? "attempt.lost" : "step.completed", .. incident ? ["storage.incident"] : Array.Empty<string>()];
        Assert.Equal(wanted, await world.TypesAsync());
        Assert.Equal(incident, (await world.ViewAsync()).NeedsReconciliation);
        Assert.Equal(record!.CostUsd, (await world.ViewAsync()).CostUsd);

        // And once more, as if the outcome had not reached the history.
        var again = await world.NewWorker(objects).ToEndAsync(order);
        Assert.Equal(outcome.Output?.Value?.ToJsonString(), again.Output?.Value?.ToJsonString());
        Assert.Equal(lost ? 0 : 1, world.Paid.Calls.Count);
        Assert.Equal(wanted, await world.TypesAsync());
    }

    [Fact]
    [Trait("Row", "DW07")]
    public async Task Without_storage_nothing_is_begun()
    {
        var world = await World.WithToolAsync();
        var worker = world.NewWorker();
        using (world.Faults.Fail("*attempts/*", StoreOperation.Create))
        {
            var thrown = await Assert.ThrowsAsync<StorageException>(() => worker.DeliverAsync());
            Assert.Contains("attempts/one.001.json", thrown.Message, StringComparison.Ordinal);
        }

        Assert.Empty(world.Paid.Calls);
        Assert.Empty(await world.EventsAsync());
        Assert.NotNull((await worker.DeliverAsync()).Output);
    }

    [Fact]
    [Trait("Row", "DW06")]
    [Trait("Row", "SP11")]
    public async Task A_result_that_could_not_be_stored_is_stored_later_however_often_that_is_tried()
    {
        var world = await World.WithToolAsync();
        var worker = world.NewWorker();
        var away = default(StoreFault);
        world.Paid.Answer = (_, _) =>
        {
            away = world.Faults.Fail();
            return Task.FromResult(new ToolResult { Output = new string('x', 9000), CostUsd = 2m });
        };
        var unstored = (await worker.DeliverAsync()).Unstored!;
        Assert.Equal((AttemptStatus.Succeeded, 2m), (unstored.Status, unstored.CostUsd));
        Assert.Equal(AttemptStatus.Running, (await world.RecordAsync())?.Status);
        await Assert.ThrowsAsync<StorageException>(() => worker.StoreAttempt.RunAsync(new AttemptEnd(unstored), default));
        away!.Lift();

        for (var i = 0; i < 3; i++)
        {
            var outcome = await (i < 2 ? worker : world.NewWorker()).StoreAttempt.RunAsync(new AttemptEnd(unstored), default);
            Assert.Equal(CastObjects.Attempt(World.Key()), outcome.Output?.StoredAs);
        }

        Assert.Equal(["step.started", "attempt.started", "step.completed", "storage.incident"], await world.TypesAsync());
        Assert.Equal(2m, (await world.ViewAsync()).CostUsd);
        Assert.Single(world.Paid.Calls);
    }

    [Fact]
    [Trait("Row", "DW09")]
    public async Task A_journal_that_is_away_hides_no_failure_of_the_tool()
    {
        var world = await World.WithToolAsync();
        world.Paid.Answer = (_, _) => Task.FromResult(ToolResult.Failed("http.status", "It answered 400.", transient: false));
        using var away = world.Faults.Fail("*journal*", StoreOperation.Append);

        var outcome = await world.NewWorker().DeliverAsync();

        Assert.Equal("http.status", outcome.Failure?.Code);
        Assert.Equal("http.status", outcome.Unstored?.Failure?.Code);
        Assert.Equal(AttemptStatus.Failed, (await world.RecordAsync())?.Status);
    }

    static StoreFault Fail(FaultyObjects faults, Point point, FaultMoment moment, int times)
    {
        var (pattern, operation) = point switch
        {
            Point.Manifest => ("*manifest.json", StoreOperation.Read),
            Point.EarlierOutput => ("*outputs*", StoreOperation.Read),
            Point.Claim => ("*attempts/*", StoreOperation.Create),
            Point.TellBegun or Point.TellEnd => ("*journal*", StoreOperation.Append),
            Point.EndRecord => ("*attempts/*", StoreOperation.Replace),
            _ => ("*", StoreOperation.All),
        };
        return faults.Fail(pattern, operation, times, moment);
    }
}
