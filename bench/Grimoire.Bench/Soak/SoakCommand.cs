using System.Diagnostics;
using System.Text.Json;
using Grimoire.Tests.Shared;

namespace Grimoire.Bench.Soak;

/// <summary>
/// Casts for a long time while everything that the sandbox can do wrong goes wrong, and the app is killed in the first third of it. No cast may be left, none may
/// tell a cost that was not charged, and the memory of the app may not grow.
/// </summary>
internal static class SoakCommand
{
    const int Callers = 24;
    const int Kills = 3;

    /// <summary>What the memory of the last third may be more than that of the second, in which nothing is killed any more.</summary>
    const double Growth = 1.15;

    static readonly TimeSpan Sample = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(Arguments arguments)
    {
        var time = TimeSpan.FromMinutes(new Settings().SoakMinutes);
        string data = Path.Combine(arguments.Data, "grimoire-soak-" + Guid.NewGuid().ToString("N")[..8]);
        await using SandboxProcess sandbox = await SandboxProcess.StartAsync();
        using var app = new SoakApp(data, sandbox);
        try
        {
            await app.StartAsync();
            await SoakFaults.SwitchOnAsync(sandbox);
            var casts = new SoakCasts(app, sandbox);
            List<double> memory = await SoakAsync(app, casts, time);
            await TellAsync(sandbox, casts, memory, time);
            await CheckNoneIsLeftAsync(app);
            Check.That(casts.Wrong.Count == 0, $"{casts.Wrong.Count} things were wrong, the first: {casts.Wrong.FirstOrDefault()}");
            (double middle, double last) = Thirds(memory);
            Check.That(last <= middle * Growth, $"The app had {middle} MiB in the second third and {last} MiB in the last.");
        }
        finally
        {
            app.Dispose();
            Directory.Delete(data, recursive: true);
        }
    }

    /// <returns>What the app had in memory, regularly since the last kill.</returns>
    static async Task<List<double>> SoakAsync(SoakApp app, SoakCasts casts, TimeSpan time)
    {
        using var over = new CancellationTokenSource(time);
        Task casting = Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => casts.RunAsync(caller, over.Token))));
        var memory = new List<double>();
        int kills = 0;
        long begin = Stopwatch.GetTimestamp();
        while (!casting.IsCompleted)
        {
            await Task.WhenAny(casting, Task.Delay(Sample, TimeProvider.System));
            TimeSpan elapsed = Stopwatch.GetElapsedTime(begin);
            if (kills < Kills && elapsed > time / 3 / (Kills + 1) * (kills + 1))
            {
                kills++;
                Console.Error.WriteLine($"  {elapsed:mm\\:ss}: killed, after {casts.Count} casts");
                await app.KillAsync();
            }
            else if (elapsed > time / 3 && elapsed < time)
            {
                memory.Add(app.ResidentMiB);
            }
        }

        await casting;
        return memory;
    }

    static async Task TellAsync(SandboxProcess sandbox, SoakCasts casts, List<double> memory, TimeSpan time)
    {
        (double middle, double last) = Thirds(memory);
        Console.WriteLine($"{casts.Count:N0} casts by {Callers} callers in {time.TotalMinutes:F0} minutes; the app was killed {Kills} times.");
        foreach ((string end, int count) in casts.Ends.OrderByDescending(end => end.Value))
        {
            Console.WriteLine($"  {count,7:N0}  {end}");
        }

        Console.WriteLine($"Of {casts.Accounted:N0} casts the sandbox has charged {casts.Money.Charged} USD, and they tell {casts.Money.Told} USD; {casts.Exact:N0} tell exactly what was charged.");
        Console.WriteLine($"Memory of the app: {middle:F0} MiB in the second third, {last:F0} MiB in the last, {memory.Max():F0} MiB at most.");
        Console.WriteLine("Faults: " + string.Join(", ", (await SoakFaults.StruckAsync(sandbox)).Select(fault => $"{fault.Kind} {fault.Struck:N0}")));
    }

    /// <summary>Nothing is running, of those either of which a caller does not know.</summary>
    static async Task CheckNoneIsLeftAsync(SoakApp app)
    {
        JsonElement running = await app.GetAsync("api/casts?status=pending,running,paused&children=true&top=200");
        Check.That(running.GetProperty("casts").GetArrayLength() == 0, $"Casts are left: {running}");
        JsonElement stalled = await app.GetAsync("api/ops/stalled?minutes=0");
        Check.That(stalled.GetProperty("stalled").GetArrayLength() == 0, $"Steps are left: {stalled}");
    }

    static (double Middle, double Last) Thirds(List<double> memory) =>
        (Statistics.Median([.. memory.Take(memory.Count / 2)]), Statistics.Median([.. memory.Skip(memory.Count / 2)]));
}
