using System.Diagnostics;
using System.Text.Json;

namespace Grimoire.Bench.Casts;

/// <summary>Casts that wait for the callback of a job: what they take of memory, how long a callback is answered after, how many are resumed in a second.</summary>
internal static class Callbacks
{
    const string Slug = "waiting";

    /// <summary>What the process needs for itself is in memory once so many wait.</summary>
    const int First = 1_000;

    /// <summary>How many callbacks come while the others go on waiting.</summary>
    const int Some = 2_000;

    const int Starters = 32;
    const int FewCallers = 4;
    const int ManyCallers = 32;

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Many casts wait; some of them are called back.</summary>
    public static async Task WaitingAsync(Run run)
    {
        int all = run.Settings.WaitingCasts;
        Check.That(all >= First + Some, $"WAITING_CASTS has to be {First + Some} at least.");
        await using JobProvider provider = await JobProvider.StartAsync();
        using CastApp app = await StartAsync(run, provider);
        TimeSpan settle = TimeSpan.FromSeconds(run.Settings.SettleSeconds);

        await BeginAsync(app, provider, First);
        await Task.Delay(settle, TimeProvider.System);
        double before = app.ResidentMiB;
        long begin = Stopwatch.GetTimestamp();
        await BeginAsync(app, provider, all - First);
        double begun = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        await Task.Delay(settle, TimeProvider.System);
        double after = app.ResidentMiB;

        run.Report.Add(new Figure("waiting", $"memory of the app, {First:N0} casts waiting", "MiB", [before]));
        run.Report.Add(new Figure("waiting", $"memory of the app, {all:N0} casts waiting", "MiB", [after]));
        run.Report.Add(new Figure("waiting", $"memory a cast that waits, beyond the first {First:N0}", "KiB", [(after - before) * 1024 / (all - First)], Target.Under(5)));
        run.Report.Add(new Figure("waiting", "casts begun that then wait", "casts/s", [(all - First) / begun]));

        var latencies = new List<double>[FewCallers];
        await Task.WhenAll(Enumerable.Range(0, FewCallers).Select(async caller =>
        {
            latencies[caller] = [];
            for (int i = caller; i < Some; i += FewCallers)
            {
                long start = Stopwatch.GetTimestamp();
                await provider.CallBackAsync();
                latencies[caller].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }));
        double[] answered = [.. latencies.SelectMany(some => some)];
        run.Report.Add(new Figure("waiting", $"a callback is answered while {all:N0} wait, callers: {FewCallers}, p50", "ms", [Statistics.Percentile(answered, 0.5)]));
        run.Report.Add(new Figure("waiting", $"a callback is answered while {all:N0} wait, callers: {FewCallers}, p99", "ms", [Statistics.Percentile(answered, 0.99)]));
        await app.EndAsync();
    }

    /// <summary>Every cast that waits is called back; the time runs until the last of them has ended.</summary>
    public static async Task ResumeAsync(Run run)
    {
        var resumed = new List<double>();
        var answered = new List<double>();
        await using JobProvider provider = await JobProvider.StartAsync();
        using CastApp app = await StartAsync(run, provider);
        for (int i = 0; i < run.Settings.Reps; i++)
        {
            await BeginAsync(app, provider, Some);
            long start = Stopwatch.GetTimestamp();
            await ClosedLoop.ForEachAsync(ManyCallers, Some, _ => provider.CallBackAsync());
            answered.Add(Some / Stopwatch.GetElapsedTime(start).TotalSeconds);
            await NoneIsRunningAsync(app);
            resumed.Add(Some / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        run.Report.Add(new Figure("resume", $"callbacks of {Some:N0} casts answered, callers: {ManyCallers}", "callbacks/s", answered));
        run.Report.Add(new Figure("resume", $"{Some:N0} casts called back and ended, callers: {ManyCallers}", "casts/s", resumed));
        await app.EndAsync();
    }

    static async Task<CastApp> StartAsync(Run run, JobProvider provider)
    {
        CastApp app = await CastApp.StartAsync(run.NewFolder(), "", ("Egress__Allow", provider.Url.Authority), ("Tools__DefaultConcurrency", "1000"));
        await app.PutAsync("api/tools/job", provider.Tool);
        await app.PutAsync($"api/spells/{Slug}", new { slug = Slug, steps = (object[])[new { id = "wait", tool = "job" }] });
        return app;
    }

    /// <summary>Starts casts, and waits until each has given its job away.</summary>
    static async Task BeginAsync(CastApp app, JobProvider provider, int count)
    {
        int until = provider.Count + count;
        await ClosedLoop.ForEachAsync(Starters, count, _ => app.StartAsync(Slug));
        while (provider.Count < until)
        {
            await Task.Delay(Look, TimeProvider.System);
        }
    }

    static async Task NoneIsRunningAsync(CastApp app)
    {
        while (true)
        {
            JsonElement page = await app.GetAsync("api/casts?status=running&top=1");
            if (page.GetProperty("casts").GetArrayLength() == 0)
            {
                JsonElement failed = await app.GetAsync("api/casts?status=failed&top=1");
                Check.That(failed.GetProperty("casts").GetArrayLength() == 0, $"A cast has failed: {failed}");
                return;
            }

            await Task.Delay(Look, TimeProvider.System);
        }
    }
}
