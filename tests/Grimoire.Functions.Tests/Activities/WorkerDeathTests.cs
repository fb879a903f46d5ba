using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Tools;

namespace Grimoire.Functions.Tests.Activities;

/// <summary>The process is killed at every point of an attempt, and another one goes on.</summary>
public sealed class WorkerDeathTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("cast-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, string, string, bool, bool, string> Deaths() => new()
    {
        // where, doing what, before or after the effect, in the second half, pure; then what becomes of it
        { "*manifest.json", nameof(StoreOperation.Read), "after", false, false, "called" },
        { "*attempts/*", nameof(StoreOperation.Create), "before", false, false, "called" },
        { "*attempts/*", nameof(StoreOperation.Create), "after", false, false, "lost" },
        { "*attempts/*", nameof(StoreOperation.Create), "after", false, true, "called" },
        { "*journal*", nameof(StoreOperation.Append), "before", false, false, "lost" },
        { "*journal*", nameof(StoreOperation.Append), "after", false, false, "lost" },
        { "*journal*", nameof(StoreOperation.Append), "after", false, true, "called" },
        { "*attempts/*", nameof(StoreOperation.Replace), "before", true, false, "lostAfterCall" },
        { "*attempts/*", nameof(StoreOperation.Replace), "before", true, true, "calledAgain" },
        { "*attempts/*", nameof(StoreOperation.Replace), "after", true, false, "kept" },
        { "*journal*", nameof(StoreOperation.Append), "before", true, false, "kept" },
        { "*journal*", nameof(StoreOperation.Append), "after", true, false, "kept" },
        { "*journal*", nameof(StoreOperation.Append), "before", true, true, "kept" },
        { "usage/*", nameof(StoreOperation.Append), "before", true, false, "kept" },
        { "usage/*", nameof(StoreOperation.Append), "after", true, false, "kept" },
        { "usage/*", nameof(StoreOperation.Append), "before", true, true, "kept" },
    };

    [Theory]
    [MemberData(nameof(Deaths))]
    [Trait("Row", "KZ03")]
    [Trait("Row", "KZ09")]
    [Trait("Row", "SP20")]
    public async Task A_killed_process_costs_at_most_its_attempt(string name, string operation, string moment, bool second, bool pure, string becomes)
    {
        World world;
        using (var disk = FileObjects.Open(_folder))
        {
            world = await World.WithToolAsync(pure ? World.Pure : World.Tool, disk);
            void Kill() => world.Faults.Fail(name, Enum.Parse<StoreOperation>(operation), 1, moment == "after" ? FaultMoment.After : FaultMoment.Before, () => new ProcessDied());
            Task<ToolResult> Answer(ToolCall call, CancellationToken cancellation)
            {
                if (second)
                {
                    Kill();
                }

                return Task.FromResult(new ToolResult { Output = "done", CostUsd = 0.25m });
            }

            (world.Paid.Answer, world.Free.Answer) = (Answer, Answer);
            if (!second)
            {
                Kill();
            }

            await Assert.ThrowsAsync<ProcessDied>(() => world.NewWorker().DeliverAsync());
        }

        using var restarted = FileObjects.Open(_folder);
        var after = new World(restarted);
        await after.WriteAsync(world.Manifest);
        after.Free.Answer = after.Paid.Answer = (_, _) => Task.FromResult(new ToolResult { Output = "done", CostUsd = 0.25m });

        var outcome = await after.NewWorker().ToEndAsync(World.Order());

        var calls = world.Paid.Calls.Count + world.Free.Calls.Count + after.Paid.Calls.Count + after.Free.Calls.Count;
        var lost = becomes.StartsWith("lost", StringComparison.Ordinal);
        Assert.Equal(becomes switch { "lost" => 0, "calledAgain" => 2, _ => 1 }, calls);
        Assert.Equal(lost ? "attempt.lost" : null, outcome.Failure?.Code);
        Assert.Equal(lost ? AttemptStatus.Lost : AttemptStatus.Succeeded, (await after.RecordAsync())?.Status);
        Assert.Equal(["step.started", "attempt.started", lost ? "attempt.lost" : "step.completed"], await after.TypesAsync());
        Assert.Equal(lost ? 0 : 0.25m, (await after.ViewAsync()).CostUsd);
        Assert.Equal(lost ? 0 : 0.25m, await after.UsedAsync());
    }

    [Fact]
    [Trait("Row", "KZ03")]
    public async Task A_worker_that_dies_while_its_tool_runs_is_found_out_when_its_lease_is_over()
    {
        var world = await World.WithToolAsync();
        var called = new TaskCompletionSource();
        world.Paid.Answer = (_, _) =>
        {
            called.SetResult();
            return new TaskCompletionSource<ToolResult>().Task;
        };

        // It is not heard of any more: its storage is cut off, so that it renews nothing.
        var cut = new FaultyObjects(world.Disk);
        var dying = world.NewWorker(cut).DeliverAsync();
        Assert.Same(called.Task, await Task.WhenAny(called.Task, dying));
        cut.Fail(with: () => new ProcessDied());
        var began = world.Time.GetUtcNow();

        var outcome = await world.NewWorker().ToEndAsync(World.Order());

        Assert.Equal("attempt.lost", outcome.Failure?.Code);
        Assert.Equal(world.Options.Lease, world.Time.GetUtcNow() - began);
        Assert.Single(world.Paid.Calls);

        world.Paid.Answer = (_, _) => Task.FromResult(ToolResult.Of(new JsonObject()));
        Assert.NotNull((await world.NewWorker().DeliverAsync(World.Order(attempt: 2))).Output);
        Assert.Equal(1, world.Paid.CallsFor(World.Key(2).IdempotencyKey));
    }
}
