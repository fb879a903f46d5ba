using System.Globalization;
using System.Text.Json.Nodes;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Tests.Shared;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests.Casts;

/// <summary>The app is killed in the middle of many casts and started again. CAST_KILLS says how often; 2 if it does not.</summary>
public sealed class KilledAppTests(ITestOutputHelper output)
{
    const int Casts = 100;
    const int StepsThatCost = 3;

    const string Steps = """
        [
          { "id": "first", "tool": "sandbox.paid", "with": { "value": 1 }, "retry": { "maxAttempts": 20, "firstInterval": "PT0.1S", "backoff": 1 } },
          { "id": "text", "tool": "text.template", "with": { "template": "{{n}}", "values": { "n": "${steps.first.output.value}" } } },
          { "id": "second", "tool": "sandbox.paid", "with": { "value": 2 }, "retry": { "maxAttempts": 20, "firstInterval": "PT0.1S", "backoff": 1 } },
          { "id": "nothing", "tool": "noop", "retry": { "maxAttempts": 20, "firstInterval": "PT0.1S", "backoff": 1 } },
          { "id": "third", "tool": "sandbox.paid", "with": { "value": "${steps.first.output.value + steps.second.output.value}" },
            "retry": { "maxAttempts": 20, "firstInterval": "PT0.1S", "backoff": 1 } }
        ]
        """;

    static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("CAST_KILLS") ?? "2", CultureInfo.InvariantCulture);

    [Fact]
    [Trait("Row", "KZ03")]
    [Trait("Row", "KZ09")]
    [Trait("Row", "SP04")]
    [Trait("Row", "SP11")]
    [Trait("Row", "SP21")]
    public async Task All_casts_end_and_no_provider_is_called_twice_for_one_attempt()
    {
        await using var sandbox = await SandboxProcess.StartAsync();
        await using var app = CastingApp.Of(sandbox, output);
        app.Settings["Casts__Lease"] = "00:00:02";
        await app.StartAsync();

        // Slow enough that a kill meets calls on their way.
        await sandbox.SetFaultAsync(new SandboxFault("slow", "/paid") { Probability = 0.5, Seed = 4, Ms = 250 });
        var ids = await Task.WhenAll(Enumerable.Range(0, Casts).Select(_ => app.CastAsync(Steps)));
        for (var kill = 1; kill <= Kills; kill++)
        {
            var calls = kill * Casts * StepsThatCost / (Kills + 1);
            await Eventually.SeeAsync(async () => (await sandbox.CallsAsync("/paid", take: 1)).Count, count => count >= calls, app.Process);
            await app.Process.KillAsync();
            await app.StartAsync();
        }

        var lost = 0;
        foreach (var id in ids)
        {
            var cast = await app.EndAsync(id);
            Assert.Equal(3, (int)cast["output"]!["value"]!);
            var attempts = await app.AttemptsAsync(id);
            Assert.Equal(StepsThatCost * 0.01m, cast.CostUsd());
            Assert.Equal(cast.CostUsd(), attempts.Sum(attempt => attempt.CostUsd()));
            Assert.DoesNotContain(attempts, attempt => attempt.Status() == "running");
            lost += LostAndMadeAgain(await app.EventsAsync(id), attempts);
        }

        output.WriteLine($"{lost} attempts were lost.");
        Assert.NotEqual(0, lost);
        Assert.Empty((await app.GetAsync("api/casts?status=running,pending,paused"))["casts"]!.AsArray());
        var ledger = await sandbox.CallsAsync("/paid", take: 1);
        Assert.Empty(ledger.Repeated);
        Assert.Equal(0, ledger.Forgotten);
        Assert.InRange(ledger.Count, Casts * StepsThatCost, (Casts * StepsThatCost) + lost);
    }

    /// <summary>Each attempt that was lost is told of, and then comes the next one.</summary>
    static int LostAndMadeAgain(IReadOnlyList<JsonNode> events, IReadOnlyList<JsonNode> attempts)
    {
        var names = events.Select(e => $"{e["type"]}:{e["step"]}:{e["attempt"]}").ToList();
        var lost = attempts.Where(attempt => attempt.Status() == "lost").Select(attempt => ((string)attempt["failure"]!["step"]!, (int)attempt["number"]!)).ToList();
        Assert.Equal(lost.Count, names.Count(name => name.StartsWith("attempt.lost:", StringComparison.Ordinal)));
        foreach (var (step, number) in lost)
        {
            int[] places = [names.IndexOf($"attempt.lost:{step}:{number}"), names.IndexOf($"attempt.retrying:{step}:{number}"), names.IndexOf($"attempt.started:{step}:{number + 1}")];
            Assert.DoesNotContain(-1, places);
            Assert.Equal(places.Order(), places);
        }

        return lost.Count;
    }
}
