using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Tools;

namespace Grimoire.Functions.Tests.Activities;

public sealed class StorageOperationsTests
{
    [Theory]
    [InlineData(0, 4)]
    [InlineData(0.25, 5)]
    public async Task A_step_that_ends_well_costs_four_operations_and_one_more_if_it_has_cost_something(double costUsd, int operations)
    {
        var world = await World.WithToolAsync();
        world.Paid.Answer = (_, _) => Task.FromResult(new ToolResult { Output = "done", CostUsd = (decimal)costUsd });
        var worker = world.NewWorker();
        await worker.StartCast.BeginAsync(new CastOrder(World.Cast), CancellationToken.None);
        var before = world.Faults.Count();

        var outcome = await worker.RunTool.AttemptAsync(new StepRequest(World.Cast, "one"), CancellationToken.None);

        Assert.Null(outcome.Failure);
        Assert.Equal(operations, world.Faults.Count() - before);
        Assert.Equal(2, world.Faults.Count(pattern: "*/attempts/*"));
    }
}
