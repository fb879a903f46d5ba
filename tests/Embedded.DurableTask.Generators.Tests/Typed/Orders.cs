using Embedded.DurableTask.Generators.Tests.Typed.Stock;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Generators.Tests.Typed.Orders
{
    public sealed record Order(string Item, int Count);

    [DurableEvent]
    public sealed record Approval(string By);

    [DurableEvent("Nudge")]
    public readonly record struct NudgeEvent(string To);

    [DurableTask]
    public sealed class PlaceOrder : TaskOrchestrator<Order, string>
    {
        public override async Task<string> RunAsync(TaskOrchestrationContext context, Order input)
        {
            int left = await context.CallReserveAsync(input);
            Approval approval = await context.WaitForApprovalAsync();
            string label = await context.CallLabelAsync();
            return await context.CallStampAsync($"{label}: {input.Count} {input.Item}, {left} left, by {approval.By}");
        }
    }

    [DurableTask("Label")]
    internal sealed class WriteLabel : TaskOrchestrator<string?, string>
    {
        public override Task<string> RunAsync(TaskOrchestrationContext context, string? input) => Task.FromResult(input ?? "order");
    }

    [DurableTask]
    public sealed class Ask : TaskOrchestrator<string, string>
    {
        public override async Task<string> RunAsync(TaskOrchestrationContext context, string input)
        {
            context.SendNudge(input, new NudgeEvent(context.InstanceId));
            Approval approval = await context.WaitForApprovalAsync();
            return approval.By;
        }
    }

    [DurableTask]
    public sealed class Answer : TaskOrchestrator<int, string>
    {
        public override async Task<string> RunAsync(TaskOrchestrationContext context, int input)
        {
            NudgeEvent nudge = await context.WaitForNudgeAsync();
            context.SendApproval(nudge.To, new Approval("the answer"));
            return "answered";
        }
    }

    public static class Functions
    {
        [Function("Stamp")]
        public static string Stamp([ActivityTrigger] string text) => $"[{text}]";
    }
}

namespace Embedded.DurableTask.Generators.Tests.Typed.Stock
{
    [DurableTask]
    public sealed class Reserve : TaskActivity<Orders.Order, int>
    {
        public override Task<int> RunAsync(TaskActivityContext context, Orders.Order input) => Task.FromResult(10 - input.Count);
    }

    [DurableTask]
    public sealed class Shelf : TaskEntity<int>
    {
        public int Add(int count) => State += count;
    }

    [DurableTask]
    public sealed class Fill : TaskOrchestrator<int, int>
    {
        public override Task<int> RunAsync(TaskOrchestrationContext context, int input)
            => context.Entities.CallEntityAsync<int>(new EntityInstanceId(nameof(Shelf), "a"), nameof(Shelf.Add), input);
    }
}
