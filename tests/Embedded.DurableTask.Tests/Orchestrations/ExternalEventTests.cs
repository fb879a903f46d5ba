using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Orchestrations;

/// <summary>Who gets an external event, and what becomes of one that nobody waits for.</summary>
public sealed class ExternalEventTests
{
    readonly TestClock _clock = new();

    [Fact]
    public async Task The_newest_waiter_is_served_first()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc<string>("Wait", async context =>
        {
            Task<string> older = context.WaitForExternalEvent<string>("E");
            Task<string> newer = context.WaitForExternalEvent<string>("E");
            return $"{await newer},{await older}";
        }));
        string id = await host.BeginAsync("Wait");

        await host.Client.RaiseEventAsync(id, "E", "first");
        await host.Client.RaiseEventAsync(id, "E", "second");

        Assert.Equal("first,second", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Events_that_come_before_their_waiter_are_kept_in_order()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc<string>("Late", async context =>
        {
            await context.WaitForExternalEvent<object>("Begin");
            return $"{await context.WaitForExternalEvent<int>("E")},{await context.WaitForExternalEvent<int>("E")}";
        }));
        string id = await host.BeginAsync("Late");

        await host.Client.RaiseEventAsync(id, "E", 1);
        await host.Client.RaiseEventAsync(id, "E", 2);
        await host.Client.RaiseEventAsync(id, "Begin");

        Assert.Equal("1,2", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_cancelled_waiter_does_not_eat_an_event()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc<string>("Cancel", async context =>
        {
            Task<string> stays = context.WaitForExternalEvent<string>("E");
            using var cancellation = new CancellationTokenSource();
            Task<string> gives = context.WaitForExternalEvent<string>("E", cancellation.Token);
            cancellation.Cancel();
            return $"{await stays} {gives.IsCanceled}";
        }));
        string id = await host.BeginAsync("Cancel");

        await host.Client.RaiseEventAsync(id, "E", "mine");

        Assert.Equal("mine True", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_wait_that_times_out_throws_and_leaves_the_event_to_the_next_one()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc<string>("Timeout", WaitTwice), _clock);
        string id = await host.BeginAsync("Timeout");

        _clock.Advance(TimeSpan.FromMinutes(2));
        await Wait.Until(async () => (await host.StateOfAsync(id)).ReadCustomStatusAs<string>() == "timed out");
        await host.Client.RaiseEventAsync(id, "E", "late");

        Assert.Equal("late", (await host.EndOfAsync(id)).ReadOutputAs<string>());

        static async Task<string> WaitTwice(TaskOrchestrationContext context)
        {
            try
            {
                return "early: " + await context.WaitForExternalEvent<string>("E", TimeSpan.FromMinutes(1));
            }
            catch (TaskCanceledException)
            {
                context.SetCustomStatus("timed out");
                return await context.WaitForExternalEvent<string>("E");
            }
        }
    }

    [Fact]
    public async Task An_event_in_time_ends_the_wait_and_its_timer()
    {
        await using TestHost host = await TestHost.StartAsync(
            tasks => tasks.AddOrchestratorFunc<string>("Wait", context => context.WaitForExternalEvent<string>("E", TimeSpan.FromMinutes(1))),
            _clock);
        string id = await host.BeginAsync("Wait");

        await host.Client.RaiseEventAsync(id, "E", "in time");

        Assert.Equal("in time", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Names_of_events_do_not_differ_by_case()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc<int>("Wait", context => context.WaitForExternalEvent<int>("Approval")));
        string id = await host.BeginAsync("Wait");

        await host.Client.RaiseEventAsync(id, "APPROVAL", 7);

        Assert.Equal(7, (await host.EndOfAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task A_payload_of_another_type_fails_the_wait()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc<string>("Wait", async context =>
        {
            try
            {
                return $"{await context.WaitForExternalEvent<int>("E")}";
            }
            catch (System.Text.Json.JsonException)
            {
                return "not a number";
            }
        }));
        string id = await host.BeginAsync("Wait");

        await host.Client.RaiseEventAsync(id, "E", "text");

        Assert.Equal("not a number", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Two_waits_for_one_name_must_be_of_one_type()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc("Wait", async context =>
        {
            Task<int> number = context.WaitForExternalEvent<int>("E");
            Task<string> text = context.WaitForExternalEvent<string>("e");
            await Task.WhenAll(number, text);
        }));

        OrchestrationMetadata ended = await host.RunAsync("Wait");

        Assert.Equal(typeof(ArgumentException).FullName, ended.FailureDetails!.ErrorType);
    }

    [Fact]
    public async Task Events_for_a_finished_or_unknown_instance_are_dropped()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc<string>("Once", _ => Task.FromResult("ended"))
            .AddOrchestratorFunc<string>("Wait", context => context.WaitForExternalEvent<string>("E")));
        await host.RunAsync("Once", options: new StartOrchestrationOptions("one"));

        await host.Client.RaiseEventAsync("one", "E", "for the dead");
        await host.Client.RaiseEventAsync("two", "E", "for nobody");
        await host.BeginAsync("Wait", options: new StartOrchestrationOptions("one"));
        await host.BeginAsync("Wait", options: new StartOrchestrationOptions("two"));
        await host.Client.RaiseEventAsync("one", "E", "for one");
        await host.Client.RaiseEventAsync("two", "E", "for two");

        Assert.Equal("for one", (await host.EndOfAsync("one")).ReadOutputAs<string>());
        Assert.Equal("for two", (await host.EndOfAsync("two")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_orchestration_sends_an_event_to_another_one()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc<string>("Wait", context => context.WaitForExternalEvent<string>("E"))
            .AddOrchestratorFunc("Send", (Action<TaskOrchestrationContext>)(context =>
            {
                context.SendEvent("nobody", "E", "lost");
                context.SendEvent("receiver", "E", "hello");
            })));
        await host.BeginAsync("Wait", options: new StartOrchestrationOptions("receiver"));

        OrchestrationMetadata sender = await host.RunAsync("Send");

        Assert.Equal(OrchestrationRuntimeStatus.Completed, sender.RuntimeStatus);
        Assert.Equal("hello", (await host.EndOfAsync("receiver")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Events_keep_their_order_when_a_turn_has_to_be_stored_again()
    {
        bool refuse = false;
        var refused = new TaskCompletionSource();
        await using TestHost host = await TestHost.StartAsync(new TestHostSetup
        {
            Tasks = tasks => tasks.AddOrchestratorFunc<string>("Two", async context =>
                $"{await context.WaitForExternalEvent<string>("E")},{await context.WaitForExternalEvent<string>("E")}"),
            Options = options => options.Faults = operation =>
            {
                if (operation == "inbox.delete" && Volatile.Read(ref refuse))
                {
                    refused.TrySetResult();
                    throw new InvalidOperationException("The disk says no.");
                }
            },
            Time = _clock,
        });
        string id = await host.BeginAsync("Two");

        Volatile.Write(ref refuse, true);
        await host.Client.RaiseEventAsync(id, "E", "first");
        await Wait.For(refused.Task);
        await Wait.Until(() => host.Logs.Entries.Any(e => e.Message.Contains(id, StringComparison.Ordinal) && e.Level >= Microsoft.Extensions.Logging.LogLevel.Warning));
        Volatile.Write(ref refuse, false);
        await host.Client.RaiseEventAsync(id, "E", "second");
        await Wait.Until(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            return Task.FromResult(host.StateOfAsync(id).Result.IsCompleted);
        });

        Assert.Equal("first,second", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }
}
