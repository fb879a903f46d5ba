using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Embedded.Functions.Tests.Support;

namespace Embedded.Functions.Tests.Apps;

/// <summary>The monitor: an app without a route prefix, whose functions ask for keys.</summary>
[Trait("Row", "AZ10")]
public sealed class MonitorTests(MonitorApp monitor) : IClassFixture<MonitorApp>
{
    readonly AppProcess _app = monitor.Process;
    readonly string _key = monitor.App.Keys.Function;

    [Fact]
    public async Task A_watch_lasts_until_its_job_is_done_over_many_generations()
    {
        string job = await StartJobAsync();
        StartedInstance watch = await WatchAsync(new { jobId = job, milliseconds = 10, expirySeconds = 600, looksPerGeneration = 3 });
        JsonElement seen = await watch.SeeAsync(status => Custom(status, "Generation") >= 4);
        Assert.Equal("Running", seen.GetProperty("runtimeStatus").GetString());

        await CallAsync(HttpMethod.Post, $"jobs/{job}/finish");

        JsonElement report = (await watch.EndAsync()).GetProperty("output");
        Assert.Equal("Done", report.GetProperty("Status").GetString());
        Assert.InRange(report.GetProperty("Looks").GetInt32(), 10, int.MaxValue);
        Assert.Equal((report.GetProperty("Looks").GetInt32() + 2) / 3, report.GetProperty("Generation").GetInt32());
        Assert.Contains($"{job} is done", await AlertsAsync());
    }

    [Fact]
    public async Task A_generation_has_a_history_of_its_own()
    {
        string job = await StartJobAsync();
        StartedInstance watch = await WatchAsync(new { jobId = job, milliseconds = 1, expirySeconds = 600, looksPerGeneration = 2 });
        await watch.SeeAsync(status => Custom(status, "Generation") >= 10);

        JsonElement status = await watch.StatusAsync("&showHistory=true");

        // Two looks: each an activity and a timer, scheduled and done.
        Assert.InRange(status.GetProperty("historyEvents").GetArrayLength(), 0, 12);
        await watch.AcceptedAsync(HttpMethod.Post, "terminatePostUri", "seen enough");
        await watch.EndAsync("Terminated");
    }

    [Fact]
    public async Task A_watch_ends_when_its_patience_does()
    {
        string job = await StartJobAsync();

        StartedInstance watch = await WatchAsync(new { jobId = job, milliseconds = 20, expirySeconds = 0.3 });

        Assert.Equal("Expired", (await watch.EndAsync()).GetProperty("output").GetProperty("Status").GetString());
        Assert.Contains($"{job} takes too long", await AlertsAsync());
    }

    [Fact]
    public async Task A_watch_of_a_broken_job_fails_and_alerts_nobody()
    {
        string job = await StartJobAsync();
        StartedInstance watch = await WatchAsync(new { jobId = job, milliseconds = 10, expirySeconds = 600 });

        await CallAsync(HttpMethod.Post, $"jobs/{job}/finish?as=Broken");

        Assert.Contains($"Job {job} is broken.", (await watch.EndAsync("Failed")).GetProperty("output").GetString());
        Assert.DoesNotContain(await AlertsAsync(), alert => alert.StartsWith(job, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Its_functions_ask_for_a_key()
    {
        foreach (string key in new[] { string.Empty, "wrong", monitor.App.Keys.Durable })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "alerts") { Headers = { { "x-functions-key", key } } };
            using HttpResponseMessage refused = await _app.ExpectAsync(HttpStatusCode.Unauthorized, _app.Http.SendAsync(request));
        }

        using HttpResponseMessage inQuery = await _app.ExpectAsync(HttpStatusCode.OK, _app.Http.GetAsync($"alerts?code={_key}"));
        using HttpResponseMessage master = await _app.ExpectAsync(HttpStatusCode.OK, _app.Http.GetAsync($"alerts?code={monitor.App.Keys.Master}"));
    }

    [Fact]
    public void Its_hub_is_the_one_that_host_json_names() => Assert.True(File.Exists(Path.Combine(monitor.App.StateFolder, "MonitorHub.db")));

    async Task<string> StartJobAsync()
    {
        string job = $"job-{Guid.NewGuid():N}";
        await CallAsync(HttpMethod.Put, $"jobs/{job}");
        return job;
    }

    Task<StartedInstance> WatchAsync(object request) => StartedInstance.OfAsync(_app, SendAsync(HttpMethod.Post, "watches", JsonContent.Create(request)));

    async Task<string[]> AlertsAsync()
    {
        using HttpResponseMessage response = await _app.ExpectAsync(HttpStatusCode.OK, SendAsync(HttpMethod.Get, "alerts"));
        return (await response.Content.ReadFromJsonAsync<string[]>())!;
    }

    async Task CallAsync(HttpMethod method, string path) => (await _app.ExpectAsync(HttpStatusCode.Accepted, SendAsync(method, path))).Dispose();

    Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null) => _app.Http.SendAsync(
        new HttpRequestMessage(method, path) { Content = content, Headers = { { "x-functions-key", _key } } });

    static int Custom(JsonElement status, string name) =>
        status.GetProperty("customStatus") is { ValueKind: JsonValueKind.Object } custom ? custom.GetProperty(name).GetInt32() : 0;
}
