using System.Globalization;
using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Microsoft.DurableTask;

namespace Grimoire.Functions.Orchestrations;

/// <summary>The job that an attempt has started, until it has ended: by a callback, by an answer of its provider, or because its time is over.</summary>
/// <param name="cast">Its cast.</param>
/// <param name="step">Its step.</param>
/// <param name="policy">For durable calls that throw.</param>
/// <param name="over">Nobody waits any more.</param>
sealed class JobRun(CastRun cast, PlannedStep step, TaskOptions policy, CancellationToken over)
{
    static readonly TimeSpan CollectPause = TimeSpan.FromSeconds(5);

    Task<AttemptOutcome>? _asking;

    /// <summary>The event that says that something has come for an attempt. Each attempt has its own: what nobody heard must not be heard by another.</summary>
    public static string EventOf(AttemptKey attempt)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        return string.Create(CultureInfo.InvariantCulture, $"job.{attempt.Place}.{attempt.Number}");
    }

    public async Task<AttemptOutcome> RunAsync(StepRequest order, JobWait wait)
    {
        var key = order.Key;
        var outcome = await WaitAsync(order, wait);
        if (outcome.Failure is not null)
        {
            // The job may end nevertheless, and tell later what it has cost.
            cast.Doubt(key, outcome.CostUsd);
        }

        if (_asking is { IsCompleted: false })
        {
            // Nobody needs its answer; it ends by itself, but sooner if it is told.
            cast.Context.SendEvent(PollJob.IdOf(key), PollJob.StopEvent, "ended");
        }

        return outcome;
    }

    async Task<AttemptOutcome> WaitAsync(StepRequest order, JobWait wait)
    {
        var key = order.Key;
        var heard = Now;
        DateTimeOffset? collect = wait.LooksFirst ? Now : null;
        var tries = 0;

        // It is never cancelled: a cancelled wait would swallow the event that it waited for.
        var signal = cast.Context.WaitForExternalEvent<string>(EventOf(key));
        while (true)
        {
            cast.Show(step, order.Attempt, wait.IsApproval ? WaitReason.Approval : WaitReason.Job, wait.Until);
            var silence = _asking is null && wait.Heartbeat is { } longest ? heard + longest : (DateTimeOffset?)null;
            var ask = _asking is null ? wait.AskFrom : null;
            if (!await WakesAsync(signal, Earliest(wait.Until, silence, ask, collect)))
            {
                return await EndAsync(key, JobEndReason.Cancelled);
            }

            if (_asking is { IsCompleted: true })
            {
                return await _asking;
            }

            if (signal.IsCompleted || collect <= Now)
            {
                var isAgain = collect <= Now;
                if (signal.IsCompleted)
                {
                    signal = cast.Context.WaitForExternalEvent<string>(EventOf(key));
                }

                var answer = await CheckAsync(new JobQuestion(key, Ask: false) { Try = tries + 1 });
                if (answer.Outcome is { } outcome)
                {
                    return outcome;
                }

                heard = answer.HeardAt > heard ? answer.HeardAt.Value : heard;
                if (isAgain || collect is null)
                {
                    // Callbacks that are repeated do not use up the tries.
                    tries = answer.CollectAgain ? tries + 1 : 0;
                    collect = answer.CollectAgain ? Now + (CollectPause * tries) : null;
                }
            }
            else if (wait.Until <= Now)
            {
                return await EndAsync(key, wait.Until == order.Deadline ? JobEndReason.StepIsOver : JobEndReason.TimeIsOver);
            }
            else if (ask <= Now)
            {
                _asking = cast.Context.CallSubOrchestratorAsync<AttemptOutcome>(
                    nameof(PollJob), new PollOrder(key, wait), new SubOrchestrationOptions(instanceId: PollJob.IdOf(key)));
            }
            else if (silence <= Now)
            {
                // Progress does not wake anybody: what has come meanwhile is looked at now.
                var answer = await CheckAsync(new JobQuestion(key, Ask: false));
                if (answer.Outcome is { } outcome)
                {
                    return outcome;
                }

                heard = answer.HeardAt > heard ? answer.HeardAt.Value : heard;
                if (heard + wait.Heartbeat <= Now)
                {
                    return await EndAsync(key, JobEndReason.Silence);
                }
            }
        }
    }

    DateTimeOffset Now => cast.Context.CurrentUtcDateTime;

    /// <summary>False if nobody waits any more.</summary>
    async Task<bool> WakesAsync(Task signal, DateTimeOffset until)
    {
        if (over.IsCancellationRequested)
        {
            return false;
        }

        using var woken = CancellationTokenSource.CreateLinkedTokenSource(over);
        var timer = cast.Context.CreateTimer(until.UtcDateTime, woken.Token);
        await Task.WhenAny([signal, timer, .. _asking is null ? [] : new[] { _asking }]);
        if (!timer.IsCompleted)
        {
            woken.CancelHere();
            return true;
        }

        return !timer.IsCanceled || signal.IsCompleted || _asking is { IsCompleted: true };
    }

    Task<JobAnswer> CheckAsync(JobQuestion question) => cast.CallAsync<JobAnswer>(nameof(CheckJob), question, policy);

    Task<AttemptOutcome> EndAsync(AttemptKey key, JobEndReason why) => cast.CallAsync<AttemptOutcome>(nameof(EndJob), new JobEnd(key, why), policy);

    static DateTimeOffset Earliest(DateTimeOffset first, params DateTimeOffset?[] others) => others.Aggregate(first, (least, other) => other < least ? other.Value : least);
}
