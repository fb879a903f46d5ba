using Grimoire.Functions.Activities;
using Grimoire.Functions.Retention;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Grimoire.Functions.Orchestrations;

/// <summary>
/// Removes in the background what somebody has deleted, and in rounds what is kept no longer, for ever. There is one of it; a newer version takes the place of an
/// older one.
/// </summary>
public static class KeepTidy
{
    public const int Version = 1;

    public const string WakeEvent = "wake";

    /// <summary>Somebody has deleted something.</summary>
    public const string Removal = "removal";

    /// <summary>Somebody wants a round.</summary>
    public const string Round = "round";

    /// <summary>Parts in one history.</summary>
    const int MaxParts = 20;

    /// <summary>After trouble it is not waited for longer.</summary>
    static readonly TimeSpan LongestTrouble = TimeSpan.FromMinutes(5);

    public static string IdOf(int version) => $"tidy-{version}";

    [Function(nameof(KeepTidy))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var order = context.GetInput<TidyOrder>() ?? throw new InvalidOperationException($"{nameof(KeepTidy)} was started without an order.");
        if (order.Version != Version)
        {
            // The newer one does it now.
            return;
        }

        context.SetCustomStatus(order.Report());
        var woken = context.WaitForExternalEvent<string>(WakeEvent);
        if (!order.IsBusy && await context.PauseAsync(order.Trouble is not null && order.Interval > LongestTrouble ? LongestTrouble : order.Interval, woken))
        {
            order = order with { IsAsked = true };
        }

        for (var part = 0; part < MaxParts; part++)
        {
            // None of these waits is ever cancelled: a cancelled wait would swallow the event that it waited for.
            while (woken.IsCompleted)
            {
                order = woken.Exception is null ? order.Hear(woken.Result) : order;
                woken = context.WaitForExternalEvent<string>(WakeEvent);
            }

            order = order.Begin(context.CurrentUtcDateTime);
            if (!order.IsBusy)
            {
                break;
            }

            context.SetCustomStatus(order.Report());
            try
            {
                order = await context.CallActivityAsync<TidyOrder>(nameof(Tidy), order, Policies.Bookkeeping);
            }
            catch (TaskFailedException failed)
            {
                // Storage may be away: the next round is another chance, and this one's trouble is there to be seen.
                order = order.BreakOff(failed.FailureDetails.ErrorMessage, context.CurrentUtcDateTime);
            }
        }

        // What has come while the last part was done goes along.
        while (woken.IsCompleted)
        {
            order = woken.Exception is null ? order.Hear(woken.Result) : order;
            woken = context.WaitForExternalEvent<string>(WakeEvent);
        }

        context.ContinueAsNew(order);
    }
}

/// <summary>How far it has come.</summary>
public sealed record TidyOrder(int Version, TimeSpan Interval)
{
    /// <summary>The how manyeth round this is, or the last one was.</summary>
    public int Number { get; init; }

    public bool IsInRound { get; init; }

    /// <summary>Another round is wanted.</summary>
    public bool IsAsked { get; init; }

    /// <summary>Something was deleted and may not be removed yet.</summary>
    public bool IsRemoving { get; init; }

    /// <summary>What is looked through; null: nothing yet.</summary>
    public RetentionKind? Kind { get; init; }

    public string? Position { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>By kind, in this round.</summary>
    public IReadOnlyDictionary<string, int> Removed { get; init; } = new Dictionary<string, int>();

    /// <summary>Why the last one was broken off.</summary>
    public string? Trouble { get; init; }

    public bool IsBusy => IsInRound || IsRemoving || IsAsked;

    public TidyOrder Hear(string what) => what == KeepTidy.Round ? this with { IsAsked = true } : this with { IsRemoving = true };

    /// <summary>Begins a round if one is wanted and none is under way.</summary>
    public TidyOrder Begin(DateTimeOffset at) => IsInRound || !IsAsked ? this : this with
    {
        Number = Number + 1,
        IsInRound = true,
        IsAsked = false,
        Kind = null,
        Position = null,
        StartedAt = at,
        EndedAt = null,
        Removed = new Dictionary<string, int>(),
        Trouble = null,
    };

    public TidyOrder Count(RetentionKind kind, int removed) => removed == 0 ? this : this with
    {
        Removed = new Dictionary<string, int>(Removed) { [RetentionRules.Word(kind)] = Removed.GetValueOrDefault(RetentionRules.Word(kind)) + removed },
    };

    public TidyOrder End(DateTimeOffset at) => this with { IsInRound = false, Kind = null, Position = null, EndedAt = at };

    public TidyOrder BreakOff(string trouble, DateTimeOffset at) => End(at) with { IsRemoving = false, IsAsked = false, Trouble = CastReport.Sentence(trouble) };

    public TidyReport Report() => new(Number, IsInRound ? "running" : Number == 0 ? "waiting" : Trouble is null ? "ended" : "failed")
    {
        StartedAt = StartedAt,
        EndedAt = EndedAt,
        Removed = Removed,
        Trouble = Trouble,
    };
}

/// <summary>The last round, or the one that is under way: the custom status of the orchestration.</summary>
public sealed record TidyReport(int Round, string State)
{
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public IReadOnlyDictionary<string, int> Removed { get; init; } = new Dictionary<string, int>();

    public string? Trouble { get; init; }
}
