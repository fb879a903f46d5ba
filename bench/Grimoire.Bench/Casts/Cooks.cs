using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Grimoire.Bench.Casts;

/// <summary>How fast a spell that does nothing is cast over a table, what the app takes of memory for it, and what it takes to follow its events.</summary>
internal static class Cooks
{
    const string Slug = "nothing";
    const int Concurrency = 32;
    const int EventsAPage = 1000;
    const int Polls = 50;

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    public static async Task RunAsync(Run run)
    {
        int pieces = run.Settings.CookPieces;
        using CastApp app = await CastApp.StartAsync(run.NewFolder(), "");
        await app.SaveAsync(Slug, steps: 1);
        await CookAsync(app, Math.Min(pieces, 500));
        double before = app.ResidentMiB;
        var rates = new List<double>();
        var cpu = new List<double>();
        var checks = new List<double>();
        var reads = new List<double>();
        var polls = new List<double>();
        int events = 0;
        double most = before;
        for (int i = 0; i < run.Settings.Reps; i++)
        {
            TimeSpan used = app.CpuTime;
            Cooked cooked = await CookAsync(app, pieces);
            rates.Add(pieces / cooked.Seconds);
            cpu.Add((app.CpuTime - used).TotalMilliseconds / pieces);
            checks.Add(cooked.CheckedMilliseconds);
            most = Math.Max(most, cooked.MostMiB);
            (events, double read, double poll) = await FollowAsync(app, cooked.Id);
            reads.Add(read);
            polls.Add(poll);
        }

        void Add(string what, string unit, params IReadOnlyList<double> values) => run.Report.Add(new Figure("cooks", what, unit, values));
        Add($"a cook of {pieces:N0} pieces of one step, {Concurrency} at once", "pieces/s", [.. rates]);
        Add("CPU time of the app for a piece", "ms", [.. cpu]);
        Add($"{pieces:N0} pieces are taken and checked", "ms", [.. checks]);
        Add($"all {events:N0} events of it, {EventsAPage:N0} at a time", "ms", [.. reads]);
        Add("asking for more when there are none", "ms", [.. polls]);
        Add("memory of the app before the first large one", "MiB", before);
        Add("memory of the app, the most that was seen", "MiB", most);
        await app.EndAsync();
    }

    /// <summary>Cooks so many pieces, and looks at it now and then as a page that shows it would.</summary>
    static async Task<Cooked> CookAsync(CastApp app, int pieces)
    {
        long start = Stopwatch.GetTimestamp();
        object wish = new { spell = Slug, concurrency = Concurrency, pieces = Enumerable.Range(0, pieces).Select(n => new { n }) };
        using HttpResponseMessage taken = await app.Http.PostAsJsonAsync("api/cooks", wish);
        Check.That(taken.StatusCode == HttpStatusCode.Accepted, $"The cook was not accepted: {taken.StatusCode}.");
        string id = (await taken.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("cookId").GetString()!;
        long begun = Stopwatch.GetTimestamp();
        double most = 0;
        while (true)
        {
            JsonElement cook = await app.GetAsync($"api/cooks/{id}");
            most = Math.Max(most, app.ResidentMiB);
            if (cook.GetProperty("status").GetString() is "completed" or "failed" or "cancelled")
            {
                Check.That(cook.GetProperty("progress").GetProperty("completed").GetInt32() == pieces, $"The cook ended otherwise: {cook}");
                return new Cooked(id, Stopwatch.GetElapsedTime(begun).TotalSeconds, Stopwatch.GetElapsedTime(start, begun).TotalMilliseconds, most);
            }

            await Task.Delay(Look, TimeProvider.System);
        }
    }

    /// <summary>Reads all events of a cook as somebody would who comes to it late, and then asks for more, as whoever follows it does.</summary>
    static async Task<(int Events, double ReadMilliseconds, double PollMilliseconds)> FollowAsync(CastApp app, string id)
    {
        long start = Stopwatch.GetTimestamp();
        int seen = 0;
        for (int found = -1; found != 0; seen += found)
        {
            found = (await AskAsync(seen)).GetProperty("events").GetArrayLength();
        }

        double read = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        long asked = Stopwatch.GetTimestamp();
        for (int i = 0; i < Polls; i++)
        {
            Check.That((await AskAsync(seen)).GetProperty("next").GetInt32() == seen, "There are more events than there were.");
        }

        return (seen, read, Stopwatch.GetElapsedTime(asked).TotalMilliseconds / Polls);

        Task<JsonElement> AskAsync(int after) => app.GetAsync($"api/cooks/{id}/events?after={after}&limit={EventsAPage}");
    }

    sealed record Cooked(string Id, double Seconds, double CheckedMilliseconds, double MostMiB);
}
