using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Tests.Entities;

/// <summary>Operations on entities: signalled, called, failed, scheduled.</summary>
public sealed class EntityTests
{
    static readonly EntityInstanceId One = new("Counter", "one");
    static readonly EntityInstanceId Other = new("Counter", "other");

    readonly TestClock _clock = new();

    static void Tasks(DurableTaskRegistry tasks) => tasks
        .AddEntity<Counter>()
        .AddEntity<Account>()
        .AddOrchestratorFunc<string, string>("Echo", (_, text) => text)
        .AddOrchestratorFunc<int>("AddTwice", async context =>
        {
            await context.Entities.CallEntityAsync(One, "add", 2);
            await context.Entities.SignalEntityAsync(One, "add", 3);
            return await context.Entities.CallEntityAsync<int>(One, "get");
        })
        .AddOrchestratorFunc<string, string>("Try", async (context, operation) =>
        {
            try
            {
                await context.Entities.CallEntityAsync(One, operation, 5);
                return "no failure";
            }
            catch (EntityOperationFailedException e)
            {
                return $"{e.EntityId} {e.OperationName} {e.FailureDetails.ErrorType}: {e.FailureDetails.ErrorMessage}";
            }
        })
        .AddOrchestratorFunc<int>("CallMissing", context => context.Entities.CallEntityAsync<int>(new EntityInstanceId("missing", "x"), "get"));

    [Fact]
    public async Task A_signal_creates_the_entity_and_its_state_outlives_a_restart()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);

        await host.Client.Entities.SignalEntityAsync(One, "Add", 5);
        await UntilStateAsync(host, One, 5);
        await host.RestartAsync();
        await host.Client.Entities.SignalEntityAsync(One, "ADD", 1);

        await UntilStateAsync(host, One, 6);
    }

    [Fact]
    public async Task A_call_gives_the_result_and_comes_after_earlier_signals_of_the_caller()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);

        Assert.Equal(5, (await host.RunAsync("AddTwice")).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Operations_are_dispatched_to_the_state_object()
    {
        var id = new EntityInstanceId("account", "a");
        await using TestHost host = await TestHost.StartAsync(Tasks);

        await host.Client.Entities.SignalEntityAsync(id, "Deposit", 10);
        await host.Client.Entities.SignalEntityAsync(id, "Deposit", 5);

        await Wait.Until(async () => (await host.Client.Entities.GetEntityAsync<Balance>(id))?.State.Amount == 15);
    }

    [Fact]
    public async Task The_implicit_delete_removes_the_entity()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        await host.Client.Entities.SignalEntityAsync(One, "add", 5);
        await UntilStateAsync(host, One, 5);

        await host.Client.Entities.SignalEntityAsync(One, "delete");

        await Wait.Until(async () => await host.Client.Entities.GetEntityAsync(One) is null);
        await host.Client.Entities.SignalEntityAsync(One, "add", 1);
        await UntilStateAsync(host, One, 1);
    }

    [Fact]
    public async Task A_failing_operation_undoes_its_state_and_its_messages()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        await host.Client.Entities.SignalEntityAsync(One, "add", 7);

        string? failure = (await host.RunAsync("Try", "changeSignalAndFail")).ReadOutputAs<string>();
        await host.Client.Entities.SignalEntityAsync(One, "forward", 1);
        await UntilStateAsync(host, Other, 1);

        Assert.Equal("@counter@one changeSignalAndFail System.InvalidOperationException: no way", failure);
        Assert.Equal(7, (await host.Client.Entities.GetEntityAsync<int>(One))!.State);
        Assert.Null(await host.Client.GetInstanceAsync("started-by-failure"));
    }

    [Fact]
    public async Task An_unknown_operation_or_entity_is_a_failure_to_the_caller()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);

        string? operation = (await host.RunAsync("Try", "fly")).ReadOutputAs<string>();
        OrchestrationMetadata missing = await host.RunAsync("CallMissing");

        Assert.Contains("System.NotSupportedException", operation, StringComparison.Ordinal);
        Assert.Equal(typeof(EntityOperationFailedException).FullName, missing.FailureDetails!.ErrorType);
        Assert.Equal("EntityTaskNotFound", missing.FailureDetails.InnerFailure!.ErrorType);
    }

    [Fact]
    public async Task A_scheduled_signal_is_delivered_at_its_time_also_after_a_restart()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks, _clock);
        await host.Client.Entities.SignalEntityAsync(One, "add", 5, new SignalEntityOptions { SignalTime = _clock.GetUtcNow().AddHours(2) });
        await host.Client.Entities.SignalEntityAsync(One, "add", 1);
        await UntilStateAsync(host, One, 1);

        _clock.Advance(TimeSpan.FromHours(1));
        await host.RestartAsync();
        await host.Client.Entities.SignalEntityAsync(One, "add", 1);
        await UntilStateAsync(host, One, 2);
        _clock.Advance(TimeSpan.FromHours(1));

        await UntilStateAsync(host, One, 7);
    }

    [Fact]
    public async Task An_entity_signals_another_one_and_starts_an_orchestration()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);

        await host.Client.Entities.SignalEntityAsync(One, "forward", 3);
        await host.Client.Entities.SignalEntityAsync(One, "start", "hello");

        await UntilStateAsync(host, Other, 3);
        await Wait.Until(async () => await host.Client.GetInstanceAsync("started-by-entity") is not null);
        Assert.Equal("hello", (await host.EndOfAsync("started-by-entity")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_input_beyond_the_limit_is_refused_for_signals_and_calls_alike()
    {
        string large = new('x', 5_000);
        await using TestHost host = await TestHost.StartAsync(new TestHostSetup
        {
            Tasks = tasks => tasks.AddEntity<Counter>().AddOrchestratorFunc<string>("Call", async context =>
            {
                try
                {
                    await context.Entities.CallEntityAsync(One, "start", new string('x', 5_000));
                    return "accepted";
                }
                catch (ArgumentException e)
                {
                    return e.Message;
                }
            }),
            Options = options => options.MaxPayloadBytes = 4_096,
        });

        await Assert.ThrowsAsync<ArgumentException>(() => host.Client.Entities.SignalEntityAsync(One, "start", large));
        string? call = (await host.RunAsync("Call")).ReadOutputAs<string>();

        Assert.StartsWith("The input of operation 'start' has 5,002 bytes", call, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operations_keep_their_order_when_a_batch_has_to_be_stored_again()
    {
        bool refuse = true;
        await using TestHost host = await TestHost.StartAsync(new TestHostSetup
        {
            Tasks = Tasks,
            Options = options => options.Faults = operation =>
            {
                if (operation == "entity.put" && Volatile.Read(ref refuse))
                {
                    throw new InvalidOperationException("The disk says no.");
                }
            },
            Time = _clock,
        });

        await host.Client.Entities.SignalEntityAsync(One, "set", 1);
        await Wait.Until(() => host.Logs.Entries.Any(e => e.Message.Contains("@counter@one", StringComparison.Ordinal)));
        await host.Client.Entities.SignalEntityAsync(One, "set", 2);
        Volatile.Write(ref refuse, false);
        await Wait.Until(async () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            return await host.Client.Entities.GetEntityAsync<int>(One) is { BacklogQueueSize: 0 };
        });

        Assert.Equal(2, (await host.Client.Entities.GetEntityAsync<int>(One))!.State);
    }

    static Task UntilStateAsync(TestHost host, EntityInstanceId id, int state) => Wait.Until(
        async () => (await host.Client.Entities.GetEntityAsync<int>(id))?.State == state, $"the state of '{id}' to be {state}");

    sealed class Counter : TaskEntity<int>
    {
        public void Add(int by) => State += by;

        public void Set(int value) => State = value;

        public int Get() => State;

        public void Forward(int by) => Context.SignalEntity(Other, "add", by);

        public void Start(string text, TaskEntityContext context)
        {
            State++;
            context.ScheduleNewOrchestration("Echo", text, new StartOrchestrationOptions("started-by-entity"));
        }

        public void ChangeSignalAndFail(int by)
        {
            State += by;
            Context.SignalEntity(Other, "add", by);
            Context.ScheduleNewOrchestration("Echo", "x", new StartOrchestrationOptions("started-by-failure"));
            throw new InvalidOperationException("no way");
        }
    }

    sealed class Account : TaskEntity<Balance>
    {
        protected override bool AllowStateDispatch => true;
    }

    sealed class Balance
    {
        public int Amount { get; set; }

        public void Deposit(int amount) => Amount += amount;
    }
}
