using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Grimoire.Tests.Shared;

namespace Grimoire.Bench.Soak;

/// <summary>
/// Casts spells as people do: sends a start twice, changes their mind, answers twice, and asks again when the app does not answer, which now and then is not there.
/// </summary>
internal sealed class SoakCasts(SoakApp app, SandboxProcess sandbox)
{
    /// <summary>Every spell ends within 8 minutes, whatever happens to it.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(12);

    static readonly TimeSpan Again = TimeSpan.FromMilliseconds(250);

    readonly ConcurrentDictionary<string, int> _ends = new();
    readonly ConcurrentBag<string> _wrong = [];
    int _count;

    public int Count => _count;

    /// <summary>How many have ended in each way: a status, and of those that failed the code.</summary>
    public IReadOnlyDictionary<string, int> Ends => _ends;

    /// <summary>What must not be.</summary>
    public IReadOnlyCollection<string> Wrong => _wrong;

    /// <summary>What the sandbox has charged for casts whose spells are accounted for, and what these say that they have cost.</summary>
    public (decimal Charged, decimal Told) Money { get; private set; }

    /// <summary>How many of them say exactly what was charged.</summary>
    public int Exact { get; private set; }

    /// <summary>How many of them there were.</summary>
    public int Accounted { get; private set; }

    /// <summary>Casts one after the other until the time is over.</summary>
    public async Task RunAsync(int seed, CancellationToken over)
    {
        var random = new Random(seed);
        while (!over.IsCancellationRequested)
        {
            (string slug, _) = SoakSpells.All[random.Next(SoakSpells.All.Count)];
            await CastAsync(slug, random);
        }
    }

    async Task CastAsync(string slug, Random random)
    {
        string key = Guid.NewGuid().ToString();
        string[] ids = await Task.WhenAll(Enumerable.Range(0, random.Next(10) == 0 ? 2 : 1).Select(_ => StartAsync(slug, key)));
        string id = ids[0];
        Expect(ids.Distinct().Count() == 1, $"One key has started {string.Join(" and ", ids)}.");
        Interlocked.Increment(ref _count);
        switch (random.Next(20))
        {
            case 0:
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(3_000)), TimeProvider.System);
                await app.PostAsync($"api/casts/{id}/cancel", new { reason = "Somebody has changed their mind." });
                break;
            case 1:
                await app.PostAsync($"api/casts/{id}/pause", new { });
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(3_000)), TimeProvider.System);
                await app.PostAsync($"api/casts/{id}/resume", new { });
                break;
        }

        JsonElement? end = await EndAsync(id);
        Expect(end is not null, $"The cast {id} ({slug}) has not ended within {Longest.TotalMinutes} minutes.");
        if (end is { } cast)
        {
            await LookAsync(id, slug, cast);
        }
    }

    async Task<string> StartAsync(string slug, string key)
    {
        (HttpStatusCode status, JsonElement body) = await app.PostAsync($"api/spells/{slug}/casts", new { }, key);
        Check.That(status is HttpStatusCode.Accepted or HttpStatusCode.OK, $"A start was answered {(int)status}: {body}");
        return body.GetProperty("castId").GetString()!;
    }

    /// <summary>The cast when it has ended; what it asks is answered, by two at once.</summary>
    async Task<JsonElement?> EndAsync(string id)
    {
        long begin = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(begin) < Longest)
        {
            JsonElement cast = await app.GetAsync($"api/casts/{id}");
            if (cast.GetProperty("status").GetString() is "completed" or "failed" or "cancelled")
            {
                return cast;
            }

            if (cast.GetProperty("steps").EnumerateArray().Any(step => step.TryGetProperty("waits", out JsonElement waits) && waits.GetProperty("for").GetString() == "approval"))
            {
                await Task.WhenAll(AnswerAsync(id, true), AnswerAsync(id, true));
            }

            await Task.Delay(Again, TimeProvider.System);
        }

        return null;
    }

    Task<(HttpStatusCode, JsonElement)> AnswerAsync(string id, bool approved) =>
        app.PostAsync($"api/casts/{id}/steps/{SoakSpells.Question}/answer", new { approved, by = "the soak" });

    /// <summary>Compares what the cast tells with what the sandbox knows.</summary>
    async Task LookAsync(string id, string slug, JsonElement cast)
    {
        string end = cast.GetProperty("status").GetString()!;
        if (end == "failed")
        {
            JsonElement failure = cast.GetProperty("failure");
            end += " " + failure.GetProperty("code").GetString();
            Expect(failure.GetProperty("message").GetString() is { Length: > 0 } && (failure.TryGetProperty("step", out _) || end == "failed cast.timeout"), $"The cast {id} does not say what has failed: {failure}");
        }

        _ends.AddOrUpdate(end, 1, (_, count) => count + 1);
        JsonElement steps = (await app.GetAsync($"api/casts/{id}/steps")).GetProperty("steps");
        var attempts = steps.EnumerateArray().SelectMany(step => step.GetProperty("attempts").EnumerateArray()).ToList();
        Expect(!attempts.Any(attempt => attempt.GetProperty("status").GetString() == "running"), $"An attempt of {id}, which has ended, is running.");
        if (!SoakSpells.Accounted.Contains(slug))
        {
            return;
        }

        SandboxJobList jobs = await sandbox.Jobs.ListAsync(key: $"{id}*");
        SandboxCalls calls = await sandbox.CallsAsync(path: "/paid", key: $"{id}*");
        HashSet<string> charges = [.. calls.Calls.Where(call => call.Fault is null or "slow" or "lost" && call.Key is not null).Select(call => call.Key!)];
        decimal charged = jobs.TotalUsd + (charges.Count * 0.01m);
        decimal told = cast.GetProperty("costUsd").GetDecimal();
        Expect(told <= charged, $"The cast {id} ({slug}) says that it has cost {told}, and {charged} was charged.");
        Expect(jobs.Jobs.Select(job => job.Key).Distinct().Count() == jobs.Count, $"An attempt of {id} has two jobs.");
        lock (_wrong)
        {
            Money = (Money.Charged + charged, Money.Told + told);
            Exact += told == charged ? 1 : 0;
            Accounted++;
        }
    }

    void Expect(bool holds, string otherwise)
    {
        if (!holds)
        {
            _wrong.Add(otherwise);
            Console.Error.WriteLine("  WRONG: " + otherwise);
        }
    }
}
