using DurableTask.Core.History;
using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Orchestrations;

/// <summary>Orchestrations that begin anew with an empty history.</summary>
public sealed class ContinueAsNewTests
{
    [Fact]
    public async Task Each_round_gets_its_input_and_begins_with_an_empty_history()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddActivityFunc<int, int>("Add", (_, n) => n + 1)
            .AddOrchestratorFunc<int, int>("Loop", async (context, n) =>
            {
                n = await context.CallActivityAsync<int>("Add", n);
                if (n < 50)
                {
                    context.ContinueAsNew(n);
                }

                return n;
            }));

        OrchestrationMetadata ended = await host.RunAsync("Loop", 0);

        Assert.Equal(50, ended.ReadOutputAs<int>());
        Assert.Equal(49, ended.ReadInputAs<int>());
        Assert.Single((await host.HistoryOfAsync(ended.InstanceId)).OfType<TaskScheduledEvent>());
    }

    [Fact]
    public async Task Events_that_were_not_consumed_go_to_the_next_round()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc<string, string>("Collect", async (context, so) =>
            {
                so += await context.WaitForExternalEvent<string>("E");
                if (so.Length < 4)
                {
                    context.ContinueAsNew(so);
                }

                return so;
            }));
        string id = await host.BeginAsync("Collect", string.Empty);

        await Task.WhenAll("abcd".Select(letter => host.Client.RaiseEventAsync(id, "E", letter.ToString())));

        Assert.Equal("abcd", string.Concat((await host.EndOfAsync(id)).ReadOutputAs<string>()!.Order()));
    }

    /// <summary>Several events come with one turn: the first ends the round, and those behind it must not go to the wait that the round has begun besides.</summary>
    [Fact]
    public async Task Events_behind_the_one_that_ends_a_round_go_to_the_next_even_if_the_round_waits_for_more()
    {
        const int all = 300;
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc<int, int>("Count", async (context, count) =>
        {
            Task<int> next = context.WaitForExternalEvent<int>("E");
            await next;
            while (next.IsCompleted)
            {
                count++;
                next = context.WaitForExternalEvent<int>("E");
            }

            if (count < all)
            {
                context.ContinueAsNew(count);
            }

            return count;
        }));
        string id = await host.BeginAsync("Count", 0);

        await Task.WhenAll(Enumerable.Range(0, all).Select(n => host.Client.RaiseEventAsync(id, "E", n)));

        Assert.Equal(all, (await host.EndOfAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Buffered_events_keep_their_order_over_a_round()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc<int, string>("TwoRounds", async (context, round) =>
        {
            if (round == 1)
            {
                await context.WaitForExternalEvent<object>("Next");
                context.ContinueAsNew(2);
                return string.Empty;
            }

            return await context.WaitForExternalEvent<string>("E") + await context.WaitForExternalEvent<string>("E");
        }));
        string id = await host.BeginAsync("TwoRounds", 1);

        await host.Client.RaiseEventAsync(id, "E", "1");
        await host.Client.RaiseEventAsync(id, "E", "2");
        await host.Client.RaiseEventAsync(id, "Next");

        Assert.Equal("12", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Events_that_are_not_to_be_preserved_are_dropped()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc<int, string>("TwoRounds", async (context, round) =>
        {
            if (round == 1)
            {
                await context.WaitForExternalEvent<object>("Next");
                context.ContinueAsNew(2, preserveUnprocessedEvents: false);
                return string.Empty;
            }

            return await context.WaitForExternalEvent<string>("E");
        }));
        string id = await host.BeginAsync("TwoRounds", 1);
        await host.Client.RaiseEventAsync(id, "E", "old");
        await host.Client.RaiseEventAsync(id, "Next");
        await Wait.Until(async () => (await host.StateOfAsync(id)).ReadInputAs<int>() == 2);

        await host.Client.RaiseEventAsync(id, "E", "new");

        Assert.Equal("new", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task What_a_round_forgot_to_await_does_not_fail_the_next_one()
    {
        var gate = new TaskCompletionSource();
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc<int, string>("Rounds", async (context, round) =>
        {
            if (round == 0)
            {
                _ = AwaitAsync(gate.Task);
                context.ContinueAsNew(1);
                return "the first round";
            }

            context.SetCustomStatus("the second round");
            return await context.WaitForExternalEvent<string>("E");
        }));
        string id = await host.BeginAsync("Rounds", 0);
        await Wait.Until(async () => (await host.StateOfAsync(id)).SerializedCustomStatus is not null, "the second round");

        gate.SetResult();
        await host.Client.RaiseEventAsync(id, "E", "fine");

        Assert.Equal("fine", (await host.EndOfAsync(id)).ReadOutputAs<string>());

        static async Task AwaitAsync(Task task) => await task;
    }

    [Fact]
    public async Task The_next_round_can_be_of_another_version()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc<int, string>("Migrate", "1.0", (context, n) =>
            {
                context.ContinueAsNew(new ContinueAsNewOptions { NewInput = n + 1, NewVersion = "2.0" });
                return Task.FromResult("from the first");
            })
            .AddOrchestratorFunc<int, string>("Migrate", "2.0", (context, n) => Task.FromResult($"{context.Version} with {n}")));

        OrchestrationMetadata ended = await host.RunAsync("Migrate", 1, new StartOrchestrationOptions { Version = "1.0" });

        Assert.Equal("2.0 with 2", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_round_that_waits_comes_back_after_a_restart()
    {
        await using TestHost host = await TestHost.StartAsync(tasks => tasks.AddOrchestratorFunc<int, string>("Loop", async (context, n) =>
        {
            string word = await context.WaitForExternalEvent<string>("E");
            if (n < 2)
            {
                context.ContinueAsNew(n + 1);
            }

            return $"{word} in round {n}";
        }));
        string id = await host.BeginAsync("Loop", 1);
        await host.Client.RaiseEventAsync(id, "E", "one");
        await Wait.Until(async () => (await host.StateOfAsync(id)).ReadInputAs<int>() == 2);

        await host.RestartAsync();
        await host.Client.RaiseEventAsync(id, "E", "two");

        Assert.Equal("two in round 2", (await host.EndOfAsync(id)).ReadOutputAs<string>());
    }
}
