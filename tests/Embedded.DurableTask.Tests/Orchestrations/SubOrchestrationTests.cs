using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Orchestrations;

/// <summary>Orchestrations that call orchestrations.</summary>
public sealed class SubOrchestrationTests
{
    [Fact]
    public async Task A_child_runs_under_the_given_id_and_knows_its_parent()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc<string, string>("Child", (context, text) => $"{text} {context.Parent!.Name}/{context.Parent.InstanceId}")
            .AddOrchestratorFunc<string>("Parent", context =>
                context.CallSubOrchestratorAsync<string>("Child", "called by", new SubOrchestrationOptions(instanceId: "the-child"))));

        OrchestrationMetadata ended = await host.RunAsync("Parent", options: new StartOrchestrationOptions("the-parent"));

        Assert.Equal("called by Parent/the-parent", ended.ReadOutputAs<string>());
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.StateOfAsync("the-child")).RuntimeStatus);
    }

    [Fact]
    public async Task An_orchestration_that_a_client_started_has_no_parent()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc<bool>("Alone", context => Task.FromResult(context.Parent is null)));

        Assert.True((await host.RunAsync("Alone")).ReadOutputAs<bool>());
    }

    [Fact]
    public async Task A_child_without_a_given_id_gets_one_of_its_own()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc<string>("Child", context => Task.FromResult(context.InstanceId))
            .AddOrchestratorFunc<string[]>("Parent", context => Task.WhenAll(
                context.CallSubOrchestratorAsync<string>("Child"), context.CallSubOrchestratorAsync<string>("Child"))));

        string[] ids = (await host.RunAsync("Parent")).ReadOutputAs<string[]>()!;

        Assert.Equal(2, ids.Distinct().Count());
        Assert.All(ids, id => Assert.True(Guid.TryParseExact(id, "N", out _)));
    }

    [Fact]
    [Trait("Row", "KZ12")]
    public async Task The_failure_of_a_child_keeps_its_inner_failure()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddActivityFunc("Fail", (Action<TaskActivityContext>)(_ => throw new InvalidOperationException("deep down")))
            .AddOrchestratorFunc("Child", context => context.CallActivityAsync("Fail"))
            .AddOrchestratorFunc("Parent", context => context.CallSubOrchestratorAsync("Child")));

        TaskFailureDetails failure = (await host.RunAsync("Parent")).FailureDetails!;

        Assert.Equal(typeof(TaskFailedException).FullName, failure.ErrorType);
        Assert.Contains("'Child'", failure.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(typeof(TaskFailedException).FullName, failure.InnerFailure!.ErrorType);
        Assert.Contains("'Fail'", failure.InnerFailure.ErrorMessage, StringComparison.Ordinal);
        Assert.True(failure.InnerFailure.InnerFailure!.IsCausedBy<InvalidOperationException>());
        Assert.Equal("deep down", failure.InnerFailure.InnerFailure.ErrorMessage);
    }

    [Fact]
    public async Task A_child_that_nobody_registered_fails_as_not_found()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc("Parent", context => context.CallSubOrchestratorAsync("Missing")));

        TaskFailureDetails failure = (await host.RunAsync("Parent")).FailureDetails!;

        Assert.Equal("OrchestratorTaskNotFound", failure.InnerFailure!.ErrorType);
    }

    [Fact]
    public async Task A_child_under_the_id_of_a_running_instance_fails_and_leaves_that_one_alone()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc<string>("Waiter", context => context.WaitForExternalEvent<string>("Go"))
            .AddOrchestratorFunc<string>("Parent", async context =>
            {
                try
                {
                    return await context.CallSubOrchestratorAsync<string>("Waiter", new SubOrchestrationOptions(instanceId: "taken"));
                }
                catch (TaskFailedException e)
                {
                    return e.FailureDetails.ErrorMessage;
                }
            }));
        await host.BeginAsync("Waiter", options: new StartOrchestrationOptions("taken"));

        string? message = (await host.RunAsync("Parent")).ReadOutputAs<string>();
        await host.Client.RaiseEventAsync("taken", "Go", "still here");

        Assert.Contains("'taken' already exists", message, StringComparison.Ordinal);
        Assert.Equal("still here", (await host.EndOfAsync("taken")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_terminated_child_is_a_failure_to_its_parent()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc<string>("Child", context => context.WaitForExternalEvent<string>("Never"))
            .AddOrchestratorFunc<string>("Parent", context =>
                context.CallSubOrchestratorAsync<string>("Child", new SubOrchestrationOptions(instanceId: "victim"))));
        string parent = await host.BeginAsync("Parent");
        await host.Client.WaitForInstanceStartAsync("victim", Wait.Token);

        await host.Client.TerminateInstanceAsync("victim", "enough");

        OrchestrationMetadata ended = await host.EndOfAsync(parent);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Contains("terminated", ended.FailureDetails!.InnerFailure!.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("enough", ended.FailureDetails.InnerFailure.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Children_survive_a_restart_of_the_worker_and_answer_their_parent()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc<string>("Child", context => context.WaitForExternalEvent<string>("Go"))
            .AddOrchestratorFunc<string>("Parent", context =>
                context.CallSubOrchestratorAsync<string>("Child", new SubOrchestrationOptions(instanceId: "kid"))));
        string parent = await host.BeginAsync("Parent");
        await host.Client.WaitForInstanceStartAsync("kid", Wait.Token);

        await host.RestartAsync();
        await host.Client.RaiseEventAsync("kid", "Go", "done");

        Assert.Equal("done", (await host.EndOfAsync(parent)).ReadOutputAs<string>());
    }
}
