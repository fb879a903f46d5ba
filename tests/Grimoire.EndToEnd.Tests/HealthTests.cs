using System.Net;
using System.Text.Json;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Tests.Shared;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests;

/// <summary>What the app says of itself, and what callers see when something that it needs is away.</summary>
public sealed class HealthTests(ITestOutputHelper output)
{
    [Fact]
    [Trait("Row", "NX15")]
    public async Task A_healthy_app_says_so_of_each_thing_that_it_needs()
    {
        await using GrimoireApp app = await GrimoireApp.StartAsync(storage: null, output);

        using HttpResponseMessage live = await app.Process.Http.GetAsync("api/health/live");
        JsonElement health = await app.GetAsync("health");

        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal("ok", (await app.GetAsync("health/ready")).GetProperty("status").GetString());
        Assert.Equal("ok", health.GetProperty("status").GetString());
        Assert.Equal(["disk", "engine", "storage", "tools"], health.GetProperty("dependencies").EnumerateObject().Select(dependency => dependency.Name).Order());
    }

    [Fact]
    [Trait("Row", "NX15")]
    [Trait("Row", "KZ16")]
    public async Task What_is_not_as_it_should_be_is_named_and_the_app_goes_on()
    {
        await using Collector gone = await Collector.StartAsync();
        await using GrimoireApp app = GrimoireApp.Of(storage: null, output);
        app.Settings["Health__MinFreeMegabytes"] = "2000000000";
        app.Settings["Tools__Breaker__Failures"] = "2";
        await app.RestartAsync();
        await gone.DisposeAsync();
        await app.ExpectAsync(HttpStatusCode.Created, "PUT", "tools/gone", new { kind = "http", request = new { url = $"{gone.Url}/tool" } });
        string id = await app.CastAsync(new { slug = "broken", steps = (object[])[new { id = "a", tool = "gone", with = new { }, retry = new { maxAttempts = 2, firstInterval = "PT1S" } }] });
        await app.EndAsync(id, "failed");

        JsonElement health = await app.GetAsync("health");
        JsonElement probed = await app.GetAsync("health?probe=true");

        Assert.Equal("degraded", health.GetProperty("status").GetString());
        JsonElement dependencies = health.GetProperty("dependencies");
        Assert.Equal("degraded", dependencies.GetProperty("disk").GetProperty("status").GetString());
        Assert.True(dependencies.GetProperty("disk").GetProperty("details")[0].GetProperty("freeBytes").GetInt64() > 0);
        Assert.Equal("gone", Assert.Single(dependencies.GetProperty("tools").GetProperty("details").GetProperty("open").EnumerateArray()).GetString());
        Assert.False(dependencies.GetProperty("tools").GetProperty("details").TryGetProperty("endpoints", out _));
        JsonElement endpoint = probed.GetProperty("dependencies").GetProperty("tools").GetProperty("details").GetProperty("endpoints")
            .EnumerateArray().Single(one => one.GetProperty("origin").GetString() == gone.Url);
        Assert.Equal(("down", "gone"), (endpoint.GetProperty("status").GetString(), endpoint.GetProperty("tools")[0].GetString()));
        Assert.NotEqual("", endpoint.GetProperty("error").GetString());
        Assert.Equal("ok", (await app.GetAsync("health/ready")).GetProperty("status").GetString());
    }

    [Fact]
    [Trait("Row", "NX12")]
    public async Task What_should_not_happen_is_answered_500_with_a_log_of_its_path_and_the_app_goes_on()
    {
        await using GrimoireApp app = await GrimoireApp.StartAsync(storage: null, output);
        await app.ExpectAsync(HttpStatusCode.Created, "PUT", "spells/odd", new { steps = (object[])[new { id = "a", tool = "json.value", with = new { value = 1 } }] });
        string version = Directory.EnumerateFiles(app.Folder, "000001.json", SearchOption.AllDirectories).Single();
        File.Copy(version, Path.Combine(Path.GetDirectoryName(version)!, "stray.json"));

        JsonElement problem = await app.RefusedAsync(HttpStatusCode.InternalServerError, "unexpected", "GET", "spells/odd/versions");

        string trace = problem.GetProperty("traceId").GetString()!;
        await app.Process.WaitForOutputAsync(line => line.Contains("GET /api/spells/odd/versions failed unexpectedly", StringComparison.Ordinal) && line.Contains(trace, StringComparison.Ordinal));
        Assert.DoesNotContain("stray", problem.GetRawText(), StringComparison.Ordinal);
        await app.GetAsync("spells/odd");
    }

    [AzuriteFact]
    [Trait("Row", "NX15")]
    public async Task While_storage_is_away_requests_are_answered_503_with_a_log_of_their_path_and_served_again_after_it()
    {
        using var way = new Detour();
        way.Open();
        await using GrimoireApp app = GrimoireApp.Of(way.Connection, output);
        app.Settings["Storage__Retry__FirstDelay"] = "PT0.1S";
        app.Settings["Storage__Retry__TryTimeout"] = "PT2S";
        await app.RestartAsync();
        way.Close();

        await app.RefusedAsync(HttpStatusCode.ServiceUnavailable, "storage.unavailable", "GET", "spells");
        await app.RefusedAsync(HttpStatusCode.ServiceUnavailable, "health.notReady", "GET", "health/ready");
        JsonElement health = await app.ExpectAsync(HttpStatusCode.ServiceUnavailable, "GET", "health");

        Assert.Equal("down", health.GetProperty("status").GetString());
        Assert.Equal("down", health.GetProperty("dependencies").GetProperty("storage").GetProperty("status").GetString());
        Assert.Equal("ok", health.GetProperty("dependencies").GetProperty("engine").GetProperty("status").GetString());
        await app.Process.WaitForOutputAsync(line => line.Contains("GET /api/spells failed because of the storage.", StringComparison.Ordinal));
        way.Open();
        await app.GetAsync("spells");
    }
}
