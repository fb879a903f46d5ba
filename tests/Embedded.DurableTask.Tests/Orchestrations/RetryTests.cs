using DurableTask.Core.History;
using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Orchestrations;

/// <summary>Failed calls that are made again, by policy or by handler. The waits between them are durable timers.</summary>
public sealed class RetryTests
{
    readonly TestClock _clock = new();
    int _attempts;

    [Fact]
    [Trait("Row", "KZ06")]
    public async Task A_call_is_made_as_often_as_the_policy_says_with_growing_waits_up_to_the_longest()
    {
        var policy = new RetryPolicy(5, TimeSpan.FromMinutes(1), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromMinutes(3));
        await using TestHost host = await StartAsync(policy, failures: int.MaxValue);
        string id = await host.BeginAsync("Call");

        await AdvanceThroughRetriesAsync(host, id, 1, 2, 3, 3);

        OrchestrationMetadata ended = await host.EndOfAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal(5, _attempts);
        Assert.Equal("attempt 5", ended.FailureDetails!.InnerFailure!.ErrorMessage);
    }

    [Fact]
    public async Task A_call_that_succeeds_at_last_gives_its_result()
    {
        await using TestHost host = await StartAsync(new RetryPolicy(3, TimeSpan.FromMinutes(1)), failures: 1);
        string id = await host.BeginAsync("Call");

        await AdvanceThroughRetriesAsync(host, id, 1);

        Assert.Equal(2, (await host.EndOfAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task A_wait_between_attempts_outlives_a_restart()
    {
        await using TestHost host = await StartAsync(new RetryPolicy(3, TimeSpan.FromMinutes(1)), failures: 1);
        string id = await host.BeginAsync("Call");
        await host.UntilHistoryHasAsync<TimerCreatedEvent>(id);

        await host.RestartAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(2, (await host.EndOfAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task No_attempt_begins_once_the_retry_timeout_is_over()
    {
        var policy = new RetryPolicy(10, TimeSpan.FromSeconds(60), retryTimeout: TimeSpan.FromSeconds(90));
        await using TestHost host = await StartAsync(policy, failures: int.MaxValue);
        string id = await host.BeginAsync("Call");

        await AdvanceThroughRetriesAsync(host, id, 1, 1);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await host.EndOfAsync(id)).RuntimeStatus);
        Assert.Equal(3, _attempts);
    }

    [Fact]
    [Trait("Row", "KZ13")]
    public async Task A_failure_that_the_policy_does_not_handle_is_not_tried_again()
    {
        var policy = new RetryPolicy(5, TimeSpan.FromMinutes(1))
        {
            HandleFailure = failure => !failure.IsCausedBy<InvalidOperationException>(),
        };
        await using TestHost host = await StartAsync(policy, failures: int.MaxValue);

        OrchestrationMetadata ended = await host.RunAsync("Call");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal(1, _attempts);
    }

    [Fact]
    public async Task A_task_that_nobody_registered_is_not_tried_again()
    {
        var options = new TaskOptions(new RetryPolicy(5, TimeSpan.FromMinutes(1)));
        await using TestHost host = await TestHost.StartAsync(
            tasks => tasks
                .AddOrchestratorFunc("Activity", context => context.CallActivityAsync("Missing", options))
                .AddOrchestratorFunc("Orchestration", context => context.CallSubOrchestratorAsync("Missing", options)),
            _clock);

        OrchestrationMetadata activity = await host.RunAsync("Activity");
        OrchestrationMetadata orchestration = await host.RunAsync("Orchestration");

        Assert.Single((await host.HistoryOfAsync(activity.InstanceId)).OfType<TaskScheduledEvent>());
        Assert.Single((await host.HistoryOfAsync(orchestration.InstanceId)).OfType<SubOrchestrationInstanceCreatedEvent>());
        Assert.Equal("ActivityTaskNotFound", activity.FailureDetails!.InnerFailure!.ErrorType);
        Assert.Equal("OrchestratorTaskNotFound", orchestration.FailureDetails!.InnerFailure!.ErrorType);
    }

    [Fact]
    public async Task A_handler_decides_and_knows_attempt_failure_and_time()
    {
        var seen = new List<(int Attempt, string Message, TimeSpan Total)>();
        AsyncRetryHandler handler = async retry =>
        {
            seen.Add((retry.LastAttemptNumber, retry.LastFailure.ErrorMessage, retry.TotalRetryTime));
            await retry.OrchestrationContext.CreateTimer(TimeSpan.FromMinutes(5), CancellationToken.None);
            return retry.LastAttemptNumber < 3;
        };
        await using TestHost host = await StartAsync(TaskOptions.FromRetryHandler(handler), failures: int.MaxValue);
        string id = await host.BeginAsync("Call");

        await AdvanceThroughRetriesAsync(host, id, 5, 5, 5);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await host.EndOfAsync(id)).RuntimeStatus);
        Assert.Equal([(1, "attempt 1", TimeSpan.Zero), (2, "attempt 2", TimeSpan.FromMinutes(5)), (3, "attempt 3", TimeSpan.FromMinutes(10))], seen);
    }

    [Fact]
    public async Task A_handler_without_waits_tries_again_at_once()
    {
        await using TestHost host = await StartAsync(TaskOptions.FromRetryHandler(retry => retry.LastAttemptNumber < 4), failures: 2);

        Assert.Equal(3, (await host.RunAsync("Call")).ReadOutputAs<int>());
    }

    [Fact]
    public async Task A_sub_orchestration_is_tried_again_under_its_id()
    {
        await using TestHost host = await TestHost.StartAsync(
            tasks => tasks
                .AddOrchestratorFunc<string>("Child", context => Interlocked.Increment(ref _attempts) == 1
                    ? throw new InvalidOperationException("first")
                    : Task.FromResult(context.InstanceId))
                .AddOrchestratorFunc<string>("Call", context => context.CallSubOrchestratorAsync<string>(
                    "Child", new SubOrchestrationOptions(new RetryPolicy(2, TimeSpan.FromMinutes(1)), "child"))),
            _clock);
        string id = await host.BeginAsync("Call");

        await AdvanceThroughRetriesAsync(host, id, 1);

        Assert.Equal("child", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    Task<TestHost> StartAsync(RetryPolicy policy, int failures) => StartAsync(TaskOptions.FromRetryPolicy(policy), failures);

    Task<TestHost> StartAsync(TaskOptions options, int failures) => TestHost.StartAsync(
        tasks => tasks
            .AddActivityFunc<int>("Try", _ => Interlocked.Increment(ref _attempts) is var attempt && attempt > failures
                ? attempt
                : throw new InvalidOperationException($"attempt {attempt}"))
            .AddOrchestratorFunc<int>("Call", context => context.CallActivityAsync<int>("Try", options)),
        _clock);

    /// <summary>Expects a timer of so many minutes each time, and has it fire.</summary>
    async Task AdvanceThroughRetriesAsync(TestHost host, string id, params int[] minutes)
    {
        for (int i = 0; i < minutes.Length; i++)
        {
            await host.UntilHistoryHasAsync<TimerCreatedEvent>(id, i + 1);
            DateTime due = (await host.HistoryOfAsync(id)).OfType<TimerCreatedEvent>().ElementAt(i).FireAt;
            Assert.Equal(TimeSpan.FromMinutes(minutes[i]), due - _clock.GetUtcNow().UtcDateTime);
            _clock.Advance(TimeSpan.FromMinutes(minutes[i]));
        }
    }
}
