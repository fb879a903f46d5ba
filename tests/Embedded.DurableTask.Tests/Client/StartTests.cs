using DurableTask.Core.Exceptions;
using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Client;

/// <summary>Starting an instance: when, with what, and whether there is one of its id already.</summary>
public sealed class StartTests
{
    static readonly StartOrchestrationOptions Same = new("same");

    static void Tasks(DurableTaskRegistry tasks) => tasks
        .AddOrchestratorFunc<string?, string?>("Echo", (_, text) => text)
        .AddOrchestratorFunc<string, string>("Fail", (Func<TaskOrchestrationContext, string, string>)((_, text) => throw new InvalidOperationException(text)))
        .AddOrchestratorFunc<string, string>("Wait", async (context, text) => text + await context.WaitForExternalEvent<string>("E"));

    [Fact]
    public async Task Tags_input_and_times_are_kept_with_the_instance()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks, new TestClock());

        OrchestrationMetadata ended = await host.RunAsync(
            "Echo", "in", new StartOrchestrationOptions("tagged") { Tags = new Dictionary<string, string> { ["account"] = "a1" } });

        Assert.Equal("in", ended.ReadInputAs<string>());
        Assert.Equal("a1", ended.Tags["account"]);
        Assert.Equal(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero), ended.CreatedAt);
        Assert.Equal(ended.CreatedAt, ended.LastUpdatedAt);
    }

    [Fact]
    public async Task A_start_without_an_id_makes_a_new_one_each_time()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);

        OrchestrationMetadata one = await host.RunAsync("Echo");
        OrchestrationMetadata two = await host.RunAsync("Echo");

        Assert.NotEqual(one.InstanceId, two.InstanceId);
        Assert.Null(one.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_delayed_start_is_pending_until_its_time_and_keeps_events()
    {
        var clock = new TestClock();
        await using TestHost host = await TestHost.StartAsync(Tasks, clock);
        string id = await host.Client.ScheduleNewOrchestrationInstanceAsync(
            "Wait", "got ", new StartOrchestrationOptions { StartAt = clock.GetUtcNow().AddDays(3) });
        await host.Client.RaiseEventAsync(id, "E", "early");
        await host.RestartAsync();

        clock.Advance(TimeSpan.FromDays(3) - TimeSpan.FromSeconds(1));
        await host.RunAsync("Echo");
        OrchestrationRuntimeStatus before = (await host.StateOfAsync(id)).RuntimeStatus;
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(OrchestrationRuntimeStatus.Pending, before);
        Assert.Equal("got early", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    [Trait("Row", "KZ11")]
    public async Task A_running_instance_is_kept_and_the_second_start_is_refused()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        await host.BeginAsync("Wait", "first ", Same);

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => host.BeginAsync("Wait", "second ", Same));
        await host.Client.RaiseEventAsync("same", "E", "E");

        Assert.Equal("first E", (await host.EndOfAsync("same")).ReadOutputAs<string>());
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Pending)]
    [InlineData(OrchestrationRuntimeStatus.Suspended)]
    public async Task An_instance_that_waits_to_begin_or_is_suspended_is_kept_too(OrchestrationRuntimeStatus status)
    {
        var clock = new TestClock();
        await using TestHost host = await TestHost.StartAsync(Tasks, clock);
        DateTimeOffset? startAt = status == OrchestrationRuntimeStatus.Pending ? clock.GetUtcNow().AddDays(1) : null;
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Wait", "first ", Same with { StartAt = startAt });
        if (status == OrchestrationRuntimeStatus.Suspended)
        {
            await host.Client.SuspendInstanceAsync("same");
            await host.UntilStatusAsync("same", status);
        }

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => host.BeginAsync("Wait", "second ", Same));

        OrchestrationMetadata state = await host.StateOfAsync("same");
        Assert.Equal((status, "first "), (state.RuntimeStatus, state.ReadInputAs<string>()));
    }

    [Fact]
    public async Task A_terminated_instance_is_kept_when_its_status_and_all_unfinished_ones_are_to_be_kept()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        await host.BeginAsync("Wait", "first ", Same);
        await host.Client.TerminateInstanceAsync("same");
        await host.EndOfAsync("same");

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => host.RunAsync("Echo", "second", Same.WithDedupeStatuses(
            OrchestrationRuntimeStatus.Terminated,
            OrchestrationRuntimeStatus.Pending,
            OrchestrationRuntimeStatus.Running,
            OrchestrationRuntimeStatus.Suspended)));

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await host.StateOfAsync("same")).RuntimeStatus);
    }

    [Fact]
    public async Task An_ended_instance_is_replaced()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        await host.RunAsync("Echo", "first", Same);

        OrchestrationMetadata second = await host.RunAsync("Echo", "second", Same);

        Assert.Equal("second", second.ReadOutputAs<string>());
    }

    [Theory]
    [InlineData("Echo", OrchestrationRuntimeStatus.Completed)]
    [InlineData("Fail", OrchestrationRuntimeStatus.Failed)]
    public async Task An_ended_instance_is_kept_when_its_status_is_among_those_to_keep(string name, OrchestrationRuntimeStatus status)
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        await host.RunAsync(name, "first", Same);

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(
            () => host.RunAsync("Echo", "second", Same.WithDedupeStatuses(status)));

        OrchestrationMetadata state = await host.StateOfAsync("same");
        Assert.Equal(status, state.RuntimeStatus);
        Assert.Equal("first", state.ReadInputAs<string>());
    }

    [Fact]
    public async Task A_status_that_is_not_among_those_to_keep_is_replaced()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        await host.RunAsync("Fail", "first", Same);

        OrchestrationMetadata second = await host.RunAsync("Echo", "second", Same.WithDedupeStatuses(OrchestrationRuntimeStatus.Completed));

        Assert.Equal("second", second.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_running_instance_whose_status_is_not_to_be_kept_is_replaced()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);
        await host.BeginAsync("Wait", "first ", Same);

        await host.Client.ScheduleNewOrchestrationInstanceAsync("Wait", "second ", Same.WithDedupeStatuses(OrchestrationRuntimeStatus.Completed));
        await Wait.Until(async () => (await host.StateOfAsync("same")).ReadInputAs<string>() == "second ");
        await host.Client.RaiseEventAsync("same", "E", "E");

        Assert.Equal("second E", (await host.EndOfAsync("same")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task The_activity_of_a_replaced_instance_does_not_answer_the_new_one()
    {
        var old = new TaskCompletionSource<string>();
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddActivityFunc<bool, string>("Step", (_, isOld) => isOld ? old.Task : Task.FromResult("new"))
            .AddOrchestratorFunc<bool, string>("Call", async (context, isOld) =>
            {
                await context.WaitForExternalEvent<object>("Begin");
                return await context.CallActivityAsync<string>("Step", isOld);
            }));
        await host.BeginAsync("Call", true, Same);
        await host.Client.RaiseEventAsync("same", "Begin");
        await host.UntilHistoryHasAsync<global::DurableTask.Core.History.TaskScheduledEvent>("same");

        await host.BeginAsync("Call", false, Same.WithDedupeStatuses(OrchestrationRuntimeStatus.Completed));
        old.SetResult("old");
        await host.Client.RaiseEventAsync("same", "Begin");

        Assert.Equal("new", (await host.EndOfAsync("same")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Statuses_that_contradict_each_other_or_do_not_exist_are_refused()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);

        await Assert.ThrowsAsync<ArgumentException>(
            () => host.RunAsync("Echo", "x", Same.WithDedupeStatuses(OrchestrationRuntimeStatus.Terminated)));
        await Assert.ThrowsAsync<ArgumentException>(() => host.RunAsync("Echo", "x", Same with { DedupeStatuses = ["Sleeping"] }));

        Assert.Null(await host.Client.GetInstanceAsync("same"));
    }

    [Fact]
    [Trait("Row", "KZ10")]
    public async Task Of_many_simultaneous_starts_of_one_id_exactly_one_wins()
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);

        bool[] won = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(async () =>
        {
            try
            {
                await host.Client.ScheduleNewOrchestrationInstanceAsync("Wait", $"{i} ", Same);
                return true;
            }
            catch (OrchestrationAlreadyExistsException)
            {
                return false;
            }
        })));
        await host.Client.RaiseEventAsync("same", "E", "E");

        int winner = Array.IndexOf(won, true);
        Assert.Single(won, w => w);
        Assert.Equal($"{winner} E", (await host.EndOfAsync("same")).ReadOutputAs<string>());
    }

    [Theory]
    [InlineData("")]
    [InlineData("@an@entity")]
    [InlineData("a\nb")]
    public async Task An_impossible_id_is_refused(string id)
    {
        await using TestHost host = await TestHost.StartAsync(Tasks);

        await Assert.ThrowsAnyAsync<ArgumentException>(() => host.RunAsync("Echo", options: new StartOrchestrationOptions(id)));
    }
}
