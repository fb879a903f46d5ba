using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Microsoft.Extensions.Logging;

namespace Grimoire.Functions.Activities;

/// <summary>
/// Begins and ends attempts so that no tool is called twice for one of them, whatever is redelivered, and no result is lost that has been paid for.
/// </summary>
public sealed partial class AttemptLedger(AttemptStore attempts, Journal journal, CastOptions options, TimeProvider time, ILogger<AttemptLedger> logger)
{
    /// <summary>This process, among all that have ever run.</summary>
    readonly string _worker = Guid.NewGuid().ToString("N");
    readonly ConcurrentDictionary<AttemptKey, bool> _active = new();
    long _claims;

    /// <summary>Makes the attempt ours, or tells what has become of it.</summary>
    /// <param name="record">What is known before its tool is called. One that has ended already is stored as it is.</param>
    /// <param name="repeatable">Nothing outside is called: an attempt whose worker died is simply made again.</param>
    /// <param name="cancellation">Gives up.</param>
    internal async Task<AttemptClaim> BeginAsync(AttemptRecord record, bool repeatable, CancellationToken cancellation)
    {
        while (true)
        {
            var ours = record.Status == AttemptStatus.Running ? record with { Owner = NewOwner(), LeaseUntil = record.LeaseUntil ?? time.GetUtcNow() + options.Lease } : record;
            var (version, existing) = await attempts.ClaimAsync(ours, cancellation).ConfigureAwait(false);
            if (version is null && existing is { Status: AttemptStatus.Running })
            {
                if (IsAlive(existing))
                {
                    return new AttemptClaim(Existing: existing);
                }

                version = await TakeOverAsync(repeatable ? ours : Lost(existing), cancellation).ConfigureAwait(false);
                existing = repeatable ? null : Lost(existing);
                if (version is null)
                {
                    // Somebody else was faster: look again.
                    continue;
                }
            }

            if (existing is not null || ours.Status != AttemptStatus.Running)
            {
                var ended = existing ?? ours;
                await journal.AppendAsync(ended.CastId, CastEvents.Of(ended, EndsStep(ended)), cancellation).ConfigureAwait(false);
                return new AttemptClaim(Existing: ended);
            }

            _active[ours.Key] = true;
            var told = await TellBegunAsync(ours, cancellation).ConfigureAwait(false);
            return new AttemptClaim(Lease: new AttemptLease(attempts, ours, version!, options.Lease, time, logger) { IsTold = told });
        }
    }

    /// <summary>Stores what came of an attempt that is ours. What storage does not take is handed on in the outcome.</summary>
    internal async Task<AttemptOutcome> EndAsync(AttemptLease lease, AttemptRecord record, CancellationToken cancellation)
    {
        var version = await lease.StopAsync().ConfigureAwait(false);
        try
        {
            if (await attempts.ReplaceAsync(record, version, cancellation).ConfigureAwait(false) is null)
            {
                var (existing, _) = await attempts.FindAsync(record.Key, cancellation).ConfigureAwait(false);
                if (existing is not null && existing.Status != AttemptStatus.Running)
                {
                    LogTooLate(record.Key.IdempotencyKey, existing.Status);
                    return OutcomeOf(existing);
                }
            }

            var events = CastEvents.Of(record, EndsStep(record));
            await journal.AppendAsync(record.CastId, lease.IsTold ? events.Skip(CastEvents.Begun(record).Count()) : events, cancellation).ConfigureAwait(false);
            return OutcomeOf(record);
        }
        catch (StorageException away)
        {
            LogUnstored(away, record.Key.IdempotencyKey);
            return OutcomeOf(record) with { Output = null, Unstored = record };
        }
        finally
        {
            await lease.DisposeAsync().ConfigureAwait(false);
            _active.TryRemove(record.Key, out _);
        }
    }

    /// <summary>Nobody runs the attempt from here on: it ends through <see cref="SettleAsync"/>.</summary>
    internal async Task LetGoAsync(AttemptLease lease)
    {
        await lease.DisposeAsync().ConfigureAwait(false);
        _active.TryRemove(lease.Record.Key, out _);
    }

    /// <summary>Stores the record of an attempt that could not be stored when it ended, and that this has happened.</summary>
    internal async Task<AttemptOutcome> StoreAsync(AttemptRecord record, CancellationToken cancellation)
    {
        var outcome = await SettleAsync(record, cancellation).ConfigureAwait(false);
        var incident = CastEvents.Attempt(CastEvents.StorageIncident, record.Key, time.GetUtcNow(), new { recovered = true });
        await journal.AppendAsync(record.CastId, [incident], cancellation).ConfigureAwait(false);
        return outcome;
    }

    /// <summary>Stores how an attempt has ended, unless that is stored already. The first end counts.</summary>
    internal async Task<AttemptOutcome> SettleAsync(AttemptRecord record, CancellationToken cancellation)
    {
        var (existing, version) = await attempts.FindAsync(record.Key, cancellation).ConfigureAwait(false);
        if (existing is null)
        {
            (version, existing) = await attempts.ClaimAsync(record, cancellation).ConfigureAwait(false);
        }
        else if (existing.Status == AttemptStatus.Running)
        {
            existing = await attempts.ReplaceAsync(record, version!, cancellation).ConfigureAwait(false) is null
                ? (await attempts.FindAsync(record.Key, cancellation).ConfigureAwait(false)).Record
                : null;
        }

        var stored = existing ?? record;
        await journal.AppendAsync(record.CastId, CastEvents.Of(stored, EndsStep(stored)), cancellation).ConfigureAwait(false);
        return OutcomeOf(stored);
    }

    internal static AttemptOutcome OutcomeOf(AttemptRecord record) => new()
    {
        Output = record.Status == AttemptStatus.Succeeded ? CastStore.OutputOf(record) : null,
        Failure = record.Failure?.In(record.Step, record.Item, record.Attempt, record.Tool),
        CostUsd = record.CostUsd,
    };

    /// <summary>The success of an attempt is that of its step, unless the step has many elements.</summary>
    static bool EndsStep(AttemptRecord record) => record.Item is null;

    /// <summary>Different for every claim: storage tells two claims apart by what they write.</summary>
    string NewOwner() => string.Create(CultureInfo.InvariantCulture, $"{_worker}.{Interlocked.Increment(ref _claims)}");

    bool IsAlive(AttemptRecord running) => running.Owner!.StartsWith(_worker, StringComparison.Ordinal) ? _active.ContainsKey(running.Key) : running.LeaseUntil > time.GetUtcNow();

    AttemptRecord Lost(AttemptRecord running) => running with
    {
        Status = AttemptStatus.Lost,
        EndedAt = time.GetUtcNow(),
        Failure = new Failure
        {
            Code = "attempt.lost",
            Message = "The worker that ran the attempt has died. Nobody can tell whether the tool has done its work.",
            Phase = Phase.Execute,
            Transient = true,
            Step = running.Step,
            Item = running.Item,
            Attempt = running.Attempt,
            Tool = running.Tool,
            Details = new JsonObject { ["idempotencyKey"] = running.IdempotencyKey },
        },
    };

    async Task<string?> TakeOverAsync(AttemptRecord record, CancellationToken cancellation)
    {
        var (now, version) = await attempts.FindAsync(record.Key, cancellation).ConfigureAwait(false);
        return now is { Status: AttemptStatus.Running } && !IsAlive(now)
            ? await attempts.ReplaceAsync(record, version!, cancellation).ConfigureAwait(false)
            : null;
    }

    /// <summary>That it has begun is told again when it ends, so that storage that is away now does not keep the tool from being called.</summary>
    async Task<bool> TellBegunAsync(AttemptRecord record, CancellationToken cancellation)
    {
        try
        {
            await journal.AppendAsync(record.CastId, CastEvents.Begun(record), cancellation).ConfigureAwait(false);
            return true;
        }
        catch (StorageException away)
        {
            LogUntold(away, record.Key.IdempotencyKey);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The attempt {Attempt} has ended when it was taken for {Status} already: its result is not used.")]
    partial void LogTooLate(string attempt, AttemptStatus status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The attempt {Attempt} has ended, and storage does not take its record: it is kept in the history until it does.")]
    partial void LogUnstored(Exception away, string attempt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "That the attempt {Attempt} has begun could not be written to the journal: it will be when it ends.")]
    partial void LogUntold(Exception away, string attempt);
}

/// <param name="Lease">It is ours.</param>
/// <param name="Existing">It is not: this is its record, ended, or running elsewhere.</param>
sealed record AttemptClaim(AttemptLease? Lease = null, AttemptRecord? Existing = null);
