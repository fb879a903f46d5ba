using System.Globalization;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Tests.Shared;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests;

/// <summary>Many casts wait at once, all are called back, and the app is killed in the middle of that. JOB_CASTS says how many; 200 if it does not.</summary>
public sealed class JobCrowdTests(ITestOutputHelper output)
{
    static readonly int Casts = int.Parse(Environment.GetEnvironmentVariable("JOB_CASTS") ?? "200", CultureInfo.InvariantCulture);

    [Fact]
    [Trait("Row", "KZ03")]
    [Trait("Row", "SP04")]
    [Trait("Row", "SP11")]
    [Trait("Row", "SP20")]
    [Trait("Row", "UX07")]
    public async Task All_that_wait_end_and_each_job_was_started_and_paid_for_once()
    {
        await using SandboxProcess sandbox = await SandboxProcess.StartAsync();
        await using CallbackRelay relay = await CallbackRelay.StartAsync();
        await using GrimoireApp app = GrimoireApp.Of(storage: null, output);
        app.Settings["Webhooks__BaseUrl"] = relay.Url.ToString();
        app.Settings["Casts__Lease"] = "00:00:02";
        await app.RestartAsync();
        relay.Target = app.Process.Url;
        await JobTools.SaveAsync(app, sandbox, "jobs.patient", "PT1H");

        var casts = new List<string>();
        foreach (int[] some in Enumerable.Range(0, Casts).Chunk(50))
        {
            casts.AddRange(await Task.WhenAll(some.Select(n => app.CastAsync(new
            {
                slug = "crowd",
                steps = (object[])[new { id = "one", tool = "jobs.patient", with = new { mark = n % 2 == 0 ? "crowd-even" : "crowd-odd" } }, new { id = "two", tool = "text.template", with = new { template = "done" } }],
            }))));
        }

        await Eventually.SeeAsync(() => sandbox.Jobs.ListAsync(take: 1), jobs => jobs.Count == Casts, app.Process);
        await Eventually.SeeAsync(() => WaitingAsync(app), waiting => waiting == Casts, app.Process);

        int completed = await sandbox.Jobs.CompleteAllAsync(body: "crowd-even");
        await Eventually.SeeAsync(() => DeliveredAsync(sandbox), count => count >= Casts / 4, app.Process);
        relay.Target = null;
        await app.Process.KillAsync();
        int before = await DeliveredAsync(sandbox);

        // Not earlier: however late this is, not all callbacks have been answered before the app was killed.
        completed += await sandbox.Jobs.CompleteAllAsync(body: "crowd-odd");
        Assert.Equal(Casts, completed);
        await app.RestartAsync();
        relay.Target = app.Process.Url;

        foreach (string cast in casts)
        {
            JsonElement end = await app.EndAsync(cast);
            Assert.Equal(0.02m, end.GetProperty("costUsd").GetDecimal());
            JsonElement events = await app.GetAsync($"casts/{cast}/events");
            Assert.Equal(
                ["step.completed:one", "step.completed:two"],
                events.GetProperty("events").EnumerateArray().Where(e => e.GetProperty("type").GetString() == "step.completed").Select(e => $"step.completed:{e.GetProperty("step").GetString()}"));
        }

        output.WriteLine($"{before} of {Casts} callbacks had been answered when the app was killed.");
        Assert.InRange(before, Casts / 4, Casts - 1);
        SandboxJobList jobs = await sandbox.Jobs.ListAsync(take: 1);
        Assert.Equal((Casts, Casts, Casts * 0.02m), (jobs.Count, jobs.Starts, jobs.TotalUsd));
        Assert.Equal(0, await WaitingAsync(app));
    }

    /// <summary>How many casts have not ended; as many as all once each waits.</summary>
    static async Task<int> WaitingAsync(GrimoireApp app)
    {
        int count = 0;
        string? more = null;
        do
        {
            JsonElement page = await app.GetAsync($"casts?status=running&top=200{(more is null ? "" : $"&continuation={Uri.EscapeDataString(more)}")}");
            count += page.GetProperty("casts").GetArrayLength();
            more = page.TryGetProperty("continuation", out JsonElement next) ? next.GetString() : null;
        }
        while (more is not null);

        return count;
    }

    static async Task<int> DeliveredAsync(SandboxProcess sandbox) =>
        (await sandbox.Jobs.CallbacksAsync(about: "completed", take: 20_000)).Callbacks.Count(callback => callback.State == "delivered");
}
