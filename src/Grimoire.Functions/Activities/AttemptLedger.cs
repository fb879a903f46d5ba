using System.Collections.Concurrent;
using System.Globalization;
using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Telemetry;
using Microsoft.Extensions.Logging;

namespace Grimoire.Functions.Activities;

/// <summary>Begins and ends attempts so that no tool is called twice for one of them, whatever is redelivered, and no result is lost that has been paid for.</summary>
public sealed partial class AttemptLedger(AttemptStore attempts, Journal journal, UsageLog usage, CastOptions options, TimeProvider time, ILogger<AttemptLedger> logger)
{
    /// <summary>The code of the failure of an attempt of which nobody can tell what it has done.</summary>
    public const string LostCode = "attempt.lost";

    static readonly Func<ILogger, string, string, int, IDisposable?> AttemptScope =
        LoggerMessage.DefineScope<string, string, int>("cast {CastId}, step {StepId}, attempt {Attempt}");

    /// <summary>This process, among all that have ever run.</summary>
    readonly string _worker = Guid.NewGuid().ToString("N");

    /// <summary>The claims of this process that are being made or run.</summary>
    readonly ConcurrentDictionary<string, bool> _held = new();

    /// <summary>The last claims of this process that came to nothing before their tool was called. Storage may have them nevertheless.</summary>
    readonly ImmutableCache<string> _unused = new(capacity: 4096);
    long _claims;

    /// <summary>Whatever is logged within it says of which attempt it is.</summary>
    internal IDisposable? Scope(AttemptKey attempt) => AttemptScope(logger, attempt.CastId, attempt.Place, attempt.Number);

    /// <summary>Makes the attempt ours, or tells what has become of it.</summary>
    /// <param name="record">What is known before its tool is called. One that has ended already is stored as it is.</param>
    /// <param name="repeatable">Nothing outside is called: an attempt whose worker died is simply made again.</param>
    /// <param name="unsure">What becomes of an attempt whose worker died; null: it is lost.</param>
    /// <param name="cancellation">Gives up.</param>
    internal async Task<AttemptClaim> BeginAsync(
        AttemptRecord record, bool repeatable, Func<AttemptRecord, AttemptRecord?> unsure, CancellationToken cancellation)
    {
        var owner = NewOwner();
        AttemptLease? lease = null;

        // Before it is claimed: whoever begins the same attempt at the same time must not find it unheld, and take it for dead.
        _held[owner] = true;
        try
        {
            while (true)
            {
                var ours = record.Status == AttemptStatus.Running ? record with { Owner = owner, LeaseUntil = time.GetUtcNow() + options.Lease } : record;
                var (version, existing) = await attempts.ClaimAsync(ours, cancellation).ConfigureAwait(false);
                var isNew = version is not null;
                if (version is null && existing is { Status: AttemptStatus.Running })
                {
                    if (existing.Job is not null || IsAlive(existing))
                    {
                        return new AttemptClaim(Existing: existing);
                    }

                    var found = repeatable || existing.IsHeld || IsUnused(existing) ? null : unsure(existing) ?? LostAttempt.Of(existing, time.GetUtcNow());
                    version = await TakeOverAsync(existing, found ?? ours, cancellation).ConfigureAwait(false);
                    existing = found;
                    if (version is null)
                    {
                        // Somebody else was faster: look again.
                        continue;
                    }
                }

                if (version is not null)
                {
                    AttemptTelemetry.Claimed(existing ?? ours, isNew);
                }

                if (existing is not null || ours.Status != AttemptStatus.Running)
                {
                    return new AttemptClaim(Existing: await ToldAsync(existing ?? ours, cancellation).ConfigureAwait(false));
                }

                var told = await TellBegunAsync(ours, cancellation).ConfigureAwait(false);
                lease = new AttemptLease(attempts, ours, version!, options.Lease, time, logger, () => _held.TryRemove(owner, out _)) { IsTold = told };
                return new AttemptClaim(Lease: lease);
            }
        }
        finally
        {
            if (lease is null)
            {
                _unused.Add(owner, owner);
                _held.TryRemove(owner, out _);
            }
        }
    }

    /// <summary>Begins an attempt that nobody runs: it ends through <see cref="SettleAsync"/>. Begun again, it is the one that was begun first.</summary>
    /// <returns>Its record, ended or running.</returns>
    internal async Task<AttemptRecord> OpenAsync(AttemptRecord record, CancellationToken cancellation)
    {
        var (_, existing) = await attempts.ClaimAsync(record, cancellation).ConfigureAwait(false);
        var opened = existing ?? record;
        if (existing is null)
        {
            AttemptTelemetry.Claimed(record, isNew: true);
        }

        if (opened.Status != AttemptStatus.Running)
        {
            return await ToldAsync(opened, cancellation).ConfigureAwait(false);
        }

        await TellBegunAsync(opened, cancellation).ConfigureAwait(false);
        return opened;
    }

    /// <summary>Lets go of an attempt whose tool was not called, and may not be until then. Whoever asks for it next begins it.</summary>
    internal async Task<AttemptOutcome> HoldAsync(AttemptLease lease, DateTimeOffset until, CancellationToken cancellation)
    {
        var record = lease.Record;
        try
        {
            if (await lease.EndAsync(record with { Owner = null, LeaseUntil = null, IsHeld = true }, cancellation).ConfigureAwait(false) is { } other)
            {
                return other.Status == AttemptStatus.Running ? Busy(other) : OutcomeOf(other);
            }

            var held = CastEvents.Attempt(CastEvents.AttemptHeld, record.Key, time.GetUtcNow(), new { record.Tool, until });
            await journal.AppendAsync(record.CastId, [held], cancellation).ConfigureAwait(false);
        }
        catch (StorageException away)
        {
            // It is ours as far as storage knows, and this process knows better.
            _unused.Add(record.Owner!, record.Owner!);
            LogUntold(away, record.Key.IdempotencyKey);
        }

        return new AttemptOutcome { OpenUntil = until };
    }

    /// <summary>Stores what came of an attempt that is ours. What storage does not take is handed on in the outcome.</summary>
    internal async Task<AttemptOutcome> EndAsync(AttemptLease lease, AttemptRecord record, CancellationToken cancellation)
    {
        try
        {
            if (await lease.EndAsync(record, cancellation).ConfigureAwait(false) is { } other)
            {
                LogTooLate(record.Key.IdempotencyKey, other.Status);
                return other.Status switch
                {
                    AttemptStatus.Running => Busy(other),
                    AttemptStatus.Lost when record.Status != AttemptStatus.Running => OutcomeOf(await AmendAsync(record, cancellation).ConfigureAwait(false)),
                    _ => OutcomeOf(other),
                };
            }

            AttemptTelemetry.Ended(record);
            var events = CastEvents.Of(record, EndsStep(record));
            await Task.WhenAll(
                usage.TellAsync(record, cancellation),
                journal.AppendAsync(record.CastId, lease.IsTold ? events.Skip(CastEvents.Begun(record).Count()) : events, cancellation)).ConfigureAwait(false);
            return OutcomeOf(record);
        }
        catch (StorageException away)
        {
            LogUnstored(away, record.Key.IdempotencyKey);
            return OutcomeOf(record) with { Output = null, Unstored = record };
        }
    }

    /// <summary>An attempt that was given up has ended after all. It stays as it is, for policy has gone on without it; what it has cost counts.</summary>
    internal async Task<AttemptRecord> AmendAsync(AttemptRecord late, CancellationToken cancellation)
    {
        while (true)
        {
            var (givenUp, version) = await attempts.FindAsync(late.Key, cancellation).ConfigureAwait(false);
            if (givenUp is { IsLate: true })
            {
                // Whoever has amended it may have died before that was told.
                return await ToldAsync(givenUp, cancellation).ConfigureAwait(false);
            }

            if (givenUp is not { Status: AttemptStatus.Lost or AttemptStatus.Failed or AttemptStatus.Cancelled })
            {
                return givenUp ?? late;
            }

            var amended = givenUp with { IsLate = true, LateAt = time.GetUtcNow(), EarlierCostUsd = givenUp.CostUsd, CostUsd = late.CostUsd, Usage = late.Usage, Artifacts = late.Artifacts };
            if (await attempts.ReplaceAsync(amended, version!, cancellation).ConfigureAwait(false) is not null)
            {
                CastMetrics.Paid(amended, amended.CostUsd - givenUp.CostUsd);
                return await ToldAsync(amended, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Stores the record of an attempt that could not be stored when it ended, and that this has happened.</summary>
    internal async Task<AttemptOutcome> StoreAsync(AttemptRecord record, CancellationToken cancellation)
    {
        var outcome = await SettleAsync(record, cancellation).ConfigureAwait(false);
        if (record.Status != AttemptStatus.Lost && (await attempts.FindAsync(record.Key, cancellation).ConfigureAwait(false)).Record is { Status: AttemptStatus.Lost })
        {
            // It was taken for lost while storage was away.
            outcome = OutcomeOf(await AmendAsync(record, cancellation).ConfigureAwait(false));
        }

        var incident = CastEvents.Attempt(CastEvents.StorageIncident, record.Key, time.GetUtcNow(), new { recovered = true });
        await journal.AppendAsync(record.CastId, [incident], cancellation).ConfigureAwait(false);
        return outcome;
    }

    /// <summary>Stores how an attempt has ended, unless that is stored already. The first end counts.</summary>
    internal async Task<AttemptOutcome> SettleAsync(AttemptRecord record, CancellationToken cancellation)
    {
        while (true)
        {
            var (existing, version) = await attempts.FindAsync(record.Key, cancellation).ConfigureAwait(false);
            if (existing is not null && existing.Status != AttemptStatus.Running)
            {
                return OutcomeOf(await ToldAsync(existing, cancellation).ConfigureAwait(false));
            }

            var stored = existing is null
                ? (await attempts.ClaimAsync(record, cancellation).ConfigureAwait(false)).Version
                : await attempts.ReplaceAsync(record, version!, cancellation).ConfigureAwait(false);
            if (stored is not null)
            {
                AttemptTelemetry.Ended(record);
                return OutcomeOf(await ToldAsync(record, cancellation).ConfigureAwait(false));
            }
        }
    }

    internal static AttemptOutcome OutcomeOf(AttemptRecord record) => record is { Status: AttemptStatus.Running, Job: { } job } ? new() { Job = job.Wait } : new()
    {
        Output = record.Status == AttemptStatus.Succeeded ? CastStore.OutputOf(record) : null,
        Failure = record.Failure?.In(record.Step, record.Item, record.Attempt, record.Tool),
        CostUsd = record.CostUsd,
    };

    /// <summary>Somebody runs the attempt: ask again, but not at once, even if it is late in saying that it lives.</summary>
    internal AttemptOutcome Busy(AttemptRecord running)
    {
        var soon = time.GetUtcNow() + (options.Lease / 3);
        return new AttemptOutcome { BusyUntil = running.LeaseUntil > soon ? running.LeaseUntil : soon };
    }

    /// <summary>The success of an attempt is that of its step, unless the step has many elements.</summary>
    static bool EndsStep(AttemptRecord record) => record.Item is null;

    /// <summary>Different for every claim: storage tells two claims apart by what they write.</summary>
    string NewOwner() => string.Create(CultureInfo.InvariantCulture, $"{_worker}.{Interlocked.Increment(ref _claims)}");

    bool IsAlive(AttemptRecord running) => running.Owner?.StartsWith(_worker, StringComparison.Ordinal) is true
        ? _held.ContainsKey(running.Owner)
        : running.LeaseUntil > time.GetUtcNow();

    bool IsUnused(AttemptRecord running) => running.Owner is { } owner && _unused.Find(owner) is not null;

    /// <summary>Null if it is not the dead one's any more.</summary>
    async Task<string?> TakeOverAsync(AttemptRecord dead, AttemptRecord record, CancellationToken cancellation)
    {
        var (now, version) = await attempts.FindAsync(dead.Key, cancellation).ConfigureAwait(false);
        return now is { Status: AttemptStatus.Running } && now.Owner == dead.Owner && !IsAlive(now)
            ? await attempts.ReplaceAsync(record, version!, cancellation).ConfigureAwait(false)
            : null;
    }

    /// <summary>Tells all of an attempt that has ended: whoever did so before may have died doing it.</summary>
    async Task<AttemptRecord> ToldAsync(AttemptRecord ended, CancellationToken cancellation)
    {
        await Task.WhenAll(
            usage.TellAsync(ended, cancellation),
            journal.AppendAsync(ended.CastId, CastEvents.Of(ended, EndsStep(ended)), cancellation)).ConfigureAwait(false);
        return ended;
    }

    /// <summary>That it has begun is told again when it ends, so that storage that is away now does not keep the tool from being called.</summary>
    async Task<bool> TellBegunAsync(AttemptRecord record, CancellationToken cancellation)
    {
        try
        {
            await journal.AppendAsync(record.CastId, CastEvents.Of(record, EndsStep(record)), cancellation).ConfigureAwait(false);
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
