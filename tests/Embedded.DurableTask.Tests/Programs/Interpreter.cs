using System.Collections.Concurrent;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.Tests.Programs;

/// <summary>Runs programs as orchestrations.</summary>
internal sealed class Interpreter(IReadOnlyList<IReadOnlyList<IReadOnlyList<Step>>> programs)
{
    readonly ConcurrentDictionary<string, int> _attempts = new();
    int _runs;

    /// <summary>How many activities have run.</summary>
    public int Runs => Volatile.Read(ref _runs);

    public void Register(DurableTaskRegistry tasks) => tasks
        .AddOrchestratorFunc<Position, string>("Program", RunProgramAsync)
        .AddOrchestratorFunc<SubPosition, string>("Sub", RunSubAsync)
        .AddActivityFunc<Call, string>("Act", (_, call) => Act(call));

    async Task<string> RunProgramAsync(TaskOrchestrationContext context, Position position)
    {
        IReadOnlyList<IReadOnlyList<Step>> generations = programs[position.Program];
        string result = await RunAsync(context, position.Program, generations[position.Generation], $"g{position.Generation}");
        string all = position.Generation == 0 ? result : $"{position.Before};{result}";
        if (position.Generation + 1 < generations.Count)
        {
            context.ContinueAsNew(new Position(position.Program, position.Generation + 1, all));
        }

        return all;
    }

    async Task<string> RunSubAsync(TaskOrchestrationContext context, SubPosition position)
    {
        var sub = (Step.Sub)Find(programs[position.Program], position.Path);
        string result = await RunAsync(context, position.Program, sub.Body, position.Path);
        return sub.Throws ? throw new InvalidOperationException($"failed {position.Path}") : result;
    }

    async Task<string> RunAsync(TaskOrchestrationContext context, int program, IReadOnlyList<Step> steps, string path)
    {
        var results = new List<string>();
        for (int i = 0; i < steps.Count; i++)
        {
            results.Add(await RunAsync(context, program, steps[i], Step.At(path, i)));
        }

        return string.Join(',', results);
    }

    async Task<string> RunAsync(TaskOrchestrationContext context, int program, Step step, string path)
    {
        switch (step)
        {
            case Step.Work:
                return await context.CallActivityAsync<string>("Act", new Call(program, path, 0));
            case Step.Fail:
                return await CaughtAsync(context.CallActivityAsync<string>("Act", new Call(program, path, int.MaxValue)));
            case Step.Flaky:
                return await context.CallActivityAsync<string>("Act", new Call(program, path, 2), Attempts(4));
            case Step.Hopeless:
                return await CaughtAsync(context.CallActivityAsync<string>("Act", new Call(program, path, int.MaxValue), Attempts(3)));
            case Step.Sleep sleep:
                await context.CreateTimer(TimeSpan.FromMilliseconds(sleep.Milliseconds), CancellationToken.None);
                return "slept";
            case Step.Event:
                return await context.WaitForExternalEvent<string>(path);
            case Step.Timeout:
                try
                {
                    return await context.WaitForExternalEvent<string>($"never {path}", TimeSpan.FromMilliseconds(3));
                }
                catch (OperationCanceledException)
                {
                    return "timeout";
                }

            case Step.Sub { Throws: true }:
                return await CaughtAsync(context.CallSubOrchestratorAsync<string>("Sub", new SubPosition(program, path)));
            case Step.Sub:
                return $"({await context.CallSubOrchestratorAsync<string>("Sub", new SubPosition(program, path))})";
            case Step.All all:
                return $"({string.Join('|', await Task.WhenAll(Branches(all.Branches)))})";
            case Step.Race race:
                Task<string>[] branches = [.. Branches(race.Branches)];
                await Task.WhenAny(branches);
                return $"({string.Join('|', await Task.WhenAll(branches))})";
            default:
                throw new ArgumentOutOfRangeException(nameof(step));
        }

        IEnumerable<Task<string>> Branches(IReadOnlyList<IReadOnlyList<Step>> branches) =>
            branches.Select((branch, b) => RunAsync(context, program, branch, Step.At(path, b))).ToArray();
    }

    string Act(Call call)
    {
        Interlocked.Increment(ref _runs);
        int attempt = _attempts.AddOrUpdate($"{call.Program} {call.Path}", 1, (_, n) => n + 1);
        return attempt <= call.Failures ? throw new InvalidOperationException($"failed {call.Path}") : $"done {call.Path}";
    }

    static TaskOptions Attempts(int count) => new(new TaskRetryOptions(new RetryPolicy(count, TimeSpan.FromMilliseconds(1))));

    static async Task<string> CaughtAsync(Task<string> task)
    {
        try
        {
            return await task;
        }
        catch (TaskFailedException e)
        {
            return e.FailureDetails.ErrorMessage;
        }
    }

    static Step Find(IReadOnlyList<IReadOnlyList<Step>> generations, string path)
    {
        int[] indexes = [.. path.Split('.').Skip(1).Select(int.Parse)];
        IReadOnlyList<Step> steps = generations[int.Parse(path.Split('.')[0][1..])];
        for (int i = 0; ; i++)
        {
            Step step = steps[indexes[i]];
            if (i == indexes.Length - 1)
            {
                return step;
            }

            steps = step switch
            {
                Step.Sub sub => sub.Body,
                Step.All all => all.Branches[indexes[++i]],
                Step.Race race => race.Branches[indexes[++i]],
                _ => throw new ArgumentException($"There is nothing at {path}.", nameof(path)),
            };
        }
    }

    internal sealed record Position(int Program, int Generation = 0, string Before = "");

    internal sealed record SubPosition(int Program, string Path);

    internal sealed record Call(int Program, string Path, int Failures);
}
