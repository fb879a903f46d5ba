using Grimoire.Functions.Storage;
using Grimoire.Functions.Tools;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Telemetry;

/// <summary>Looks at each thing that the app depends on. Whatever is wrong with one is what is asked here, so it is an answer and no failure.</summary>
public sealed class HealthChecks
{
    public const string Ok = "ok";

    public const string Degraded = "degraded";

    public const string Down = "down";

    const int CountedInstances = 200;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How often at most the storage is asked by those who need no key for that.</summary>
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    readonly Lock _lock = new();
    readonly IObjectStore _objects;
    readonly ToolRunners _tools;
    readonly ToolProbe _probe;
    readonly DiskSpace _disks;
    readonly TimeProvider _time;
    Task<string?>? _missing;
    long _missingSince;

    public HealthChecks(IObjectStore objects, ToolRunners tools, ToolProbe probe, DiskSpace disks, TimeProvider time) =>
        (_objects, _tools, _probe, _disks, _time) = (objects, tools, probe, disks, time);

    /// <summary>What is not there of the two without which nothing can be done; null if both are. Found out once a second, however many ask.</summary>
    public Task<string?> MissingAsync(DurableTaskClient client)
    {
        lock (_lock)
        {
            if (_missing is null || (_missing.IsCompleted && _time.GetElapsedTime(_missingSince) >= Fresh))
            {
                (_missing, _missingSince) = (FindAsync(), _time.GetTimestamp());
            }

            return _missing;
        }

        async Task<string?> FindAsync()
        {
            var both = await Task.WhenAll(StorageAsync(CancellationToken.None), EngineAsync(client, CancellationToken.None)).ConfigureAwait(false);
            return both[0].Error is not null ? "storage" : both[1].Error is not null ? "engine" : null;
        }
    }

    public Task<DependencyHealth> StorageAsync(CancellationToken cancellation) => CheckAsync(
        async token =>
        {
            await _objects.CheckAsync(token).ConfigureAwait(false);
            return null;
        },
        cancellation);

    /// <summary>Whether it answers, and how much it has to do: counted up to a limit, for there may be a great many.</summary>
    public Task<DependencyHealth> EngineAsync(DurableTaskClient client, CancellationToken cancellation) => CheckAsync(
        async token =>
        {
            ArgumentNullException.ThrowIfNull(client);
            var query = new OrchestrationQuery(Statuses: [OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending], PageSize: CountedInstances);
            await foreach (var page in client.GetAllInstancesAsync(query).AsPages(null, CountedInstances).WithCancellation(token).ConfigureAwait(false))
            {
                var waiting = page.Values.Count(instance => instance.RuntimeStatus == OrchestrationRuntimeStatus.Pending);
                return new EngineLoad(page.Values.Count - waiting, waiting, page.ContinuationToken is not null);
            }

            return new EngineLoad(0, 0, false);
        },
        cancellation);

    public Task<DependencyHealth> DiskAsync(CancellationToken cancellation) => CheckAsync(
        _ =>
        {
            var disks = _disks.Look();
            return Task.FromResult<object?>(disks);
        },
        cancellation,
        details => ((IReadOnlyList<DiskHealth>)details!).All(disk => disk.FreeBytes >= disk.MinFreeBytes) ? Ok : Degraded);

    /// <summary>Which tools are left alone because they have failed: no tool is called for that.</summary>
    public Task<DependencyHealth> ToolsAsync(string? probeAccount, CancellationToken cancellation) => CheckAsync(
        async token =>
        {
            var breakers = _tools.Breakers();
            return new ToolsHealth(
                Named(BreakerState.Open), Named(BreakerState.HalfOpen), probeAccount is null ? null : await _probe.LookAsync(probeAccount, token).ConfigureAwait(false));

            IReadOnlyList<string> Named(BreakerState state) => [.. breakers.Where(breaker => breaker.Value == state).Select(breaker => breaker.Key).Order(StringComparer.Ordinal)];
        },
        cancellation,
        details => details is ToolsHealth { Open.Count: 0, HalfOpen.Count: 0 } tools && tools.Endpoints?.All(endpoint => endpoint.Status == Ok) is not false ? Ok : Degraded);

    /// <summary>Without storage or engine nothing can be done; whatever else is wrong, some casts go on.</summary>
    public static string Overall(IReadOnlyDictionary<string, DependencyHealth> dependencies)
    {
        ArgumentNullException.ThrowIfNull(dependencies);
        return dependencies.Any(one => one is { Key: "storage" or "engine", Value.Status: Down }) ? Down
            : dependencies.Values.All(one => one.Status == Ok) ? Ok
            : Degraded;
    }

    async Task<DependencyHealth> CheckAsync(Func<CancellationToken, Task<object?>> check, CancellationToken cancellation, Func<object?, string>? judge = null)
    {
        using var timeout = new CancellationTokenSource(Patience, _time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        var began = _time.GetTimestamp();
        string? error = null;
        object? details = null;
        try
        {
            details = await check(over.Token).WaitAsync(over.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            error = $"no answer within {Patience.TotalSeconds} s";
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            error = failure.Message;
        }

        return new DependencyHealth(error is not null ? Down : judge?.Invoke(details) ?? Ok, (int)_time.GetElapsedTime(began).TotalMilliseconds, error) { Details = details };
    }
}

/// <param name="Status">ok, degraded or down.</param>
/// <param name="Ms">How long it took to answer.</param>
/// <param name="Error">Why it is down.</param>
public sealed record DependencyHealth(string Status, int Ms, string? Error)
{
    /// <summary>What there is to say of it.</summary>
    public object? Details { get; init; }
}

/// <param name="Running">Orchestrations that have begun.</param>
/// <param name="Waiting">Those that have not.</param>
/// <param name="More">There are more than were counted.</param>
public sealed record EngineLoad(int Running, int Waiting, bool More);

/// <param name="Open">Tools that are left alone.</param>
/// <param name="HalfOpen">Tools that are tried again.</param>
/// <param name="Endpoints">If it was asked for: who answers.</param>
public sealed record ToolsHealth(IReadOnlyList<string> Open, IReadOnlyList<string> HalfOpen, IReadOnlyList<EndpointHealth>? Endpoints);
