using Microsoft.DurableTask.Client;
using Embedded.DurableTask.Store;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Engine;

/// <summary>Removes instances some time after they have ended.</summary>
internal sealed class Retention : IDisposable
{
    const int Batch = 200;

    static readonly OrchestrationRuntimeStatus[] Ended =
        [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    readonly EmbeddedTaskHub _hub;
    readonly TimeSpan _keep;
    readonly ILogger _log;
    readonly ITimer _timer;
    int _running;

    public Retention(EmbeddedTaskHub hub, TimeSpan keep, TimeSpan interval, TimeProvider time, ILogger log)
    {
        _hub = hub;
        _keep = keep;
        _log = log;
        _timer = time.CreateTimer(static self => _ = ((Retention)self!).RunAsync(), this, TimeSpan.Zero, interval);
    }

    public void Dispose() => _timer.Dispose();

    async Task RunAsync()
    {
        if (Interlocked.Exchange(ref _running, 1) != 0)
        {
            return;
        }

        try
        {
            var before = new DateTimeOffset(_hub.Now - _keep, TimeSpan.Zero);
            int count = 0;
            var query = new InstanceQuery { Statuses = Ended, UpdatedTo = before, PageSize = Batch };
            while (_hub.Read(reader => reader.Query(query)).Rows is { Count: > 0 } rows)
            {
                count += await _hub.PurgeAsync([.. rows.Select(r => r.Id)]).ConfigureAwait(false);
                query = query with { After = rows[^1].Id };
            }

            if (count > 0)
            {
                _log.RetentionPurged(count, before);
            }
        }
        catch (ObjectDisposedException)
        {
            // The hub was closed meanwhile.
        }
        catch (Exception e)
        {
            // A timer's work has nobody to throw to.
            _log.BackgroundWorkFailed(e, "Removing instances past their retention");
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }
}
