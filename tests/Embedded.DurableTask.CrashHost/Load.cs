using System.Globalization;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.CrashHost;

/// <summary>
/// Brings work to the hub from several sides at once, and reports each call of the client that returned. What belongs to an instance
/// that listens for events is ruled by the age of the run that started it, so that nothing is sent after the event that ends it:
/// in its own run it gets numbers, in the next one numbers and the end, later only the end.
/// </summary>
internal sealed class Load(DurableTaskClient client, Reports reports, RunSettings settings) : IDisposable
{
    const int Callers = 8;

    /// <summary>Nothing ends while the disk is full; the callers must go on calling, to be told so.</summary>
    static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Orchestrations that end by themselves and have not yet.</summary>
    readonly SemaphoreSlim _inFlight = new(300);

    int _started;
    int _signals;
    CancellationToken _stopping;

    public Task RunAsync(CancellationToken cancellation)
    {
        _stopping = cancellation;
        return Task.WhenAll(
            [TellOlderAsync(cancellation), .. Enumerable.Range(0, Callers).Select(i => CallAsync(new Random((settings.Run * Callers) + i), cancellation))]);
    }

    public void Dispose() => _inFlight.Dispose();

    async Task CallAsync(Random random, CancellationToken cancellation)
    {
        int number;
        while (!cancellation.IsCancellationRequested && (number = Interlocked.Increment(ref _started)) <= settings.MostStarts)
        {
            if (random.Next(10) == 0)
            {
                await ListenAsync(Scenarios.Listening[random.Next(Scenarios.Listening.Length)], number, random);
            }
            else if (await _inFlight.WaitAsync(LongestPause, cancellation))
            {
                await StartAsync(Scenarios.Ending[random.Next(Scenarios.Ending.Length)], number, random);
            }

            await SignalAsync(random);
        }
    }

    async Task StartAsync(string name, int number, Random random)
    {
        string id = Id(name, number);
        int size = 1 + random.Next(6);
        var options = new StartOrchestrationOptions(id, random.Next(8) == 0 ? Soon(random) : null);
        if (await TryAsync(() => client.ScheduleNewOrchestrationInstanceAsync(name, Scenarios.Input(name, size), options), Reports.Start, id, $"{size}"))
        {
            _ = ReleaseAtEndAsync(id);
        }
        else
        {
            _inFlight.Release();
        }
    }

    async Task ReleaseAtEndAsync(string id)
    {
        await client.WaitForInstanceCompletionAsync(id);
        _inFlight.Release();
    }

    /// <summary>Half of the listeners are told to end in their own run, and then hear nothing but that in later ones.</summary>
    async Task ListenAsync(string name, int number, Random random)
    {
        bool ends = random.Next(2) == 0;
        string id = Id(name, number) + (ends ? "-ends" : string.Empty);
        if (await TryAsync(
            () => client.ScheduleNewOrchestrationInstanceAsync(name, Scenarios.Input(name, 0), new StartOrchestrationOptions(id)), Reports.Start, id, "0"))
        {
            await RaiseAsync(id, 1 + random.Next(12), ends);
        }
    }

    async Task RaiseAsync(string id, int count, bool ends)
    {
        int first = settings.Run * 1_000;
        foreach (int number in Enumerable.Range(first, count))
        {
            await TryAsync(() => client.RaiseEventAsync(id, Scenarios.EventName, number), Reports.Event, id, Text(number));
        }

        if (ends)
        {
            await TryAsync(() => EndAsync(client, id), Reports.End, id);
        }
    }

    async Task TellOlderAsync(CancellationToken cancellation)
    {
        foreach (string id in await FindListenersAsync(client, cancellation))
        {
            int age = settings.Run - int.Parse(Scenarios.RunOf(id), CultureInfo.InvariantCulture);
            if (age == 1 && !id.EndsWith("-ends", StringComparison.Ordinal))
            {
                await RaiseAsync(id, 5, ends: true);
            }
            else if (age >= 1)
            {
                await TryAsync(() => EndAsync(client, id), Reports.End, id);
            }
        }
    }

    async Task SignalAsync(Random random)
    {
        var tally = new EntityInstanceId(Scenarios.Tally, $"{settings.Run}-signals{random.Next(3)}");
        string token = Text(Interlocked.Increment(ref _signals));
        SignalEntityOptions? options = random.Next(4) == 0 ? new SignalEntityOptions { SignalTime = Soon(random) } : null;
        await TryAsync(() => client.Entities.SignalEntityAsync(tally, "Add", token, options), Reports.Signal, tally.Key, token);
    }

    /// <returns>Whether the call returned, and so was reported.</returns>
    async Task<bool> TryAsync(Func<Task> call, string what, params string[] details)
    {
        try
        {
            await call();
            reports.Say(what, details);
            return true;
        }
        catch (ObjectDisposedException) when (_stopping.IsCancellationRequested)
        {
            // It was under way when the hub was closed, which is no refusal of what it asked for.
            return false;
        }
        catch (Exception e)
        {
            // Whatever a caller can get: the test decides whether it should have.
            reports.Say(Reports.Refused, [what, .. details, e.GetType().Name, e.Message]);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            return false;
        }
    }

    string Id(string name, int number) => $"{name}-{Text(settings.Run)}-{Text(number)}";

    static DateTimeOffset Soon(Random random) => TimeProvider.System.GetUtcNow().AddMilliseconds(random.Next(100));

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    public static Task EndAsync(DurableTaskClient client, string id) =>
        client.RaiseEventAsync(id, Scenarios.EventName, Scenarios.LastEvent);

    public static async Task<List<string>> FindListenersAsync(DurableTaskClient client, CancellationToken cancellation)
    {
        var ids = new List<string>();
        foreach (string name in Scenarios.Listening)
        {
            await foreach (OrchestrationMetadata instance in client.GetAllInstancesAsync(Unfinished with { InstanceIdPrefix = name + "-" })
                .WithCancellation(cancellation))
            {
                ids.Add(instance.InstanceId);
            }
        }

        return ids;
    }

    public static OrchestrationQuery Unfinished { get; } = new()
    {
        Statuses = [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended],
    };
}
