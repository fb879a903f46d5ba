using System.Diagnostics.Metrics;
using Grimoire.Casts;

namespace Grimoire.Functions;

/// <summary>What is counted of casts; meter "Grimoire". docs/operating.md lists all of it. No tag has ids in it, nor anything of an account.</summary>
static class CastMetrics
{
    public const string MeterName = "Grimoire";

    static readonly Meter Meter = new(MeterName);

    /// <summary>From the time of a quick model to that of a person who is asked.</summary>
    static readonly InstrumentAdvice<double> Long = new()
    {
        HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180, 600, 1800, 3600, 14400, 86400],
    };

    static readonly InstrumentAdvice<double> Short = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    public static Counter<long> CastsStarted { get; } = Meter.CreateCounter<long>("grimoire.casts.started", "{cast}", "Casts that have begun, by kind.");

    public static Counter<long> CastsEnded { get; } = Meter.CreateCounter<long>("grimoire.casts.ended", "{cast}", "Casts that have ended, by kind and status.");

    public static Histogram<double> CastDuration { get; } = Meter.CreateHistogram(
        "grimoire.cast.duration", "s", "From the request for a cast to its end, by kind and status.", tags: null, advice: Long);

    public static Counter<long> StepsEnded { get; } = Meter.CreateCounter<long>("grimoire.steps.ended", "{step}", "Steps that have ended, by status and tool.");

    public static Counter<long> AttemptsStarted { get; } = Meter.CreateCounter<long>("grimoire.attempts.started", "{attempt}", "Attempts that have begun, by tool.");

    public static Counter<long> AttemptsEnded { get; } = Meter.CreateCounter<long>(
        "grimoire.attempts.ended", "{attempt}", "Attempts that have ended, by tool and outcome: succeeded, or the code of the failure.");

    public static Counter<long> Retries { get; } = Meter.CreateCounter<long>("grimoire.attempts.retries", "{attempt}", "Attempts that were not the first of their step, by tool.");

    public static Histogram<double> AttemptDuration { get; } = Meter.CreateHistogram(
        "grimoire.attempt.duration", "s", "From the begin of an attempt to its end, by tool and status.", tags: null, advice: Long);

    public static Histogram<double> QueueDelay { get; } = Meter.CreateHistogram(
        "grimoire.attempt.queue.duration", "s", "From when an attempt could begin to when it began, by tool.", tags: null, advice: Short);

    public static Counter<double> Cost { get; } = Meter.CreateCounter<double>("grimoire.cost.usd", "{USD}", "What attempts have cost, by tool.");

    /// <summary>Casts of which storage has not taken everything for as long as it was tried.</summary>
    public static Counter<long> NeedsReconciliation { get; } = Meter.CreateCounter<long>(
        "grimoire.casts.needs_reconciliation", "{cast}", "Casts of which storage has not taken everything for as long as it was tried.");

    /// <summary>Casts that could not go on by themselves, by what was the matter: tag "what".</summary>
    public static Counter<long> Reconciled { get; } = Meter.CreateCounter<long>(
        "grimoire.casts.reconciled", "{cast}", "Casts that could not go on by themselves and were looked after, by what was the matter.");

    /// <summary>Letters of casts that have failed, by what was done: tag "what".</summary>
    public static Counter<long> DeadLetters { get; } = Meter.CreateCounter<long>(
        "grimoire.deadletters", "{letter}", "Letters of casts that have failed for good, by what was done: written, redriven, discarded, deleted.");

    /// <summary>What was removed because it is kept no longer, by kind.</summary>
    public static Counter<long> Removed { get; } = Meter.CreateCounter<long>(
        "grimoire.retention.removed", "{thing}", "What was removed because it is kept no longer, by kind.");

    /// <summary>Callbacks, by what became of them: tag "outcome".</summary>
    public static Counter<long> Callbacks { get; } = Meter.CreateCounter<long>("grimoire.callbacks", "{callback}", "Callbacks, by what became of them.");

    /// <summary>Tries to send notifications, by what became of them: tag "outcome".</summary>
    public static Counter<long> Notifications { get; } = Meter.CreateCounter<long>(
        "grimoire.notifications", "{notification}", "Tries to send notifications, by what became of them.");

    public static Histogram<double> StorageDuration { get; } = Meter.CreateHistogram(
        "grimoire.storage.operation.duration", "s", "Operations of the storage with all their tries, by operation and outcome.", tags: null, advice: Short);

    public static Counter<long> StorageRetries { get; } = Meter.CreateCounter<long>(
        "grimoire.storage.retries", "{try}", "Operations of the storage that were tried again, by operation.");

    /// <summary>Requests and casts that were refused because of a limit of their account: tag "limit".</summary>
    public static Counter<long> LimitRefusals { get; } = Meter.CreateCounter<long>(
        "grimoire.limits.refused", "{refusal}", "Requests, and starts of casts, that were refused because of a limit of their account, by limit.");

    /// <param name="limit">Its name, as it is in the limits of an account.</param>
    public static void Refused(string limit) => LimitRefusals.Add(1, new KeyValuePair<string, object?>("limit", limit));

    public static void CastBegun(CastManifest manifest) => CastsStarted.Add(1, new KeyValuePair<string, object?>("kind", KindOf(manifest)));

    public static void CastOver(CastManifest? manifest, CastStatus status, DateTimeOffset at)
    {
        var (kind, how) = (new KeyValuePair<string, object?>("kind", KindOf(manifest)), new KeyValuePair<string, object?>("status", Text(status)));
        CastsEnded.Add(1, kind, how);
        if (manifest is not null)
        {
            CastDuration.Record(Seconds(at - manifest.CreatedAt), kind, how);
        }
    }

    /// <param name="type">Of the event that tells it.</param>
    /// <param name="tool">Null: nobody knows any more.</param>
    public static void StepOver(string type, string? tool) => StepsEnded.Add(
        1, new KeyValuePair<string, object?>("status", type[(type.IndexOf('.', StringComparison.Ordinal) + 1)..]), new KeyValuePair<string, object?>("tool", ToolOf(tool)));

    public static void AttemptBegun(AttemptRecord record)
    {
        var tool = new KeyValuePair<string, object?>("tool", ToolOf(record.Tool));
        AttemptsStarted.Add(1, tool);
        if (record.Attempt > 1)
        {
            Retries.Add(1, tool);
        }
    }

    public static void AttemptOver(AttemptRecord record)
    {
        var tool = new KeyValuePair<string, object?>("tool", ToolOf(record.Tool));
        AttemptsEnded.Add(1, tool, new KeyValuePair<string, object?>("outcome", record.Failure?.Code ?? Text(record.Status)));
        AttemptDuration.Record(
            Seconds((record.EndedAt ?? record.StartedAt) - record.StartedAt), tool, new KeyValuePair<string, object?>("status", Text(record.Status)));
        Paid(record, record.CostUsd);
        if (record is { Status: AttemptStatus.Succeeded, Item: null })
        {
            StepOver(CastEvents.StepCompleted, record.Tool);
        }
    }

    /// <summary>What a sub-cast has cost, its own attempts have told.</summary>
    public static void Paid(AttemptRecord record, decimal usd)
    {
        if (usd > 0 && !IsSubCast(record.Tool))
        {
            Cost.Add((double)usd, new KeyValuePair<string, object?>("tool", record.Tool));
        }
    }

    public static void Waited(string tool, TimeSpan delay) => QueueDelay.Record(Seconds(delay), new KeyValuePair<string, object?>("tool", ToolOf(tool)));

    static string KindOf(CastManifest? manifest) => manifest?.Parent is null ? "cast" : "subcast";

    /// <summary>Spells are many, and come with requests: all of them are one tool.</summary>
    static string ToolOf(string? tool) => tool is null ? "unknown" : IsSubCast(tool) ? "spell" : tool;

    static bool IsSubCast(string tool) => tool.StartsWith("spell:", StringComparison.Ordinal);

    static string Text<TEnum>(TEnum value)
        where TEnum : struct, Enum
    {
        var name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    /// <summary>Clocks of two machines may differ.</summary>
    static double Seconds(TimeSpan span) => Math.Max(0, span.TotalSeconds);
}
