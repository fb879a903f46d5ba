using Grimoire.Casts;
using Grimoire.Functions.Storage;
using Microsoft.Extensions.Logging;

namespace Grimoire.Functions.Activities;

/// <summary>Our hold on an attempt that runs: renewed as long as it runs, so that nobody takes us for dead.</summary>
sealed partial class AttemptLease : IAsyncDisposable
{
    readonly AttemptStore _attempts;
    readonly TimeSpan _length;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Action _release;
    readonly CancellationTokenSource _stop = new();
    readonly Task _renewing;
    string _version;
    bool _disposed;

    /// <param name="attempts">Where the record is.</param>
    /// <param name="record">As it was claimed.</param>
    /// <param name="version">Of the record.</param>
    /// <param name="length">For how long a renewal holds.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Of the ledger.</param>
    /// <param name="release">What is done when it is let go of.</param>
    public AttemptLease(AttemptStore attempts, AttemptRecord record, string version, TimeSpan length, TimeProvider time, ILogger logger, Action release)
    {
        (_attempts, Record, _version, _length, _time, _logger, _release) = (attempts, record, version, length, time, logger, release);
        _renewing = RenewAsync(_stop.Token);
    }

    public AttemptRecord Record { get; private set; }

    /// <summary>The journal says that the attempt has begun.</summary>
    public bool IsTold { get; init; }

    /// <summary>Puts the record of the ended attempt in the place of ours.</summary>
    /// <returns>Null if it is stored; else the record of whoever has taken the attempt from us.</returns>
    public async Task<AttemptRecord?> EndAsync(AttemptRecord ended, CancellationToken cancellation)
    {
        await StopAsync().ConfigureAwait(false);
        return await ReplaceAsync(ended, cancellation).ConfigureAwait(false);
    }

    /// <summary>Nobody holds the attempt from here on.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await StopAsync().ConfigureAwait(false);
        _stop.Dispose();
        _release();
    }

    async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(false);
    }

    async Task RenewAsync(CancellationToken stop)
    {
        try
        {
            // A claim that took long has used up some of its lease already.
            var left = (Record.LeaseUntil ?? _time.GetUtcNow()) - _time.GetUtcNow();
            var pause = left - (_length * 2 / 3);
            do
            {
                await Task.Delay(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, _time, stop).ConfigureAwait(false);
                pause = _length / 3;
            }
            while (await RenewOnceAsync().ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The attempt has ended.
        }
    }

    async Task<bool> RenewOnceAsync()
    {
        var renewed = Record with { LeaseUntil = _time.GetUtcNow() + _length };
        try
        {
            // Not given up halfway: whether the version is still ours has to be known.
            if (await ReplaceAsync(renewed, CancellationToken.None).ConfigureAwait(false) is not null)
            {
                LogTaken(Record.Key.IdempotencyKey);
                return false;
            }

            Record = renewed;
        }
        catch (Exception away)
        {
            // Whatever it is, the attempt goes on: its result is not to be lost with its lease.
            LogNotRenewed(away, Record.Key.IdempotencyKey);
        }

        return true;
    }

    async Task<AttemptRecord?> ReplaceAsync(AttemptRecord record, CancellationToken cancellation)
    {
        while (true)
        {
            if (await _attempts.ReplaceAsync(record, _version, cancellation).ConfigureAwait(false) is { } version)
            {
                _version = version;
                return null;
            }

            var (now, current) = await _attempts.FindAsync(record.Key, cancellation).ConfigureAwait(false);
            if (now is null)
            {
                throw new StorageException($"The record of the attempt {record.Key.IdempotencyKey} is gone.");
            }

            if (now.Status != AttemptStatus.Running || now.Owner != Record.Owner)
            {
                return now;
            }

            // It is ours: a renewal was carried out, and only its answer was lost.
            _version = current!;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The attempt {Attempt} is taken for dead although it runs: storage was away for longer than its lease.")]
    partial void LogTaken(string attempt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease of the attempt {Attempt} could not be renewed.")]
    partial void LogNotRenewed(Exception away, string attempt);
}
