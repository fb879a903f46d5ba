using DurableTask.Core.History;
using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Tests.Faults;

/// <summary>A payload up to the limit passes everywhere; one byte more fails that call alone, and says so.</summary>
public sealed class PayloadLimitTests
{
    const int Limit = 20_000;

    static readonly string Largest = new('x', Limit - 2);

    static readonly string TooLarge = Largest + "x";

    static readonly EntityInstanceId Entity = new("Keeper", "1");

    [Theory]
    [InlineData("activity input")]
    [InlineData("activity output")]
    [InlineData("sub input")]
    [InlineData("output")]
    [InlineData("continue")]
    [InlineData("send")]
    [InlineData("entity input")]
    [InlineData("entity result")]
    [InlineData("signal")]
    public async Task An_orchestrator_may_go_to_the_limit_and_no_further(string what)
    {
        await using TestHost host = await StartAsync();

        OrchestrationMetadata fits = await host.RunAsync("Try", new Attempt(what, Limit - 2));
        OrchestrationMetadata tooMuch = await host.RunAsync("Try", new Attempt(what, Limit - 1));
        OrchestrationMetadata after = await host.RunAsync("Try", new Attempt(what, 5));

        Assert.True(fits.RuntimeStatus == OrchestrationRuntimeStatus.Completed, $"{fits.FailureDetails}");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, tooMuch.RuntimeStatus);
        TaskFailureDetails cause = tooMuch.FailureDetails!;
        while (cause.InnerFailure is { } inner)
        {
            cause = inner;
        }

        Assert.Contains("has 20,001 bytes when serialized; the limit is 20,000.", cause.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("MaxPayloadBytes", cause.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, after.RuntimeStatus);
    }

    [Fact]
    public async Task A_client_may_go_to_the_limit_and_no_further()
    {
        await using TestHost host = await StartAsync();
        DurableTaskClient client = host.Client;
        string id = await host.BeginAsync("Wait");
        Func<string, Task>[] calls =
        [
            text => client.ScheduleNewOrchestrationInstanceAsync("Echo", text),
            text => client.RaiseEventAsync(id, "other", text),
            text => client.Entities.SignalEntityAsync(Entity, "swallow", text),
        ];

        foreach (Func<string, Task> call in calls)
        {
            await call(Largest);
            var refusal = await Assert.ThrowsAsync<ArgumentException>(() => call(TooLarge));
            Assert.Contains("20,001 bytes", refusal.Message, StringComparison.Ordinal);
        }

        await Assert.ThrowsAsync<ArgumentException>(() => client.TerminateInstanceAsync(id, new TerminateInstanceOptions { Output = TooLarge }));
        await client.RaiseEventAsync(id, "go", Largest);
        Assert.Equal(Largest, (await host.EndOfAsync(id)).ReadOutputAs<string>());
        Assert.Equal(2, await client.GetAllInstancesAsync().CountAsync());
    }

    [Fact]
    public async Task Bytes_are_counted_and_not_characters()
    {
        await using TestHost host = await StartAsync();
        string text = new('€', (Limit / 3) + 1);

        await Assert.ThrowsAsync<ArgumentException>(() => host.Client.ScheduleNewOrchestrationInstanceAsync("Echo", text));
    }

    [Fact]
    public async Task A_state_beyond_the_limit_fails_the_operation_and_stays_as_it_was()
    {
        await using TestHost host = await StartAsync();

        OrchestrationMetadata fits = await host.RunAsync("Store", Limit - 2);
        OrchestrationMetadata tooMuch = await host.RunAsync("Store", Limit - 1);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, fits.RuntimeStatus);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, tooMuch.RuntimeStatus);
        Assert.Contains("state of the entity has 20,001 bytes", tooMuch.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(Largest, (await host.Client.Entities.GetEntityAsync<string>(new EntityInstanceId("Shelf", "1")))!.State);
    }

    [Fact]
    public async Task Many_large_messages_at_once_are_taken_in_over_several_turns()
    {
        await using TestHost host = await StartAsync();
        string id = await host.BeginAsync("Gather", 30);
        await host.RestartAsync(new TestHostSetup { HasWorker = false, Options = options => options.MaxPayloadBytes = Limit });
        for (int i = 0; i < 30; i++)
        {
            await host.Client.RaiseEventAsync(id, "E", Largest);
        }

        await host.RestartAsync(Setup());

        Assert.Equal(30 * (Limit - 2), (await host.EndOfAsync(id)).ReadOutputAs<int>());
        var eventsByTurn = new List<int>();
        foreach (HistoryEvent e in await host.HistoryOfAsync(id))
        {
            if (e is OrchestratorStartedEvent)
            {
                eventsByTurn.Add(0);
            }

            eventsByTurn[^1] += e is EventRaisedEvent ? 1 : 0;
        }

        Assert.All(eventsByTurn, count => Assert.InRange(count, 0, 4));
    }

    static Task<TestHost> StartAsync() => TestHost.StartAsync(Setup());

    static TestHostSetup Setup() => new()
    {
        Options = options => options.MaxPayloadBytes = Limit,
        Tasks = tasks => tasks
            .AddOrchestratorFunc<Attempt, object?>("Try", TryAsync)
            .AddOrchestratorFunc<string, string>("Echo", (_, text) => text)
            .AddOrchestratorFunc<string>("Wait", async context => await context.WaitForExternalEvent<string>("go"))
            .AddActivityFunc<string, int>("Take", (_, text) => text.Length)
            .AddActivityFunc<int, string>("Give", (_, length) => new string('x', length))
            .AddOrchestratorFunc<int, int>("Gather", async (context, count) =>
            {
                int sum = 0;
                for (int i = 0; i < count; i++)
                {
                    sum += (await context.WaitForExternalEvent<string>("E")).Length;
                }

                return sum;
            })
            .AddOrchestratorFunc<int>("Store", (context, length) => context.Entities.CallEntityAsync(new EntityInstanceId("Shelf", "1"), "put", length))
            .AddEntity("Shelf", _ => new Shelf())
            .AddEntity("Keeper", _ => new Keeper()),
    };

    static async Task<object?> TryAsync(TaskOrchestrationContext context, Attempt attempt)
    {
        string text = new('x', attempt.Length);
        switch (attempt.What)
        {
            case "activity input":
                return await context.CallActivityAsync<int>("Take", text);
            case "activity output":
                return (await context.CallActivityAsync<string>("Give", attempt.Length)).Length;
            case "sub input":
                return (await context.CallSubOrchestratorAsync<string>("Echo", text)).Length;
            case "output":
                return text;
            case "continue":
                // What it continues with is an attempt as well, so its text must leave room for the rest.
                context.ContinueAsNew(attempt.Length < 100 ? new Attempt("done", 0) : new Attempt(new string('x', attempt.Length - 20), 0));
                return null;
            case "send":
                context.SendEvent("nobody", "go", text);
                return null;
            case "entity input":
                return await context.Entities.CallEntityAsync<string?>(Entity, "swallow", text);
            case "entity result":
                return (await context.Entities.CallEntityAsync<string>(Entity, "give", attempt.Length)).Length;
            case "signal":
                await context.Entities.SignalEntityAsync(Entity, "swallow", text);
                return null;
            default:
                return null;
        }
    }

    internal sealed record Attempt(string What, int Length);

    sealed class Keeper : TaskEntity<int>
    {
        public string? Swallow(string text) => text.Length == State ? text : null;

        public string Give(int length) => new('x', length + State);
    }

    sealed class Shelf : TaskEntity<string>
    {
        public void Put(int length) => State = new string('x', length);

        protected override string InitializeState(TaskEntityOperation entityOperation) => string.Empty;
    }
}
