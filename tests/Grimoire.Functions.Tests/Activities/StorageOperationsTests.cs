using Grimoire.Functions.Orchestrations;

namespace Grimoire.Functions.Tests.Activities;

public sealed class StorageOperationsTests
{
    [Fact]
    public async Task A_step_that_ends_well_costs_four_operations()
    {
        var world = await World.WithToolAsync();
        var worker = world.NewWorker();
        await worker.StartCast.BeginAsync(new CastOrder(World.Cast), CancellationToken.None);
        var before = world.Faults.Count();

        var outcome = await worker.RunTool.AttemptAsync(new StepRequest(World.Cast, "one"), CancellationToken.None);

        Assert.Null(outcome.Failure);
        Assert.Equal(4, world.Faults.Count() - before);
        Assert.Equal(2, world.Faults.Count(pattern: "*/attempts/*"));
    }
}
