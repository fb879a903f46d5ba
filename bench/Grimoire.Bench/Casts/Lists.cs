using System.Diagnostics;
using System.Text.Json;

namespace Grimoire.Bench.Casts;

/// <summary>How long a page takes of a list of very many casts, whatever is asked for.</summary>
internal static class Lists
{
    const int Starters = 32;
    const int Pages = 100;
    const int Top = 50;

    /// <summary>Every so many casts one fails, and one is of a spell that is hardly ever cast.</summary>
    const int OneIn = 1_000;

    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(Run run)
    {
        int all = run.Settings.ListedCasts;
        using CastApp app = await CastApp.StartAsync(run.NewFolder(), "");
        await app.SaveAsync("common", steps: 1);
        await app.SaveAsync("rare", steps: 1);
        await app.PutAsync("api/spells/failing", new { steps = (object[])[new { id = "a", tool = "json.value", with = new { value = "${number('no number')}" } }] });
        long begin = Stopwatch.GetTimestamp();
        await ClosedLoop.ForEachAsync(Starters, all, i => app.StartAsync((i % OneIn) switch { 1 => "rare", 2 => "failing", _ => "common" }, new { n = i }));
        while ((await app.GetAsync("api/casts?status=running,pending&top=1")).GetProperty("casts").GetArrayLength() > 0)
        {
            await Task.Delay(Look, TimeProvider.System);
        }

        run.Report.Add(new Figure("list", $"{all:N0} casts started and ended, callers: {Starters}", "casts/s", [all / Stopwatch.GetElapsedTime(begin).TotalSeconds]));
        string middle = Uri.EscapeDataString(TimeProvider.System.GetUtcNow().AddSeconds(-Stopwatch.GetElapsedTime(begin).TotalSeconds / 2).ToString("O"));
        foreach ((string what, string query) in ((string, string)[])
            [
                ("all", ""), ("status=failed", "&status=failed"), ("status=running", "&status=running"), ("a rare spell", "&spell=rare"), ("the older half", $"&to={middle}"), ("a rare spell that failed", "&status=failed&spell=rare"),
            ])
        {
            double[] times = await LeafAsync(app, query);
            run.Report.Add(new Figure("list", $"a page of {Top} of {all:N0} casts: {what}, p50", "ms", [Statistics.Percentile(times, 0.5)], Target.Under(50)));
            run.Report.Add(new Figure("list", $"a page of {Top} of {all:N0} casts: {what}, p99", "ms", [Statistics.Percentile(times, 0.99)]));
        }

        run.Report.Add(new Figure("list", $"memory of the app, {all:N0} casts ended", "MiB", [app.ResidentMiB]));
        await app.EndAsync();
    }

    /// <summary>From the first page on, and again where there are few.</summary>
    static async Task<double[]> LeafAsync(CastApp app, string query)
    {
        var times = new List<double>();
        string next = "";
        while (times.Count < Pages)
        {
            long start = Stopwatch.GetTimestamp();
            JsonElement page = await app.GetAsync($"api/casts?top={Top}{query}{next}");
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            next = page.TryGetProperty("continuation", out JsonElement more) && more.GetString() is { } token ? $"&continuation={Uri.EscapeDataString(token)}" : "";
        }

        return [.. times];
    }
}
