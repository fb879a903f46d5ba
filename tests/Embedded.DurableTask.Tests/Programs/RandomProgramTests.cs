using System.Globalization;
using DurableTask.Core.History;
using Embedded.DurableTask.Store;
using Embedded.DurableTask.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Programs;

/// <summary>
/// Random orchestrations come to what their model says, although they are thrown out of memory after each turn and their host is
/// restarted again and again. A larger run: EMBEDDED_TEST_PROGRAMS=5000; another one: EMBEDDED_TEST_SEED=n.
/// </summary>
public sealed class RandomProgramTests
{
    const int Together = 40;

    [Fact]
    [Trait("Row", "KZ09")]
    public async Task Random_programs_come_to_what_their_model_says_despite_evictions_and_restarts()
    {
        int seed = Setting("EMBEDDED_TEST_SEED", 20_301);
        for (int done = 0; done < Setting("EMBEDDED_TEST_PROGRAMS", 3 * Together); done += Together, seed++)
        {
            await RunAsync(seed);
        }
    }

    static async Task RunAsync(int seed)
    {
        var random = new Random(seed);
        IReadOnlyList<IReadOnlyList<IReadOnlyList<Step>>> programs = [.. Step.Programs.Sample(30, new Rnd((ulong)seed), Together)];
        var interpreter = new Interpreter(programs);
        await using TestHost host = await TestHost.StartAsync(new TestHostSetup
        {
            Tasks = interpreter.Register,
            Options = options => (options.MaxLiveInstances, options.RelaxedDurability) = (1, true),
        });
        await Task.WhenAll(programs.Select((_, n) => host.Client.ScheduleNewOrchestrationInstanceAsync(
            "Program", new Interpreter.Position(n), new StartOrchestrationOptions($"p{n}"))));

        (int Program, string Event)[] events =
            [.. programs.SelectMany((program, n) => program.SelectMany((steps, g) => Step.Events(steps, $"g{g}").Select(e => (n, e))))];
        random.Shuffle(events);
        foreach ((int Program, string Event)[] some in events.Chunk(Math.Max(1, events.Length / 6)))
        {
            await Task.WhenAll(some.Select(e => host.Client.RaiseEventAsync($"p{e.Program}", e.Event, $"event {e.Event}")));
            int runs = interpreter.Runs + random.Next(60);
            await Wait.Until(async () => interpreter.Runs >= runs || await CountUnfinishedAsync(host) == 0 || random.Next(100) == 0, "progress");
            await host.RestartAsync();
        }

        for (int n = 0; n < programs.Count; n++)
        {
            string context = $"seed {seed}, program {n}: {string.Join(" ; ", programs[n].Select(Step.Show))}";
            OrchestrationMetadata ended;
            try
            {
                ended = await host.EndOfAsync($"p{n}");
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"It did not end. {context}");
            }

            Assert.True(ended.RuntimeStatus == OrchestrationRuntimeStatus.Completed, $"{ended.RuntimeStatus}: {ended.FailureDetails}. {context}");
            Assert.True(Model.Run(programs[n]) == ended.ReadOutputAs<string>(), $"{ended.ReadOutputAs<string>()} is not {Model.Run(programs[n])}. {context}");
        }

        await CheckHistoriesAsync(host, $"seed {seed}");
        await host.StopAsync();
        CheckNothingIsLeft(host, $"seed {seed}");
    }

    static async Task CheckHistoriesAsync(TestHost host, string context)
    {
        await foreach (OrchestrationMetadata instance in host.Client.GetAllInstancesAsync())
        {
            Assert.True(instance.IsCompleted, $"{instance}. {context}");
            IReadOnlyList<HistoryEvent> history = await host.HistoryOfAsync(instance.InstanceId);
            string where = $"{instance.InstanceId}: {string.Join(", ", history.Select(e => $"{e.EventType} {e.EventId}"))}. {context}";
            int[] scheduled = [.. history.OfType<TaskScheduledEvent>().Select(e => e.EventId)];
            int[] answered =
            [
                .. history.OfType<TaskCompletedEvent>().Select(e => e.TaskScheduledId), .. history.OfType<TaskFailedEvent>().Select(e => e.TaskScheduledId),
            ];
            int[] subs = [.. history.OfType<SubOrchestrationInstanceCreatedEvent>().Select(e => e.EventId)];
            int[] subsAnswered =
            [
                .. history.OfType<SubOrchestrationInstanceCompletedEvent>().Select(e => e.TaskScheduledId),
                .. history.OfType<SubOrchestrationInstanceFailedEvent>().Select(e => e.TaskScheduledId),
            ];
            int[] timers = [.. history.OfType<TimerCreatedEvent>().Select(e => e.EventId)];
            int[] fired = [.. history.OfType<TimerFiredEvent>().Select(e => e.TimerId)];
            Assert.True(scheduled.Distinct().Count() == scheduled.Length, $"scheduled twice: {where}");
            Assert.True(scheduled.Order().SequenceEqual(answered.Order()), $"not every activity has one answer: {where}");
            Assert.True(subs.Order().SequenceEqual(subsAnswered.Order()), $"not every sub-orchestration has one answer: {where}");
            Assert.True(timers.Order().SequenceEqual(fired.Order()), $"not every timer fired once: {where}");
            Assert.True(history.Count(e => e is ExecutionCompletedEvent) == 1, $"not one end: {where}");
        }
    }

    static void CheckNothingIsLeft(TestHost host, string context)
    {
        using SqliteConnection file = SqliteConnection.Open(host.File, readOnly: true);
        foreach (string left in new[] { "timers", "inbox", "instances WHERE busy = 1", "history WHERE execution NOT IN (SELECT execution FROM instances)" })
        {
            long count = file.ExecuteScalar($"SELECT COUNT(*) FROM {left}");
            Assert.True(count == 0, $"{count} rows are left of {left}. {context}");
        }
    }

    static async Task<int> CountUnfinishedAsync(TestHost host) => await host.Client.GetAllInstancesAsync(new OrchestrationQuery
    {
        Statuses = [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running],
    }).CountAsync();

    static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}
