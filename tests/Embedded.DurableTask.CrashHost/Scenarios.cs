using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.CrashHost;

/// <summary>The orchestrations, one for each thing that an orchestration can wait for. Their input is a size.</summary>
public static class Scenarios
{
    public const string EventName = "number";
    public const int LastEvent = -1;
    public const string Tally = "tally";

    /// <summary>Those that end when they are told to by <see cref="LastEvent"/>.</summary>
    public static readonly string[] Listening = [nameof(Listen), nameof(Renew)];

    /// <summary>Those that end by themselves.</summary>
    public static readonly string[] Ending =
        [nameof(Sequence), nameof(FanOut), nameof(Timers), nameof(Parent), nameof(Entities), nameof(Locks), nameof(Retries), nameof(Loop)];

    static readonly TaskOptions Persistent = TaskOptions.FromRetryPolicy(new RetryPolicy(1_000, TimeSpan.FromMilliseconds(3)));

    public static void AddTo(DurableTaskRegistry registry, Activities activities)
    {
        registry.AddActivityFunc<Step, StepResult>("work", (_, step) => activities.WorkAsync(step));
        registry.AddActivityFunc<Step, StepResult>("flaky", (_, step) => activities.Flaky(step));
        registry.AddActivityFunc<Step, StepResult>("hang", (_, step) => activities.HangAsync(step));
        registry.AddEntity<Tally>(Tally);
        registry.AddOrchestratorFunc<int, Outcome>(nameof(Sequence), Sequence);
        registry.AddOrchestratorFunc<int, Outcome>(nameof(FanOut), FanOut);
        registry.AddOrchestratorFunc<int, Outcome>(nameof(Timers), Timers);
        registry.AddOrchestratorFunc<int, Outcome>(nameof(Parent), Parent);
        registry.AddOrchestratorFunc<int, Outcome>(nameof(Entities), Entities);
        registry.AddOrchestratorFunc<int, Outcome>(nameof(Locks), Locks);
        registry.AddOrchestratorFunc<int, Outcome>(nameof(Retries), Retries);
        registry.AddOrchestratorFunc<LoopState, Outcome>(nameof(Loop), Loop);
        registry.AddOrchestratorFunc<int, Outcome>(nameof(Listen), Listen);
        registry.AddOrchestratorFunc<Outcome, Outcome>(nameof(Renew), Renew);
        registry.AddOrchestratorFunc<int, Outcome>(nameof(Hang), Hang);
    }

    /// <summary>The input of an orchestration of a size.</summary>
    public static object Input(string name, int size) => name switch
    {
        nameof(Loop) => new LoopState(size, size, []),
        nameof(Renew) => new Outcome(0, [], []),
        _ => size,
    };

    /// <summary>The value that an orchestration of a size must come to.</summary>
    public static int Expected(string name, int size) => name switch
    {
        nameof(Sequence) or nameof(Timers) or nameof(Retries) or nameof(Loop) => Iterate(size, size),
        nameof(FanOut) => Enumerable.Range(0, size * 4).Sum(Activities.Next),
        nameof(Parent) => (2 * Iterate(size, size)) + Enumerable.Range(0, size * 4).Sum(Activities.Next),
        nameof(Entities) or nameof(Locks) => size,
        nameof(Hang) => Activities.Next(size),
        _ => 0,
    };

    /// <summary>The entity that belongs to an instance.</summary>
    public static EntityInstanceId TallyOf(string instanceId, string part) => new(Tally, $"{RunOf(instanceId)}-{part}");

    /// <summary>Instance ids are <c>name-run-number</c>.</summary>
    public static string RunOf(string instanceId) => instanceId.Split('-')[1];

    static int Iterate(int value, int times) => times == 0 ? value : Iterate(Activities.Next(value), times - 1);

    static async Task<Outcome> Sequence(TaskOrchestrationContext context, int size)
    {
        var run = new Course(context, size);
        for (int i = 0; i < size; i++)
        {
            await run.StepAsync("work", $"{i}");
        }

        return run.Outcome;
    }

    static async Task<Outcome> FanOut(TaskOrchestrationContext context, int size)
    {
        StepResult[] results = await Task.WhenAll(Enumerable.Range(0, size * 4)
            .Select(i => context.CallActivityAsync<StepResult>("work", new Step($"{context.InstanceId}/{i}", i))));
        return new Outcome(results.Sum(r => r.Value), [.. results.Select(r => r.Token)], []);
    }

    static async Task<Outcome> Timers(TaskOrchestrationContext context, int size)
    {
        var run = new Course(context, size);
        for (int i = 0; i < size; i++)
        {
            await context.CreateTimer(TimeSpan.FromMilliseconds(5 * i), CancellationToken.None);
            using var stop = new CancellationTokenSource();
            _ = context.CreateTimer(TimeSpan.FromHours(1), stop.Token);
            await run.StepAsync("work", $"{i}");
            stop.Cancel();
            try
            {
                await context.WaitForExternalEvent<int>("never", TimeSpan.FromMilliseconds(5));
            }
            catch (TaskCanceledException)
            {
                // As it must.
            }
        }

        return run.Outcome;
    }

    static async Task<Outcome> Parent(TaskOrchestrationContext context, int size)
    {
        Task<Outcome>[] children =
        [
            context.CallSubOrchestratorAsync<Outcome>(nameof(Sequence), size, new SubOrchestrationOptions { InstanceId = context.InstanceId + "-a" }),
            context.CallSubOrchestratorAsync<Outcome>(nameof(FanOut), size),
            context.CallSubOrchestratorAsync<Outcome>(nameof(Loop), Input(nameof(Loop), size)),
        ];
        Outcome[] outcomes = await Task.WhenAll(children);
        return new Outcome(outcomes.Sum(o => o.Value), [.. outcomes.SelectMany(o => o.Tokens)], []);
    }

    static async Task<Outcome> Entities(TaskOrchestrationContext context, int size)
    {
        for (int i = 0; i < size; i++)
        {
            EntityInstanceId tally = TallyOf(context.InstanceId, $"calls{i % 2}");
            await context.Entities.SignalEntityAsync(tally, "Add", $"{context.InstanceId}/signal{i}");
            await context.Entities.CallEntityAsync<int>(tally, "Add", $"{context.InstanceId}/call{i}");
        }

        return new Outcome(size, [], []);
    }

    /// <summary>Both tallies are written only together and only under their locks: who holds the locks sees them agree.</summary>
    static async Task<Outcome> Locks(TaskOrchestrationContext context, int size)
    {
        EntityInstanceId left = TallyOf(context.InstanceId, "left");
        EntityInstanceId right = TallyOf(context.InstanceId, "right");
        await using (await context.Entities.LockEntitiesAsync([right, left]))
        {
            int count = await context.Entities.CallEntityAsync<int>(left, "Add", context.InstanceId);
            int before = await context.Entities.CallEntityAsync<int>(right, "Count");
            int after = await context.Entities.CallEntityAsync<int>(right, "Add", context.InstanceId);
            return count == before + 1 && after == count
                ? new Outcome(size, [], [])
                : throw new InvalidOperationException($"The lock leaks: {count} on the left, {before} and {after} on the right.");
        }
    }

    static async Task<Outcome> Retries(TaskOrchestrationContext context, int size)
    {
        var run = new Course(context, size);
        for (int i = 0; i < size; i++)
        {
            await run.StepAsync("flaky", $"{i}", Persistent);
        }

        return run.Outcome;
    }

    /// <summary>One execution for each step.</summary>
    static async Task<Outcome> Loop(TaskOrchestrationContext context, LoopState state)
    {
        if (state.Tokens.Count == state.Size)
        {
            return new Outcome(state.Value, state.Tokens, []);
        }

        StepResult result = await context.CallActivityAsync<StepResult>("work", new Step($"{context.InstanceId}/{state.Tokens.Count}", state.Value));
        context.ContinueAsNew(state with { Value = result.Value, Tokens = [.. state.Tokens, result.Token] });
        return new Outcome(0, [], []);
    }

    /// <summary>Collects events in one long execution, each with a timer that it gives up.</summary>
    static async Task<Outcome> Listen(TaskOrchestrationContext context, int size)
    {
        var events = new List<int>();
        while (true)
        {
            int number = await context.WaitForExternalEvent<int>(EventName, TimeSpan.FromHours(1));
            if (number == LastEvent)
            {
                return new Outcome(0, [], events);
            }

            events.Add(number);
        }
    }

    /// <summary>Collects events and continues as new every three of them, with what has come early.</summary>
    static async Task<Outcome> Renew(TaskOrchestrationContext context, Outcome before)
    {
        List<int> events = [.. before.Events];
        for (int i = 0; i < 3; i++)
        {
            int number = await context.WaitForExternalEvent<int>(EventName);
            if (number == LastEvent)
            {
                return before with { Events = events };
            }

            events.Add(number);
        }

        StepResult result = await context.CallActivityAsync<StepResult>("work", new Step($"{context.InstanceId}/{before.Tokens.Count}", 1));
        context.ContinueAsNew(new Outcome(0, [.. before.Tokens, result.Token], events));
        return before;
    }

    static async Task<Outcome> Hang(TaskOrchestrationContext context, int size)
    {
        var run = new Course(context, size);
        await run.StepAsync("hang", "0");
        return run.Outcome;
    }

    /// <summary>Where a chain of activities has got to.</summary>
    sealed class Course(TaskOrchestrationContext context, int value)
    {
        readonly List<string> _tokens = [];

        public Outcome Outcome => new(value, _tokens, []);

        public async Task StepAsync(string activity, string key, TaskOptions? options = null)
        {
            StepResult result = await context.CallActivityAsync<StepResult>(activity, new Step($"{context.InstanceId}/{key}", value), options);
            value = result.Value;
            _tokens.Add(result.Token);
        }
    }

    public sealed record LoopState(int Size, int Value, IReadOnlyList<string> Tokens);
}
