using System.Net;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Xunit.Abstractions;

namespace Embedded.Functions.Tests.Host;

/// <summary>Settings of host.json for orchestrations: how many at once, and of which version.</summary>
public sealed class WorkerSettingsTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task No_more_orchestrators_run_at_once_than_host_json_allows(int most)
    {
        await using var app = new TestApp("Probe", output)
        {
            HostJson = $$$"""{ "version": "2.0", "extensions": { "durableTask": { "maxConcurrentOrchestratorFunctions": {{{most}}} } } }""",
        };
        AppProcess process = await app.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, most + 2).Select(n => StartAsync(process, "KeepTurn", $"turn-{n}", "\"all\"")));

        // With three of them, this shows that they can be inside at once; with one, that the others had their chance.
        await ProbeApp.WaitUntilAsync(process, "api/waiting/all", w => w.GetProperty("now").GetInt32() == most);
        for (int n = 0; n < most + 2; n++)
        {
            await StatusAsync(process, app.Keys, $"turn-{n}");
        }

        await process.Http.PostAsync("api/release/all", null);

        JsonElement end = await ProbeApp.WaitUntilAsync(
            process, "api/waiting/all", w => w.GetProperty("entered").GetInt32() >= most + 2 && w.GetProperty("now").GetInt32() == 0);
        Assert.Equal(most, end.GetProperty("most").GetInt32());
    }

    [Fact]
    public async Task An_orchestration_of_another_version_waits_for_an_app_that_has_it()
    {
        await using var app = new TestApp("Probe", output) { HostJson = Versioned("2.0") };
        AppProcess second = await app.StartAsync();
        using HttpResponseMessage started = await second.ExpectAsync(HttpStatusCode.Accepted, second.Http.PostAsync(
            $"runtime/webhooks/durabletask/orchestrators/Version/old?version=1.0&code={app.Keys.Durable}", null));
        await second.WaitForOutputAsync(line => line.Contains("'old'", StringComparison.Ordinal) && line.Contains("'1.0'", StringComparison.Ordinal));
        Assert.Equal("Pending", (await StatusAsync(second, app.Keys, "old")).GetProperty("runtimeStatus").GetString());
        await second.StopAsync();

        app.HostJson = Versioned("1.0");
        AppProcess first = await app.StartAsync();

        JsonElement end = await StartedInstance.OfId(first, app.Keys, "old").EndAsync();
        Assert.Equal("<1.0>", end.GetProperty("output").GetString());
    }

    [Theory]
    [InlineData("true")]
    [InlineData(null)]
    public async Task A_callers_trace_reaches_an_activity_if_somebody_listens(string? listens)
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        await using var app = new TestApp("Probe", output) { Environment = { ["Listens"] = listens } };
        AppProcess process = await app.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/start/Traced/traced");
        request.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");
        await process.ExpectAsync(HttpStatusCode.Accepted, process.Http.SendAsync(request));

        string parent = (await StartedInstance.OfId(process, app.Keys, "traced").EndAsync()).GetProperty("output").GetString()!;

        Assert.Equal(listens == "true" ? Trace : "", parent.Split('-').ElementAtOrDefault(1) ?? "");
    }

    static string Versioned(string version) => $$$"""
        { "version": "2.0", "extensions": { "durableTask": {
          "defaultVersion": "{{{version}}}", "versionMatchStrategy": "Strict", "versionFailureStrategy": "Reject" } } }
        """;

    static async Task StartAsync(AppProcess process, string name, string id, string input)
    {
        using var content = new StringContent(input);
        (await process.ExpectAsync(HttpStatusCode.Accepted, process.Http.PostAsync($"api/start/{name}/{id}", content))).Dispose();
    }

    static Task<JsonElement> StatusAsync(AppProcess process, AppKeys keys, string id) => StartedInstance.OfId(process, keys, id).StatusAsync();
}
