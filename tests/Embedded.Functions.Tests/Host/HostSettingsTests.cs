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
        await process.WaitForOutputAsync(line => line.Contains("State and keys are in", StringComparison.Ordinal));
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
        using var gone = new CancellationTokenSource();

        // Two run and one waits. Whoever comes last is too many, and the only one that is answered.
        Task<HttpResponseMessage>[] callers = [.. Enumerable.Range(0, 4).Select(_ => process.Http.GetAsync("api/wait/all/false", gone.Token))];
        using HttpResponseMessage refused = await await Task.WhenAny(callers);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(3, callers.Count(caller => !caller.IsCompleted));
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Contains("maxOutstandingRequests", await refused.Content.ReadAsStringAsync());
        await gone.CancelAsync();

        // Too many is what one is told until the host has seen that they are gone.
        JsonElement end = await Eventually.SeeAsync(
            async () => JsonSerializer.Deserialize<JsonElement>(await (await process.Http.GetAsync("api/waiting/all")).Content.ReadAsStringAsync()),
            waiting => waiting.TryGetProperty("entered", out JsonElement entered) && entered.GetInt32() > 0 && waiting.GetProperty("now").GetInt32() == 0,
            process);
        Assert.InRange(end.GetProperty("most").GetInt32(), 1, 2);
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

    [Fact]
    public async Task The_consoles_log_levels_go_over_the_general_ones()
    {
        await using var app = new TestApp("Probe", output)
        {
            HostJson = """
                { "version": "2.0", "logging": { "logLevel": { "Probe": "Error", "Function.Any": "Debug" },
                  "console": { "logLevel": { "Probe": "Information", "Function.Any": "Warning", "Function.Inspect": "Debug" } } } }
                """,
        };
        AppProcess process = await app.StartAsync();
        await process.Http.GetAsync("api/any");
        await process.Http.GetAsync("api/context/x");
        await process.Http.GetAsync("api/inspect");

        await process.WaitForOutputAsync(line => line.Contains("Executed 'Functions.Inspect' (Succeeded", StringComparison.Ordinal));
        Assert.Contains("Logged by the injected logger", process.Output);
        Assert.DoesNotContain("Executed 'Functions.Any'", process.Output);
    }

    [Fact]
    public async Task Changed_settings_are_taken_up_only_by_an_app_that_was_told_to_watch_for_them()
    {
        await using var app = new TestApp("Probe", output);
        string file = Path.Combine(app.Folder, "appsettings.json");
        await File.WriteAllTextAsync(file, """{ "Fruit": "apple" }""");
        AppProcess still = await app.StartAsync();
        app.Environment["DOTNET_hostBuilder__reloadConfigOnChange"] = "true";
        app.Environment["Embedded__State"] = Path.Combine(app.Folder, "other-state");
        AppProcess watching = await app.StartAsync();

        await File.WriteAllTextAsync(file, """{ "Fruit": "pear" }""");

        await ProbeApp.WaitUntilAsync(watching, "api/configuration/Fruit", seen => seen.GetProperty("configuration").GetString() == "pear");
        Assert.StartsWith("""{"configuration":"apple",""", await still.Http.GetStringAsync("api/configuration/Fruit"));
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
