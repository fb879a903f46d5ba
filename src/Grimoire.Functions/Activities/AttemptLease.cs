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
    readonly CancellationTokenSource _stop = new();
    readonly Task _renewing;
    string _version;

    public AttemptLease(AttemptStore attempts, AttemptRecord record, string version, TimeSpan length, TimeProvider time, ILogger logger)
    {
        (_attempts, Record, _version, _length, _time, _logger) = (attempts, record, version, length, time, logger);
        _renewing = RenewAsync(_stop.Token);
    }

    public AttemptRecord Record { get; private set; }

    /// <summary>The journal says that the attempt has begun.</summary>
    public bool IsTold { get; init; }

    /// <summary>The version of the record that is ours to replace.</summary>
    public async Task<string> StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(false);
        return _version;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    async Task RenewAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_length / 3, _time, stop).ConfigureAwait(false);
                if (!await RenewOnceAsync().ConfigureAwait(false))
                {
                    return;
                }
            }
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
            var version = await _attempts.ReplaceAsync(renewed, _version, CancellationToken.None).ConfigureAwait(false);
            if (version is null)
            {
                LogTaken(Record.Key.IdempotencyKey);
                return false;
            }

            (_version, Record) = (version, renewed);
        }
        catch (StorageException away)
        {
            LogNotRenewed(away, Record.Key.IdempotencyKey);
        }

        return true;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The attempt {Attempt} is taken for dead although it runs: storage was away for longer than its lease.")]
    partial void LogTaken(string attempt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease of the attempt {Attempt} could not be renewed.")]
    partial void LogNotRenewed(Exception away, string attempt);
}
