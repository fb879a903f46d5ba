using Microsoft.DurableTask;

namespace Embedded.DurableTask.Generators.Tests.Typed.Versions;

[DurableTask("Ship", Version = "1")]
public sealed class ShipByTrain : TaskOrchestrator<string, string>
{
    public override async Task<string> RunAsync(TaskOrchestrationContext context, string input)
        => $"{await context.CallPackInBoxAsync(input)} by train ({context.Version})";
}

[DurableTask("Ship", Version = "2")]
public sealed class ShipByPlane : TaskOrchestrator<string, string>
{
    public override async Task<string> RunAsync(TaskOrchestrationContext context, string input)
        => $"{await context.CallPackInBagAsync(input)} by plane ({context.Version})";
}

[DurableTask(Version = "7")]
public sealed class ShipBoth : TaskOrchestrator<string, string[]>
{
    public override async Task<string[]> RunAsync(TaskOrchestrationContext context, string input) => await Task.WhenAll(
        context.CallShipByTrainAsync(input),
        context.CallShipByPlaneAsync(input),
        context.CallShipByPlaneAsync(input, new SubOrchestrationOptions { Version = "1" }),
        context.CallPackInBagAsync(input, new TaskOptions { Version = "1" }));
}

[DurableTask("Pack", Version = "1")]
public sealed class PackInBox : TaskActivity<string, string>
{
    public override Task<string> RunAsync(TaskActivityContext context, string input) => Task.FromResult($"boxed {input}");
}

[DurableTask("Pack", Version = "2")]
public sealed class PackInBag : TaskActivity<string, string>
{
    public override Task<string> RunAsync(TaskActivityContext context, string input) => Task.FromResult($"bagged {input}");
}
