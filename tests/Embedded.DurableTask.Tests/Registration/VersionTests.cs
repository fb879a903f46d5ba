using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using static Microsoft.DurableTask.Worker.DurableTaskWorkerOptions;

namespace Embedded.DurableTask.Tests.Registration;

/// <summary>Which version of a task runs, and which instances a worker of a version takes.</summary>
public sealed class VersionTests
{
    static readonly StartOrchestrationOptions Two = new() { Version = "2.0" };

    static void Tasks(DurableTaskRegistry tasks) => tasks
        .AddOrchestratorFunc<string>("Any", context => Task.FromResult($"'{context.Version}'"))
        .AddOrchestratorFunc<string>("Child", context => Task.FromResult($"child '{context.Version}'"))
        .AddOrchestratorFunc<string>("Parent", context => context.CallSubOrchestratorAsync<string>("Child"))
        .AddOrchestratorFunc<string>("ParentOfThree", context =>
            context.CallSubOrchestratorAsync<string>("Child", new SubOrchestrationOptions { Version = "3.0" }))
        .AddOrchestratorFunc<int>("Compare", context => Task.FromResult(Math.Sign(context.CompareVersionTo("1.10"))));

    [Fact]
    public async Task Each_version_of_an_orchestrator_runs_its_own_code()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc<object?, string>("Greet", "1.0", (_, _) => Task.FromResult("old"))
            .AddOrchestratorFunc<object?, string>("Greet", "2.0", (_, _) => Task.FromResult("new")));

        OrchestrationMetadata one = await host.RunAsync("Greet", options: new StartOrchestrationOptions { Version = "1.0" });
        OrchestrationMetadata two = await host.RunAsync("Greet", options: Two);
        OrchestrationMetadata three = await host.RunAsync("Greet", options: new StartOrchestrationOptions { Version = "3.0" });

        Assert.Equal("old", one.ReadOutputAs<string>());
        Assert.Equal("new", two.ReadOutputAs<string>());
        Assert.Equal("OrchestratorTaskNotFound", three.FailureDetails!.ErrorType);
    }

    [Fact]
    public async Task An_activity_is_looked_up_in_the_version_of_the_orchestration_or_the_one_asked_for()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddActivityFunc<object?, string>("Work", "1.0", (_, _) => Task.FromResult("work 1"))
            .AddActivityFunc<object?, string>("Work", "2.0", (_, _) => Task.FromResult("work 2"))
            .AddOrchestratorFunc<string>("Call", async context =>
                $"{await context.CallActivityAsync<string>("Work")}, {await context.CallActivityAsync<string>("Work", new TaskOptions { Version = "1.0" })}"));

        Assert.Equal("work 2, work 1", (await host.RunAsync("Call", options: Two)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_class_may_carry_its_name_and_version()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestrator<VersionedGreeting>());

        Assert.Equal("from the class", (await host.RunAsync("Greeting", options: Two)).ReadOutputAs<string>());
    }

    [Fact]
    public void A_name_and_version_can_be_registered_once()
    {
        var registry = new DurableTaskRegistry();
        registry.AddOrchestratorFunc<object?, string>("Greet", "1.0", (_, _) => Task.FromResult("a"));

        Assert.Throws<ArgumentException>(() => registry.AddOrchestratorFunc<object?, string>("greet", "1.0", (_, _) => Task.FromResult("b")));
    }

    [Theory]
    [InlineData("1.9", -1)]
    [InlineData("1.10", 0)]
    [InlineData("2.0", 1)]
    [InlineData("", -1)]
    public async Task An_orchestration_compares_its_version(string version, int expected)
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);

        OrchestrationMetadata ended = await host.RunAsync("Compare", options: new StartOrchestrationOptions { Version = version });

        Assert.Equal(expected, ended.ReadOutputAs<int>());
    }

    [Fact]
    public async Task A_client_has_a_default_version_which_a_start_can_override()
    {
        await using TestHost host = await TestHost.StartAsync(
            new TestHostSetup { Tasks = Tasks, Client = client => client.UseDefaultVersion("1.5") });

        Assert.Equal("'1.5'", (await host.RunAsync("Any")).ReadOutputAs<string>());
        Assert.Equal("'2.0'", (await host.RunAsync("Any", options: Two)).ReadOutputAs<string>());
        Assert.Equal("''", (await host.RunAsync("Any", options: new StartOrchestrationOptions { Version = TaskVersion.Unversioned })).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_worker_has_a_default_version_for_sub_orchestrations_which_a_call_can_override()
    {
        await using TestHost host = await StartAsync(new VersioningOptions { DefaultVersion = "1.5" });

        Assert.Equal("child '1.5'", (await host.RunAsync("Parent")).ReadOutputAs<string>());
        Assert.Equal("child '3.0'", (await host.RunAsync("ParentOfThree")).ReadOutputAs<string>());
    }

    [Theory]
    [InlineData(VersionMatchStrategy.None, "9.0", true)]
    [InlineData(VersionMatchStrategy.Strict, "2.0", true)]
    [InlineData(VersionMatchStrategy.Strict, "1.0", false)]
    [InlineData(VersionMatchStrategy.CurrentOrOlder, "2.0", true)]
    [InlineData(VersionMatchStrategy.CurrentOrOlder, "1.0", true)]
    [InlineData(VersionMatchStrategy.CurrentOrOlder, "2.1", false)]
    public async Task A_version_that_does_not_match_fails_when_the_worker_is_to_fail_it(VersionMatchStrategy match, string version, bool runs)
    {
        await using TestHost host = await StartAsync(
            new VersioningOptions { Version = "2.0", MatchStrategy = match, FailureStrategy = VersionFailureStrategy.Fail });

        OrchestrationMetadata ended = await host.RunAsync("Any", options: new StartOrchestrationOptions { Version = version });

        Assert.Equal(runs ? OrchestrationRuntimeStatus.Completed : OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal(runs ? null : "VersionMismatch", ended.FailureDetails?.ErrorType);
    }

    [Fact]
    public async Task A_version_that_does_not_match_is_left_to_another_worker_by_default()
    {
        await using TestHost host = await StartAsync(new VersioningOptions { Version = "1.0", MatchStrategy = VersionMatchStrategy.Strict });
        string id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Any", Two);
        await Wait.Until(() => host.Logs.Entries.Any(e => e.Message.Contains(id, StringComparison.Ordinal)));
        OrchestrationRuntimeStatus before = (await host.StateOfAsync(id)).RuntimeStatus;

        await host.RestartAsync(Setup(new VersioningOptions { Version = "2.0", MatchStrategy = VersionMatchStrategy.Strict }));

        Assert.Equal(OrchestrationRuntimeStatus.Pending, before);
        Assert.Equal("'2.0'", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    static Task<TestHost> StartAsync(VersioningOptions versioning) => TestHost.StartAsync(Setup(versioning));

    static TestHostSetup Setup(VersioningOptions versioning) => new() { Tasks = Tasks, Worker = worker => worker.UseVersioning(versioning) };

    [DurableTask("Greeting", Version = "2.0")]
    sealed class VersionedGreeting : TaskOrchestrator<object?, string>
    {
        public override Task<string> RunAsync(TaskOrchestrationContext context, object? input) => Task.FromResult("from the class");
    }
}
