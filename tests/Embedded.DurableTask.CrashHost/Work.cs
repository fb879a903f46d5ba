using System.Collections.Concurrent;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.CrashHost;

/// <summary>Input of an activity: its key is unique in the hub.</summary>
public sealed record Step(string Key, int Value);

/// <summary>Output of an activity: which run of it this came from.</summary>
public sealed record StepResult(int Value, string Token);

/// <summary>Output of an orchestration: a value that follows from its input, the activity runs and the events that it saw.</summary>
public sealed record Outcome(int Value, IReadOnlyList<string> Tokens, IReadOnlyList<int> Events);

/// <summary>The activities.</summary>
public sealed class Activities(SideEffects sideEffects, Reports reports, RunSettings settings)
{
    readonly ConcurrentDictionary<string, int> _attempts = new();

    public static int Next(int value) => (value * 2) + 1;

    public async Task<StepResult> WorkAsync(Step step)
    {
        string token = sideEffects.Leave(step.Key);
        if (step.Value % 3 != 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(step.Value % 20), TimeProvider.System);
        }

        return new StepResult(Next(step.Value), token);
    }

    /// <summary>Fails the first two times that a process runs it.</summary>
    public StepResult Flaky(Step step)
    {
        string token = sideEffects.Leave(step.Key);
        return _attempts.AddOrUpdate(step.Key, 1, (_, n) => n + 1) <= 2
            ? throw new InvalidOperationException("Not yet.")
            : new StepResult(Next(step.Value), token);
    }

    public async Task<StepResult> HangAsync(Step step)
    {
        string token = sideEffects.Leave(step.Key);
        if (settings.Mode == RunMode.Hang)
        {
            reports.Say(Reports.Hanging);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
        }

        return new StepResult(Next(step.Value), token);
    }
}

/// <summary>An entity that remembers every token it was given, as often as it was given.</summary>
public sealed class Tally : TaskEntity<List<string>>
{
    public int Add(string token)
    {
        State.Add(token);
        return State.Count;
    }

    public int Count() => State.Count;

    protected override List<string> InitializeState(TaskEntityOperation entityOperation) => [];
}
