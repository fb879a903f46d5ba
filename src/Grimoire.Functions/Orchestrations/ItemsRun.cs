using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Storage;
using Microsoft.DurableTask;

namespace Grimoire.Functions.Orchestrations;

/// <summary>The elements of a step with forEach, as many at once as may be, and what they come to together.</summary>
/// <param name="cast">Its cast.</param>
/// <param name="step">Its step.</param>
/// <param name="policy">For durable calls that throw.</param>
/// <param name="runOne">Runs one element, until it has ended or nothing more is to begin.</param>
sealed class ItemsRun(CastRun cast, PlannedStep step, TaskOptions policy, Func<int?, CancellationToken, Task<StepEnd>> runOne)
{
    const int MaxInlineItemsBytes = 32 * 1024;

    /// <summary>As many lanes as may run at once; each takes the next element when it is free.</summary>
    public async Task<StepEnd> RunAsync(int count)
    {
        var outputs = new StepEnd[count];
        var next = 0;
        StepEnd? ended = null;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cast.Controls.Stopped);
        async Task RunLaneAsync()
        {
            while (ended is null && next < count)
            {
                var item = next++;
                var end = step.ReusedItems?.GetValueOrDefault(item) is { } had ? StepEnd.Of(had) : await RunElementAsync(item);
                if (end.Kind == StepEndKind.Completed)
                {
                    outputs[item] = end;
                }
                else
                {
                    EndAll(end);
                }
            }
        }

        async Task<StepEnd> RunElementAsync(int item)
        {
            try
            {
                return await runOne(item, over.Token);
            }
            catch (TaskFailedException)
            {
                // The cast ends with that: no lane takes another element.
                EndAll(StepEnd.Cancelled);
                throw;
            }
        }

        void EndAll(StepEnd end)
        {
            ended ??= end;

            // Others do not wait for their next attempt any more.
            over.CancelHere();
        }

        await Task.WhenAll(Enumerable.Range(0, Math.Min(count, step.MaxParallel ?? 1)).Select(_ => RunLaneAsync()));
        if (ended is not null)
        {
            return ended;
        }

        try
        {
            var combined = await cast.CallAsync<AttemptOutcome>(nameof(CombineItems), new StepItems(cast.CastId, step.Id, Bounded(outputs)), policy);
            return combined.Failure is { } failure ? StepEnd.Of(failure) : StepEnd.Of(combined.Output!);
        }
        catch (TaskFailedException thrown)
        {
            return StepEnd.Of(Failures.Of(thrown, Phase.Store).In(step.Id));
        }
    }

    /// <summary>Values that come to more than a little together stay where they are stored, and out of the history.</summary>
    IReadOnlyList<Payload> Bounded(StepEnd[] ends)
    {
        var areMany = ends.Sum(end => end.Output!.InlineBytes) > MaxInlineItemsBytes;
        return [.. ends.Select((end, item) => areMany && end is { Attempt: { } attempt, Output.StoredAs: null }
            ? new Payload { StoredAs = CastObjects.Attempt(new AttemptKey(cast.CastId, step.Id, item, attempt)) }
            : end.Output!)];
    }
}
