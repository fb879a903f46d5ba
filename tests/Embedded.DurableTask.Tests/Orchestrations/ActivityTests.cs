using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Orchestrations;

/// <summary>What goes into an activity, what comes out of it, and what its failure looks like to the caller.</summary>
public sealed class ActivityTests
{
    const int Limit = 4096;

    [Fact]
    public async Task A_typed_activity_gets_its_input_and_gives_its_result()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddActivity<AddActivity>()
            .AddOrchestratorFunc<int, int>("Sum", (context, n) => context.CallActivityAsync<int>(nameof(AddActivity), new Pair(n, 1))));

        OrchestrationMetadata ended = await host.RunAsync("Sum", 41);

        Assert.Equal(42, ended.ReadOutputAs<int>());
    }

    [Fact]
    public async Task An_activity_knows_its_name_and_the_instance_that_called_it()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddActivityFunc<string>("WhoAmI", context => $"{context.Name} of {context.InstanceId}")
            .AddOrchestratorFunc<string>("Ask", context => context.CallActivityAsync<string>("WhoAmI")));

        OrchestrationMetadata ended = await host.RunAsync("Ask", options: new StartOrchestrationOptions("asker"));

        Assert.Equal("WhoAmI of asker", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_activity_called_without_a_type_ignores_what_comes_back()
    {
        var got = new TaskCompletionSource<string>();
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddActivityFunc<string, string>("Note", (_, text) =>
            {
                got.SetResult(text);
                return "not a number";
            })
            .AddOrchestratorFunc("Call", context => context.CallActivityAsync("Note", "hello")));

        OrchestrationMetadata ended = await host.RunAsync("Call");

        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        Assert.Equal("hello", await Wait.For(got.Task));
    }

    [Fact]
    public async Task Null_goes_in_and_comes_out_as_null()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddActivityFunc<string?, string?>("Same", (_, text) => text)
            .AddOrchestratorFunc<bool>("Call", async context => await context.CallActivityAsync<string?>("Same") is null));

        OrchestrationMetadata ended = await host.RunAsync("Call");

        Assert.True(ended.ReadOutputAs<bool>());
    }

    [Fact]
    public async Task A_large_payload_goes_both_ways_unchanged()
    {
        string large = new('ä', 1_000_000);
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddActivityFunc<string, string>("Same", (_, text) => text)
            .AddOrchestratorFunc<string, string>("Call", (context, text) => context.CallActivityAsync<string>("Same", text)));

        OrchestrationMetadata ended = await host.RunAsync("Call", large);

        Assert.Equal(large, ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_input_beyond_the_limit_fails_that_call_alone()
    {
        await using TestHost host = await StartLimitedAsync(tasks => tasks
            .AddActivityFunc<string, int>("Length", (_, text) => text.Length)
            .AddOrchestratorFunc<string>("Call", async context =>
            {
                try
                {
                    await context.CallActivityAsync<int>("Length", new string('x', Limit));
                    return "accepted";
                }
                catch (ArgumentException e)
                {
                    return $"{await context.CallActivityAsync<int>("Length", "four")}: {e.Message}";
                }
            }));

        OrchestrationMetadata ended = await host.RunAsync("Call");

        Assert.StartsWith("4: The input of activity 'Length' has 4,098 bytes", ended.ReadOutputAs<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_beyond_the_limit_is_a_failure_of_the_activity()
    {
        await using TestHost host = await StartLimitedAsync(tasks => tasks
            .AddActivityFunc<string>("Large", _ => new string('x', Limit))
            .AddOrchestratorFunc<string>("Call", async context =>
            {
                try
                {
                    return await context.CallActivityAsync<string>("Large");
                }
                catch (TaskFailedException e)
                {
                    return $"{e.TaskName} {e.FailureDetails.ErrorType}: {e.FailureDetails.ErrorMessage}";
                }
            }));

        OrchestrationMetadata ended = await host.RunAsync("Call");

        Assert.StartsWith("Large PayloadTooLarge: The output of activity 'Large' has 4,098 bytes", ended.ReadOutputAs<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_orchestration_whose_input_or_output_is_too_large_is_refused_or_fails()
    {
        await using TestHost host = await StartLimitedAsync(tasks => tasks
            .AddOrchestratorFunc<string, string>("Blow", (_, _) => new string('x', Limit)));

        await Assert.ThrowsAsync<ArgumentException>(() => host.RunAsync("Blow", new string('x', Limit)));
        OrchestrationMetadata ended = await host.RunAsync("Blow", "small");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Contains("output of the orchestration", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "KZ12")]
    public async Task A_failing_activity_throws_a_task_failed_exception_with_its_details()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddActivityFunc("Fail", (Action<TaskActivityContext>)(_ => throw new InvalidOperationException("broken")))
            .AddOrchestratorFunc("Call", context => context.CallActivityAsync("Fail")));

        OrchestrationMetadata ended = await host.RunAsync("Call");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal(typeof(TaskFailedException).FullName, ended.FailureDetails!.ErrorType);
        Assert.Equal(typeof(InvalidOperationException).FullName, ended.FailureDetails.InnerFailure!.ErrorType);
        Assert.Equal("broken", ended.FailureDetails.InnerFailure.ErrorMessage);
        Assert.Contains(nameof(A_failing_activity_throws_a_task_failed_exception_with_its_details), ended.FailureDetails.InnerFailure.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_activity_that_nobody_registered_fails_as_not_found()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc("Call", context => context.CallActivityAsync("Missing")));

        OrchestrationMetadata ended = await host.RunAsync("Call");

        Assert.Equal("ActivityTaskNotFound", ended.FailureDetails!.InnerFailure!.ErrorType);
        Assert.Contains("'Missing'", ended.FailureDetails.InnerFailure.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "KZ19")]
    public async Task A_result_that_is_not_of_the_asked_type_fails_the_awaiting_code()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddActivityFunc<string>("Text", _ => "text")
            .AddOrchestratorFunc<int>("Call", context => context.CallActivityAsync<int>("Text")));

        OrchestrationMetadata ended = await host.RunAsync("Call");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal(typeof(System.Text.Json.JsonException).FullName, ended.FailureDetails!.ErrorType);
    }

    [Fact]
    [Trait("Row", "KZ18")]
    public async Task No_more_activities_run_at_once_than_the_worker_is_set_to()
    {
        int running = 0;
        int most = 0;
        await using TestHost host = await TestHost.StartAsync(new TestHostSetup
        {
            Tasks = tasks => tasks
                .AddActivityFunc("Step", async _ =>
                {
                    int now = Interlocked.Increment(ref running);
                    InterlockedMax(ref most, now);
                    await Task.Yield();
                    Interlocked.Decrement(ref running);
                })
                .AddOrchestratorFunc("Fan", context => Task.WhenAll(Enumerable.Range(0, 200).Select(_ => context.CallActivityAsync("Step")))),
            Worker = worker => Microsoft.DurableTask.Worker.DurableTaskWorkerBuilderExtensions.Configure(
                worker, options => options.Concurrency.MaximumConcurrentActivityWorkItems = 3),
        });

        OrchestrationMetadata ended = await host.RunAsync("Fan");

        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        Assert.InRange(most, 1, 3);
    }

    static Task<TestHost> StartLimitedAsync(Action<DurableTaskRegistry> tasks) =>
        TestHost.StartAsync(new TestHostSetup { Tasks = tasks, Options = options => options.MaxPayloadBytes = Limit });

    static void InterlockedMax(ref int target, int value)
    {
        int seen = Volatile.Read(ref target);
        while (value > seen)
        {
            seen = Interlocked.CompareExchange(ref target, value, seen) is var found && found == seen ? value : found;
        }
    }

    sealed record Pair(int A, int B);

    sealed class AddActivity : TaskActivity<Pair, int>
    {
        public override Task<int> RunAsync(TaskActivityContext context, Pair input) => Task.FromResult(input.A + input.B);
    }
}
