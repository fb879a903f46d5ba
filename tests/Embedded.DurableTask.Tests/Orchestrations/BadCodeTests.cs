using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Tests.Orchestrations;

/// <summary>Code of the app that throws where nobody expects it: what it concerns fails, and says so; the rest goes on.</summary>
public sealed class BadCodeTests
{
    [Theory]
    [InlineData("AsyncVoid", "thrown from async void")]
    [InlineData("Factory", "thrown by the factory")]
    [InlineData("CallEntity", "thrown by the entity's factory")]
    [InlineData("Unmakeable", "thrown by the orchestrator's constructor")]
    [InlineData("CallUnmakeableActivity", "thrown by the activity's constructor")]
    [InlineData("CallUnmakeableEntity", "thrown by the entity's constructor")]
    [InlineData("CallUnspeakable", "cannot be described")]
    public async Task It_fails_the_instance_that_runs_it_and_no_other(string name, string message)
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);

        OrchestrationMetadata bad = await host.RunAsync(name);
        OrchestrationMetadata good = await host.RunAsync("Good");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, bad.RuntimeStatus);
        Assert.Contains(message, bad.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, good.RuntimeStatus);
    }

    [Theory]
    [InlineData("CallEntity")]
    [InlineData("CallUnmakeableEntity")]
    [InlineData("CallUnmakeableActivity")]
    public async Task It_fails_a_call_that_the_orchestrator_can_catch_and_go_on_from(string name)
    {
        await using TestHost host = await TestHost.StartAsync(tasks =>
        {
            Tasks(tasks);
            tasks.AddOrchestratorFunc<string>("Catch", async context =>
            {
                try
                {
                    await context.CallSubOrchestratorAsync(name);
                    return "nothing to catch";
                }
                catch (TaskFailedException)
                {
                    return $"caught, then {await context.CallActivityAsync<int>("One")}";
                }
            });
        });

        OrchestrationMetadata ended = await host.RunAsync("Catch");

        Assert.Equal("caught, then 1", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_activity_whose_exception_cannot_be_read_frees_its_place()
    {
        await using TestHost host = await TestHost.StartAsync(new TestHostSetup
        {
            Tasks = Tasks,
            Worker = worker => worker.Configure(options => options.Concurrency.MaximumConcurrentActivityWorkItems = 1),
        });

        await host.RunAsync("CallUnspeakable");
        OrchestrationMetadata good = await host.RunAsync("Good");

        Assert.Equal(OrchestrationRuntimeStatus.Completed, good.RuntimeStatus);
    }

    [Fact]
    public async Task A_log_sink_that_throws_stops_nothing()
    {
        await using TestHost host = await TestHost.StartAsync(new TestHostSetup
        {
            Tasks = Tasks,
            Services = services => services.AddSingleton<ILoggerProvider, ThrowingSink>(),
        });

        OrchestrationMetadata[] all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.RunAsync("Good")));

        Assert.All(all, one => Assert.Equal(OrchestrationRuntimeStatus.Completed, one.RuntimeStatus));
    }

    static void Tasks(DurableTaskRegistry tasks) => tasks
        .AddOrchestratorFunc<int>("AsyncVoid", async context =>
        {
            ThrowLater();
            return await context.CallActivityAsync<int>("One");

            static async void ThrowLater()
            {
                await Task.Yield();
                throw new InvalidOperationException("thrown from async void");
            }
        })
        .AddOrchestrator("Factory", () => throw new InvalidOperationException("thrown by the factory"))
        .AddOrchestratorFunc<int>("CallEntity", context => context.Entities.CallEntityAsync<int>(new EntityInstanceId("Broken", "1"), "get"))
        .AddOrchestratorFunc<int>("CallUnmakeableActivity", context => context.CallActivityAsync<int>(nameof(UnmakeableActivity)))
        .AddOrchestratorFunc<int>(
            "CallUnmakeableEntity",
            context => context.Entities.CallEntityAsync<int>(new EntityInstanceId(nameof(UnmakeableEntity), "1"), "get"))
        .AddOrchestrator<Unmakeable>()
        .AddActivity<UnmakeableActivity>()
        .AddEntity<UnmakeableEntity>()
        .AddOrchestratorFunc<int>("CallUnspeakable", context => context.CallActivityAsync<int>("Unspeakable"))
        .AddOrchestratorFunc<int>("Good", context => context.CallActivityAsync<int>("One"))
        .AddEntity("Broken", _ => throw new InvalidOperationException("thrown by the entity's factory"))
        .AddActivityFunc<object?, int>("Unspeakable", int (_, _) => throw new UnspeakableException())
        .AddActivityFunc<int>("One", _ => 1);

    sealed class UnspeakableException : Exception
    {
        public override string Message => throw new InvalidOperationException("not even this");
    }

    sealed class Unmakeable : TaskOrchestrator<string?, int>
    {
        public Unmakeable() => throw new InvalidOperationException("thrown by the orchestrator's constructor");

        public override Task<int> RunAsync(TaskOrchestrationContext context, string? input) => Task.FromResult(1);
    }

    sealed class UnmakeableActivity : TaskActivity<string?, int>
    {
        public UnmakeableActivity() => throw new InvalidOperationException("thrown by the activity's constructor");

        public override Task<int> RunAsync(TaskActivityContext context, string? input) => Task.FromResult(1);
    }

    sealed class UnmakeableEntity : TaskEntity<int>
    {
        public UnmakeableEntity() => throw new InvalidOperationException("thrown by the entity's constructor");

        public int Get() => State;
    }

    sealed class ThrowingSink : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) =>
            categoryName.StartsWith("Microsoft.DurableTask.Worker", StringComparison.Ordinal) ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new InvalidOperationException("the sink is broken");

        public void Dispose()
        {
        }
    }
}
