using System.Net;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Xunit.Abstractions;

namespace Embedded.Functions.Tests.Host;

/// <summary>That each setting has its effect.</summary>
public sealed class HostSettingsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Routes_have_the_prefix_of_host_json_and_responses_its_headers()
    {
        await using var app = new TestApp("Probe", output)
        {
            HostJson = """
                { "version": "2.0", "extensions": {
                  "http": { "routePrefix": "", "customHeaders": { "X-Custom": "host", "X-Other": "always" } }, "durableTask": { "hubName": "MyHub" } } }
                """,
        };
        AppProcess process = await app.StartAsync();

        using HttpResponseMessage own = await process.Http.GetAsync("headers");
        Assert.Equal(["mine"], own.Headers.GetValues("X-Custom"));
        using HttpResponseMessage failed = await process.ExpectAsync(HttpStatusCode.InternalServerError, process.Http.GetAsync("throws"));
        Assert.Equal(["host"], failed.Headers.GetValues("X-Custom"));
        using HttpResponseMessage missing = await process.ExpectAsync(HttpStatusCode.NotFound, process.Http.GetAsync("api/any"));
        Assert.Equal(["always"], missing.Headers.GetValues("X-Other"));
        Assert.Contains($"Any: {process.Url}any", process.Output);
        Assert.True(File.Exists(Path.Combine(app.StateFolder, "MyHub.db")));
    }

    [Fact]
    public async Task Requests_wait_for_their_turn_and_too_many_are_refused()
    {
        await using var app = new TestApp("Probe", output)
        {
            HostJson = """{ "version": "2.0", "extensions": { "http": { "maxConcurrentRequests": 2, "maxOutstandingRequests": 3 } } }""",
        };
        AppProcess process = await app.StartAsync();
        using RawConnection first = await RawConnection.OpenAsync(process.Url.Port);
        using RawConnection second = await RawConnection.OpenAsync(process.Url.Port);
        using RawConnection third = await RawConnection.OpenAsync(process.Url.Port);
        await first.SendAsync("GET /api/wait/a/false HTTP/1.1\r\nHost: x\r\n\r\n");
        await ProbeApp.WaitUntilAsync(process, "api/waiting/a", w => w.GetProperty("entered").GetInt32() == 1);
        await second.SendAsync("GET /api/wait/b/false HTTP/1.1\r\nHost: x\r\n\r\n");
        await third.SendAsync("GET /api/wait/c/false HTTP/1.1\r\nHost: x\r\n\r\n");

        // Two run and one waits. Whoever comes now is too many.
        HttpResponseMessage refused;
        do
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300), TimeProvider.System);
            try
            {
                refused = await process.Http.GetAsync("api/any", patience.Token);
            }
            catch (OperationCanceledException)
            {
                continue;
            }

            if (refused.StatusCode == HttpStatusCode.TooManyRequests)
            {
                break;
            }
        }
        while (true);

        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Contains("maxOutstandingRequests", await refused.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("maxConcurrentActivityFunctions", 2)]
    [InlineData("maxConcurrentActivityFunctions", 3)]
    public async Task No_more_activities_run_at_once_than_host_json_allows(string setting, int most)
    {
        await using var app = new TestApp("Probe", output)
        {
            HostJson = $$$"""{ "version": "2.0", "extensions": { "durableTask": { "{{{setting}}}": {{{most}}} } } }""",
        };
        AppProcess process = await app.StartAsync();
        await process.ExpectAsync(HttpStatusCode.Accepted, process.Http.PostAsync("api/start/WaitMany/many", new StringContent("9")));
        await ProbeApp.WaitUntilAsync(process, "api/waiting/many", w => w.GetProperty("now").GetInt32() == most);
        await process.Http.PostAsync("api/release/many", null);

        JsonElement end = await ProbeApp.WaitUntilAsync(
            process, "api/waiting/many", w => w.GetProperty("entered").GetInt32() == 9 && w.GetProperty("now").GetInt32() == 0);
        Assert.Equal(most, end.GetProperty("most").GetInt32());
    }

    [Fact]
    public async Task Orchestrations_get_the_default_version_and_those_of_others_fail_if_host_json_says_so()
    {
        await using var app = new TestApp("Probe", output)
        {
            HostJson = """
                { "version": "2.0", "extensions": { "durableTask": {
                  "defaultVersion": "2.0", "versionMatchStrategy": "Strict", "versionFailureStrategy": "Fail" } } }
                """,
        };
        app.Environment["Embedded__Keys__Enforce"] = "false";
        AppProcess process = await app.StartAsync();
        await process.Http.PostAsync("api/start/Version/mine", null);
        await process.Http.PostAsync("runtime/webhooks/durabletask/orchestrators/Version/other?version=1.0", null);

        JsonElement mine = await EndOfAsync(process, "mine");
        Assert.Equal("<2.0>", mine.GetProperty("output").GetString());
        JsonElement other = await EndOfAsync(process, "other");
        Assert.Equal("Failed", other.GetProperty("runtimeStatus").GetString());
    }

    [Fact]
    public async Task A_function_that_runs_too_long_is_cancelled_and_answered_500_and_keeps_its_services()
    {
        await using var app = new TestApp("Probe", output) { HostJson = """{ "version": "2.0", "functionTimeout": "00:00:01" }""" };
        AppProcess process = await app.StartAsync();

        await process.ExpectAsync(HttpStatusCode.InternalServerError, process.Http.GetAsync("api/wait/long/true"));
        await process.WaitForOutputAsync(line => line.Contains("ran longer than the 00:00:01 that functionTimeout", StringComparison.Ordinal));
        await ProbeApp.WaitUntilAsync(process, "api/waiting/long", w => w.GetProperty("cancelled").GetBoolean());
        await process.Http.PostAsync("api/release/long", null);

        JsonElement late = await ProbeApp.WaitUntilAsync(process, "api/waiting/long", w => w.GetProperty("outcome").ValueKind == JsonValueKind.String);
        Assert.Equal("done", late.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Log_levels_are_those_of_host_json()
    {
        await using var app = new TestApp("Probe", output)
        {
            HostJson = """{ "version": "2.0", "logging": { "logLevel": { "default": "Information", "Probe": "Warning", "Function.Any": "Debug" } } }""",
        };
        AppProcess process = await app.StartAsync();
        await process.Http.GetAsync("api/context/x");
        await process.Http.GetAsync("api/any");

        await process.WaitForOutputAsync(line => line.Contains("Executed 'Functions.Any' (Succeeded", StringComparison.Ordinal));
        Assert.Contains("Logged by the typed logger", process.Output);
        Assert.DoesNotContain("Logged by the injected logger", process.Output);
        Assert.DoesNotContain("Executed 'Functions.Context'", process.Output);
    }

    [Fact]
    public async Task Values_of_local_settings_are_in_configuration_and_environment_and_the_environment_goes_over_them()
    {
        await using var app = new TestApp("Probe", output)
        {
            LocalSettings = """{ "IsEncrypted": false, "Values": { "Fruit": "apple", "Drink": "tea" }, "Host": { "LocalHttpPort": 7071 } }""",
        };
        app.Environment["Drink"] = "coffee";
        AppProcess process = await app.StartAsync();

        Assert.Equal("""{"configuration":"apple","environment":"apple"}""", await process.Http.GetStringAsync("api/configuration/Fruit"));
        Assert.Equal("""{"configuration":"coffee","environment":"coffee"}""", await process.Http.GetStringAsync("api/configuration/Drink"));
    }

    [Fact]
    public async Task Scripts_of_the_origins_in_local_settings_may_call_with_credentials()
    {
        await using var app = new TestApp("Probe", output)
        {
            LocalSettings = """{ "IsEncrypted": false, "Host": { "CORS": "http://localhost:3000", "CORSCredentials": true } }""",
        };
        AppProcess process = await app.StartAsync();
        using HttpResponseMessage preflight = await SendAsync(process, HttpMethod.Options, "api/inspect", "http://localhost:3000", "POST");
        using HttpResponseMessage simple = await SendAsync(process, HttpMethod.Get, "api/any", "http://localhost:3000");
        using HttpResponseMessage failed = await SendAsync(process, HttpMethod.Get, "api/throws", "http://localhost:3000");
        using HttpResponseMessage other = await SendAsync(process, HttpMethod.Get, "api/any", "http://evil.example");

        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Contains("POST", preflight.Headers.GetValues("Access-Control-Allow-Methods").Single());
        foreach (HttpResponseMessage response in (HttpResponseMessage[])[preflight, simple, failed])
        {
            Assert.Equal("http://localhost:3000", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
            Assert.Equal("true", response.Headers.GetValues("Access-Control-Allow-Credentials").Single());
        }

        Assert.False(other.Headers.Contains("Access-Control-Allow-Origin"));
    }

    static async Task<HttpResponseMessage> SendAsync(AppProcess process, HttpMethod method, string path, string origin, string? wanted = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Origin", origin);
        if (wanted is not null)
        {
            request.Headers.Add("Access-Control-Request-Method", wanted);
        }

        return await process.Http.SendAsync(request);
    }

    static Task<JsonElement> EndOfAsync(AppProcess process, string id) => ProbeApp.WaitUntilAsync(
        process, $"runtime/webhooks/durabletask/instances/{id}", i => i.GetProperty("runtimeStatus").GetString() is "Completed" or "Failed");
}
