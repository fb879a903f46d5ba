using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.Options;

namespace Embedded.DurableTask.Tests.Registration;

/// <summary>Workers that take only some of the instances; the others wait, and are not lost.</summary>
public sealed class FilterTests
{
    static void Tasks(DurableTaskRegistry tasks) => tasks.AddOrchestratorFunc<string>("Mine", _ => Task.FromResult("ran"));

    [Fact]
    public async Task An_orchestration_filter_leaves_what_it_refuses_for_later()
    {
#pragma warning disable CS0618 // Official, and officially experimental.
        var strict = new TestHostSetup { Tasks = Tasks, Worker = worker => worker.UseOrchestrationFilter(new AccountFilter()) };
#pragma warning restore CS0618
        await using TestHost host = await TestHost.StartAsync(strict);
        string refused = await host.Client.ScheduleNewOrchestrationInstanceAsync("Mine");

        OrchestrationMetadata taken = await host.RunAsync(
            "Mine", options: new StartOrchestrationOptions { Tags = new Dictionary<string, string> { ["account"] = "a" } });
        await Wait.Until(() => host.Logs.Entries.Any(e => e.Message.Contains(refused, StringComparison.Ordinal)));
        OrchestrationRuntimeStatus before = (await host.StateOfAsync(refused)).RuntimeStatus;
        await host.RestartAsync(new TestHostSetup { Tasks = Tasks });

        Assert.Equal("ran", taken.ReadOutputAs<string>());
        Assert.Equal(OrchestrationRuntimeStatus.Pending, before);
        Assert.Equal("ran", (await host.EndOfAsync(refused)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Work_item_filters_made_from_the_registry_leave_unknown_tasks_for_later()
    {
        await using TestHost host = await TestHost.StartAsync(new TestHostSetup { Tasks = Tasks, Worker = worker => worker.UseWorkItemFilters() });
        string foreign = await host.Client.ScheduleNewOrchestrationInstanceAsync("Foreign");

        OrchestrationMetadata mine = await host.RunAsync("Mine");
        await Wait.Until(() => host.Logs.Entries.Any(e => e.Message.Contains(foreign, StringComparison.Ordinal)));
        OrchestrationRuntimeStatus before = (await host.StateOfAsync(foreign)).RuntimeStatus;
        await host.RestartAsync(tasks => tasks.AddOrchestratorFunc<string>("Foreign", _ => Task.FromResult("at last")));

        Assert.Equal("ran", mine.ReadOutputAs<string>());
        Assert.Equal(OrchestrationRuntimeStatus.Pending, before);
        Assert.Equal("at last", (await host.EndOfAsync(foreign)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Explicit_work_item_filters_take_the_named_versions()
    {
        var filters = new DurableTaskWorkerWorkItemFilters { Orchestrations = [new("Mine", ["1.0"])] };
        await using TestHost host = await TestHost.StartAsync(
            new TestHostSetup { Tasks = Tasks, Worker = worker => worker.UseWorkItemFilters(filters) });
        string other = await host.Client.ScheduleNewOrchestrationInstanceAsync("Mine", new StartOrchestrationOptions { Version = "2.0" });

        OrchestrationMetadata taken = await host.RunAsync("Mine", options: new StartOrchestrationOptions { Version = "1.0" });
        await Wait.Until(() => host.Logs.Entries.Any(e => e.Message.Contains(other, StringComparison.Ordinal)));

        Assert.Equal("ran", taken.ReadOutputAs<string>());
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await host.StateOfAsync(other)).RuntimeStatus);
    }

    [Fact]
    public async Task Filters_for_tasks_that_are_not_registered_are_refused_at_the_start()
    {
        var filters = new DurableTaskWorkerWorkItemFilters { Orchestrations = [new("Foreign", null)] };

        OptionsValidationException refused = await Assert.ThrowsAsync<OptionsValidationException>(() => TestHost.StartAsync(
            new TestHostSetup { Tasks = Tasks, Worker = worker => worker.UseWorkItemFilters(filters) }));

        Assert.Contains("Foreign", refused.Message, StringComparison.Ordinal);
    }

#pragma warning disable CS0618 // As above.
    sealed class AccountFilter : IOrchestrationFilter
    {
        public ValueTask<bool> IsOrchestrationValidAsync(OrchestrationFilterParameters info, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(info.Name == "Mine" && info.Tags?.ContainsKey("account") == true);
    }
#pragma warning restore CS0618
}
