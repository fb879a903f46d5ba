using System.Net;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Tests.Shared;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests.Casts;

/// <summary>Blob storage is away: in the middle of casts, and when the app starts.</summary>
public sealed class StorageAwayTests(ITestOutputHelper output)
{
    static readonly TimeSpan Outage = TimeSpan.FromSeconds(20);

    const string Steps = """
        [
          { "id": "first", "tool": "sandbox.paid", "with": { "value": 1 }, "retry": { "maxAttempts": 6, "firstInterval": "PT1S", "backoff": 1 } },
          { "id": "second", "tool": "sandbox.paid", "with": { "value": 2 }, "retry": { "maxAttempts": 6, "firstInterval": "PT1S", "backoff": 1 } },
          { "id": "third", "tool": "sandbox.paid", "with": { "value": 3 }, "retry": { "maxAttempts": 6, "firstInterval": "PT1S", "backoff": 1 } }
        ]
        """;

    [AzuriteFact]
    [Trait("Row", "DW06")]
    public async Task Casts_wait_out_twenty_seconds_and_call_nobody_twice()
    {
        using var detour = new Detour();
        detour.Open();
        await using var sandbox = await SandboxProcess.StartAsync();
        await using var app = CastingApp.Of(sandbox, output, detour.Connection);
        app.Settings["Casts__Lease"] = "00:00:05";
        await app.StartAsync();
        await sandbox.SetFaultAsync(new SandboxFault("slow", "/paid") { Probability = 1, Ms = 500 });

        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => app.CastAsync(Steps)));
        await Eventually.SeeAsync(async () => (await sandbox.CallsAsync("/paid", take: 1)).Count, count => count >= 25, app.Process);
        detour.Close();
        var back = Task.Delay(Outage, TimeProvider.System);
        using (var refused = await app.PostAsync("api/casts", $$"""{"spell":{"slug":"test","steps":{{Steps}} } }"""))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Contains("storage.unavailable", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await back;
        detour.Open();

        var (failed, incidents) = (0, 0);
        foreach (var id in ids)
        {
            var cast = await app.SeeAsync(id, cast => cast.Status() is "completed" or "failed");
            incidents += (await app.EventNamesAsync(id)).Count(name => name.StartsWith("storage.incident", StringComparison.Ordinal));
            var attempts = await app.AttemptsAsync(id);
            Assert.Equal(attempts.Sum(attempt => attempt.CostUsd()), cast.CostUsd());
            if (cast.Status() == "failed")
            {
                failed++;
                Assert.Equal("storage.unavailable", cast.FailureCode());
            }
        }

        // Calls were on their way when the storage went: their results were kept, and that this had to be done is told.
        output.WriteLine($"{failed} of {ids.Length} have failed; {incidents} results could not be stored at first.");
        Assert.NotEqual(0, incidents);
        Assert.Empty((await sandbox.CallsAsync("/paid", take: 1)).Repeated);
        await Eventually.SeeAsync(() => app.GetAsync("api/casts?status=running,pending,paused"), page => page["casts"]!.AsArray().Count == 0, app.Process);
    }

    [AzuriteFact]
    [Trait("Row", "NX09")]
    public async Task A_start_without_it_fails_and_says_why()
    {
        using var detour = new Detour();
        await using var sandbox = await SandboxProcess.StartAsync();
        await using var app = CastingApp.Of(sandbox, output, detour.Connection);
        app.Settings["Storage__StartTimeout"] = "PT2S";

        var process = app.Launch();

        Assert.NotEqual(0, await process.EndAsync());
        Assert.Contains("storage", process.Output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Functions:", process.Output, StringComparison.Ordinal);
    }
}
