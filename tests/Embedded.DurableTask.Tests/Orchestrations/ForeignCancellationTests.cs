using DurableTask.Core.Exceptions;
using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Orchestrations;

/// <summary>A token that something outside of the orchestrator cancels, such as a timeout of its source, is not durable.</summary>
public sealed class ForeignCancellationTests
{
    [Fact]
    public async Task A_timer_that_is_cancelled_on_a_foreign_thread_fails_with_a_clear_message() =>
        AssertNotDurable(await RunAsync((context, token) => context.CreateTimer(TimeSpan.FromHours(1), token)));

    [Fact]
    public async Task An_event_that_is_given_up_on_a_foreign_thread_fails_with_a_clear_message() =>
        AssertNotDurable(await RunAsync((context, token) => context.WaitForExternalEvent<int>("Never", token)));

    /// <summary>Has a foreign thread cancel the token in the middle of the turn.</summary>
    static async Task<OrchestrationMetadata> RunAsync(Func<TaskOrchestrationContext, CancellationToken, Task> wait)
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc("GiveUp", async context =>
        {
            using var giveUp = new CancellationTokenSource();
            Task waiting = wait(context, giveUp.Token);
            var foreign = new Thread(giveUp.Cancel);
            foreign.Start();
            foreign.Join();
            await waiting;
        }));
        return await host.RunAsync("GiveUp");
    }

    static void AssertNotDurable(OrchestrationMetadata ended)
    {
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.True(ended.FailureDetails!.IsCausedBy<NonDeterministicOrchestrationException>());
        Assert.Contains("not durable", ended.FailureDetails.ErrorMessage);
    }
}
