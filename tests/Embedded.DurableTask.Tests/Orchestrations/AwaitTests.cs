using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Orchestrations;

/// <summary>What an orchestrator may wait for, and what it leaves behind when it returns.</summary>
public sealed class AwaitTests
{
    [Fact]
    public async Task Waiting_for_a_delay_that_is_not_durable_fails_with_a_clear_message()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc(
            "Delay", context => Task.Delay(TimeSpan.FromDays(1), TimeProvider.System, CancellationToken.None)));

        AssertNotDurable(await host.RunAsync("Delay"));
    }

    [Fact]
    public async Task Waiting_for_a_thread_pool_task_fails_with_a_clear_message()
    {
        var done = new TaskCompletionSource<int>();
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc<int>(
            "Run", async _ => await Task.Run(() => done.Task)));

        OrchestrationMetadata ended = await host.RunAsync("Run");
        done.SetResult(1);

        AssertNotDurable(ended);
    }

    [Fact]
    public async Task A_foreign_thread_is_found_out_although_durable_tasks_are_open_too()
    {
        var foreign = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc("Both", async context =>
        {
            Task never = context.WaitForExternalEvent<object>("Never");
            await foreign.Task;
            await never;
        }));
        string id = await host.BeginAsync("Both");

        foreign.SetResult();

        AssertNotDurable(await host.EndOfAsync(id));
    }

    [Fact]
    public async Task The_context_refuses_calls_from_a_foreign_thread()
    {
        var foreign = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var refused = new TaskCompletionSource<Exception>();
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc("Stray", async context =>
        {
            Task never = context.WaitForExternalEvent<object>("Never");
            await foreign.Task.ConfigureAwait(false);
            try
            {
                await context.CallActivityAsync("Anything").ConfigureAwait(false);
            }
            catch (InvalidOperationException e)
            {
                refused.SetResult(e);
            }

            await never.ConfigureAwait(false);
        }));
        await host.BeginAsync("Stray");

        foreign.SetResult();

        Assert.Contains("not durable", (await Wait.For(refused.Task)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_orchestrator_that_returns_with_open_tasks_ends_when_they_have()
    {
        var go = new TaskCompletionSource();
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddActivityFunc("Slow", (Func<TaskActivityContext, Task>)(_ => go.Task))
            .AddOrchestratorFunc<string>("Forget", context =>
            {
                _ = context.CallActivityAsync("Slow");
                return Task.FromResult("returned");
            }));
        string id = await host.BeginAsync("Forget");

        OrchestrationRuntimeStatus before = (await host.StateOfAsync(id)).RuntimeStatus;
        go.SetResult();

        Assert.Equal(OrchestrationRuntimeStatus.Running, before);
        Assert.Equal("returned", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_orchestrator_that_throws_with_open_tasks_fails_when_they_have_ended()
    {
        var clock = new TestClock();
        await using TestHost host = await TestHost.StartAsync(
            tasks => tasks.AddOrchestratorFunc("Throw", (Action<TaskOrchestrationContext>)(context =>
            {
                _ = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
                throw new InvalidOperationException("thrown");
            })),
            clock);
        string id = await host.BeginAsync("Throw");

        OrchestrationRuntimeStatus before = (await host.StateOfAsync(id)).RuntimeStatus;
        clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(OrchestrationRuntimeStatus.Running, before);
        Assert.Equal("thrown", (await host.EndOfAsync(id)).FailureDetails!.ErrorMessage);
    }

    [Fact]
    public async Task An_event_that_nobody_sends_holds_nothing_open()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc<string>("Forget", context =>
        {
            _ = context.WaitForExternalEvent<object>("Never");
            return Task.FromResult("returned");
        }));

        Assert.Equal("returned", (await host.RunAsync("Forget")).ReadOutputAs<string>());
    }

    static void AssertNotDurable(OrchestrationMetadata ended)
    {
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.EndsWith("NonDeterministicOrchestrationException", ended.FailureDetails!.ErrorType, StringComparison.Ordinal);
        Assert.Contains("not durable", ended.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }
}
