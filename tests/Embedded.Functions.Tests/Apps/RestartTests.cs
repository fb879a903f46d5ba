using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Xunit.Abstractions;

namespace Embedded.Functions.Tests.Apps;

/// <summary>An app whose process ends in the midst of something, and the next process on the same state.</summary>
public sealed class RestartTests(ITestOutputHelper output)
{
    public enum Ending
    {
        Asked,
        Killed,
    }

    [Theory]
    [InlineData(Ending.Asked)]
    [InlineData(Ending.Killed)]
    public async Task What_waited_for_an_event_or_a_timer_goes_on_waiting_and_ends(Ending ending)
    {
        await using var app = new TestApp("Patterns", output);
        AppProcess first = await app.StartAsync();
        StartedInstance forEvent = await ApprovalAsync(first, 3600);
        StartedInstance forTimer = await ApprovalAsync(first, 3);
        StartedInstance suspended = await ApprovalAsync(first, 3600);
        await suspended.AcceptedAsync(HttpMethod.Post, "suspendPostUri", "not now");
        await suspended.SeeStatusAsync("Suspended");
        await suspended.RaiseEventAsync("ApprovalAnswer", "false");

        await EndAsync(first, ending);
        AppProcess second = await app.StartAsync();

        // The keys are the same too: the URLs that were given out still open what they did.
        (forEvent, forTimer, suspended) = (forEvent.In(second), forTimer.In(second), suspended.In(second));
        Assert.Equal("waiting", (await forEvent.StatusAsync()).GetProperty("customStatus").GetString());
        Assert.Equal("Suspended", (await suspended.StatusAsync()).GetProperty("runtimeStatus").GetString());
        await forEvent.RaiseEventAsync("ApprovalAnswer", "true");
        await suspended.AcceptedAsync(HttpMethod.Post, "resumePostUri", "now");
        Assert.Equal("Plan is approved", (await forEvent.EndAsync()).GetProperty("output").GetString());
        Assert.Equal("Plan is rejected", (await suspended.EndAsync()).GetProperty("output").GetString());
        Assert.Equal("Plan is escalated", (await forTimer.EndAsync()).GetProperty("output").GetString());
    }

    [Theory]
    [InlineData(Ending.Asked)]
    [InlineData(Ending.Killed)]
    public async Task Activities_that_were_under_way_are_finished_by_the_next_process(Ending ending)
    {
        await using var app = new TestApp("Patterns", output);
        AppProcess first = await app.StartAsync();
        StartedInstance fanOut = await StartedInstance.OfAsync(
            first, first.Http.PostAsJsonAsync("api/fan-out", new { count = 64, slowness = 1000 }));
        await Eventually.SeeAsync(() => fanOut.StatusAsync("&showHistory=true"), status => Done(status) > 5, first);

        await EndAsync(first, ending);
        Assert.DoesNotContain($"'FanOut' orchestration with ID '{fanOut.Id}' completed", first.Output);
        AppProcess second = await app.StartAsync();

        Assert.Equal(64 * 65 / 2, (await fanOut.In(second).EndAsync()).GetProperty("output").GetInt32());
    }

    [Fact]
    public async Task A_watch_goes_on_from_the_generation_that_it_had_come_to()
    {
        await using var app = new TestApp("Monitor", output);
        AppProcess first = await app.StartAsync();
        string key = app.Keys.Function;
        using HttpResponseMessage begun = await first.ExpectAsync(HttpStatusCode.Accepted, first.Http.PutAsync($"jobs/j?code={key}", null));
        StartedInstance watch = await StartedInstance.OfAsync(first, first.Http.PostAsJsonAsync(
            $"watches?code={key}", new { jobId = "j", milliseconds = 20, expirySeconds = 600, looksPerGeneration = 2 }));
        await watch.SeeAsync(status => Generation(status) >= 3);

        await first.KillAsync();
        AppProcess second = await app.StartAsync();

        watch = watch.In(second);
        int before = Generation(await watch.StatusAsync());
        Assert.InRange(before, 3, int.MaxValue);
        await watch.SeeAsync(status => Generation(status) > before);
        using HttpResponseMessage finished = await second.ExpectAsync(HttpStatusCode.Accepted, second.Http.PostAsync($"jobs/j/finish?code={key}", null));
        await watch.EndAsync();
    }

    [Fact]
    public async Task A_request_under_way_is_answered_before_the_process_ends()
    {
        await using var app = new TestApp("Patterns", output);
        AppProcess process = await app.StartAsync();
        Task<HttpResponseMessage> slow = process.Http.GetAsync("api/slow/2");
        await process.WaitForOutputAsync(line => line.Contains("Slow for 2 s", StringComparison.Ordinal));

        process.RequestStop();

        using HttpResponseMessage answer = await process.ExpectAsync(HttpStatusCode.NoContent, slow);
        Assert.Equal(0, await process.EndAsync());
    }

    [Fact]
    public async Task A_second_process_on_the_same_state_is_refused_and_the_first_goes_on()
    {
        await using var app = new TestApp("Patterns", output);
        AppProcess first = await app.StartAsync();

        AppProcess second = app.Launch();

        Assert.NotEqual(0, await second.EndAsync());
        Assert.Contains($"'{Path.Combine(app.StateFolder, "Patterns.db")}' is in use by another process", second.Output);
        StartedInstance chain = await StartedInstance.OfAsync(first, first.Http.PostAsync("api/chaining", null));
        await chain.EndAsync();
        Assert.Equal(0, await first.StopAsync());
        AppProcess third = await app.StartAsync();
        await chain.In(third).EndAsync();
    }

    static async Task EndAsync(AppProcess process, Ending ending)
    {
        if (ending == Ending.Killed)
        {
            await process.KillAsync();
        }
        else
        {
            Assert.Equal(0, await process.StopAsync());
        }
    }

    static async Task<StartedInstance> ApprovalAsync(AppProcess app, int seconds)
    {
        StartedInstance approval = await StartedInstance.OfAsync(app, app.Http.PostAsJsonAsync("api/approvals", new { document = "Plan", seconds }));
        await approval.SeeAsync(status => status.GetProperty("customStatus").ToString() == "waiting");
        return approval;
    }

    /// <summary>How many activities have been done.</summary>
    static int Done(JsonElement status) => status.TryGetProperty("historyEvents", out JsonElement events)
        ? events.EnumerateArray().Count(e => e.GetProperty("EventType").GetString() == "TaskCompleted")
        : 0;

    static int Generation(JsonElement status) =>
        status.GetProperty("customStatus") is { ValueKind: JsonValueKind.Object } custom ? custom.GetProperty("Generation").GetInt32() : 0;
}
