using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Grimoire.Functions.Orchestrations;

/// <summary>
/// Asks the provider of a job about it, again and again, until it has ended. An orchestration of its own, so that however often it asks, no history grows long.
/// </summary>
public static class PollJob
{
    public const string StopEvent = "stop";

    /// <summary>Questions in one history.</summary>
    const int MaxQuestions = 40;

    /// <summary>For how long after its time a job is still asked about, so that its attempt can end it first. That of a cast that is gone does not.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    /// <summary>Permanent refusals in a row after which a job that is only polled has no hope left.</summary>
    const int MaxRefusals = 5;

    public static string IdOf(AttemptKey attempt) => $"{CastIds.Child(attempt)}.poll";

    [Function(nameof(PollJob))]
    public static async Task<AttemptOutcome?> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var order = context.GetInput<PollOrder>() ?? throw new InvalidOperationException($"{nameof(PollJob)} was started without an order.");
        var stop = context.WaitForExternalEvent<string>(StopEvent);
        for (var question = 0; question < MaxQuestions; question++)
        {
            var answer = await context.CallActivityAsync<JobAnswer>(
                nameof(CheckJob), new JobQuestion(order.Attempt, Ask: true) { Try = order.Tries + 1, Said = order.Said, Progress = order.Progress }, Policies.Bookkeeping);
            if (answer.Outcome is { } outcome)
            {
                return outcome;
            }

            order = order.With(answer, context.CurrentUtcDateTime);
            if (order.EndBy(context.CurrentUtcDateTime, MaxRefusals, Grace) is { } why)
            {
                return await context.CallActivityAsync<AttemptOutcome>(nameof(EndJob), new JobEnd(order.Attempt, why, answer.Trouble), Policies.Bookkeeping);
            }

            if (!await context.PauseAsync(order.Wait.Pauses!.After(order.Asked), stop))
            {
                return new AttemptOutcome();
            }
        }

        context.ContinueAsNew(order);
        return null;
    }
}

/// <summary>Which job is asked about, and how that has gone until now.</summary>
public sealed record PollOrder(AttemptKey Attempt, JobWait Wait)
{
    public int Asked { get; init; }

    /// <summary>To get what it has made.</summary>
    public int Tries { get; init; }

    /// <summary>How often in a row its provider has refused to answer for good.</summary>
    public int Refusals { get; init; }

    public DateTimeOffset? HeardAt { get; init; }

    public string? Said { get; init; }

    public double? Progress { get; init; }

    public PollOrder With(JobAnswer answer, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return this with
        {
            Asked = Asked + 1,
            Tries = answer.CollectAgain ? Tries + 1 : Tries,
            Refusals = answer.Trouble is { Transient: false } ? Refusals + 1 : 0,
            HeardAt = Later(answer.HeardAt, HeardAt) ?? now,
            Said = answer.Said ?? Said,
            Progress = answer.Progress ?? Progress,
        };
    }

    /// <summary>Why there is no sense in asking on, if there is none. Where callbacks may come, only they and time end the job.</summary>
    public JobEndReason? EndBy(DateTimeOffset now, int maxRefusals, TimeSpan grace) =>
        Wait.Until + grace <= now ? JobEndReason.TimeIsOver
        : Wait.IsPolled && Refusals >= maxRefusals ? JobEndReason.Gone
        : Wait.Heartbeat is { } longest && HeardAt + longest <= now ? JobEndReason.Silence
        : null;

    static DateTimeOffset? Later(DateTimeOffset? a, DateTimeOffset? b) => a is null || b > a ? b : a;
}
