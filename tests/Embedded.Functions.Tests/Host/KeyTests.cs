using System.Net;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.Json.Nodes;
using Embedded.Functions.Tests.Support;
using Xunit.Abstractions;

namespace Embedded.Functions.Tests.Host;

/// <summary>Who may call what.</summary>
[Collection(ProbeApps.Name)]
public sealed class KeyTests(ProbeApp probe, ITestOutputHelper output)
{
    [Theory]
    [InlineData("function", "function", true)]
    [InlineData("function", "system", false)]
    [InlineData("system", "system", true)]
    [InlineData("system", "function", false)]
    [InlineData("admin", "function", false)]
    [InlineData("admin", "system", false)]
    [InlineData("admin", "master", true)]
    [InlineData("function", "master", true)]
    [InlineData("system", "master", true)]
    [InlineData("function", "wrong", false)]
    [InlineData("admin", "", false)]
    public async Task A_key_opens_its_level_in_the_header_and_in_the_query(string level, string key, bool opens)
    {
        string value = key switch
        {
            "function" => probe.Keys.Function,
            "system" => probe.Keys.Durable,
            "master" => probe.Keys.Master,
            _ => key,
        };
        HttpStatusCode expected = opens ? HttpStatusCode.OK : HttpStatusCode.Unauthorized;

        Assert.Equal(expected, (await GetAsync(probe.Process, $"api/guarded/{level}", value)).StatusCode);
        await probe.TextAsync($"api/guarded/{level}?code={value}", expected);
    }

    [Fact]
    public async Task Without_a_key_nothing_is_open_but_what_is_anonymous()
    {
        string problem = await probe.TextAsync("api/guarded/function", HttpStatusCode.Unauthorized);
        await probe.TextAsync("runtime/webhooks/durabletask/instances", HttpStatusCode.Unauthorized);
        await probe.TextAsync($"runtime/webhooks/durabletask/instances?code={probe.Keys.Function}", HttpStatusCode.Unauthorized);

        Assert.DoesNotContain(probe.Keys.Function, problem);
        await probe.TextAsync($"runtime/webhooks/durabletask/instances?code={probe.Keys.Durable}");
        await probe.TextAsync($"runtime/webhooks/durabletask/instances?code={probe.Keys.Master}");
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void Keys_are_their_owners_alone()
    {
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(probe.StateFolder, "host-keys.json")));
    }

    [Fact]
    public async Task Keys_outlive_the_process_and_one_can_be_given_to_a_function()
    {
        await using var app = new TestApp("Probe", output);
        await (await app.StartAsync()).StopAsync();
        AppKeys keys = app.Keys;
        string file = Path.Combine(app.StateFolder, "host-keys.json");
        JsonNode json = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        json["functions"] = new JsonObject { ["ForFunction"] = new JsonObject { ["mine"] = "a-key-of-its-own" } };
        await File.WriteAllTextAsync(file, json.ToJsonString());

        AppProcess process = await app.StartAsync();

        Assert.Equal(keys, app.Keys);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(process, "api/guarded/function", keys.Function)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(process, "api/guarded/function", "a-key-of-its-own")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(process, "api/guarded/other", "a-key-of-its-own")).StatusCode);
    }

    [Fact]
    public async Task On_loopback_keys_can_be_switched_off()
    {
        await using var app = new TestApp("Probe", output);
        app.Environment["Embedded__Keys__Enforce"] = "false";
        AppProcess process = await app.StartAsync();

        await process.ExpectAsync(HttpStatusCode.OK, process.Http.GetAsync("api/guarded/admin"));
        await process.ExpectAsync(HttpStatusCode.OK, process.Http.GetAsync("runtime/webhooks/durabletask/instances"));
        using HttpResponseMessage started = await process.Http.PostAsync("api/start/Version", null);
        Assert.DoesNotContain("code=", started.Headers.Location!.ToString());
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://127.0.0.1:0;http://[::]:0")]
    public async Task Where_others_can_call_they_cannot(string urls)
    {
        await using var app = new TestApp("Probe", output);
        app.Environment["Embedded__Keys__Enforce"] = "false";
        app.Arguments.AddRange(["--urls", urls]);
        AppProcess process = app.Launch();

        Assert.Equal(1, await process.EndAsync());
        Assert.Contains("Embedded:Keys:Enforce: may be false only while every address is a loopback one", process.Output);
    }

    [Fact]
    public async Task A_strangers_forwarded_host_does_not_get_the_key()
    {
        Uri location = await StartAsync(probe.Process);

        Assert.Equal(probe.Process.Url.Authority, location.Authority);
        Assert.Equal("http", location.Scheme);
    }

    [Fact]
    public async Task The_forwarded_host_of_a_known_proxy_is_that_of_the_URLs()
    {
        await using var app = new TestApp("Probe", output);
        app.Environment["Embedded__KnownProxies"] = "127.0.0.1/8";
        AppProcess process = await app.StartAsync();

        Uri location = await StartAsync(process);

        Assert.Equal("https://public.example/", location.GetLeftPart(UriPartial.Authority) + "/");
    }

    static async Task<Uri> StartAsync(AppProcess process)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/start/Version");
        request.Headers.Add("X-Forwarded-Host", "public.example");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        request.Headers.Add("Forwarded", "host=public.example;proto=https");
        using HttpResponseMessage response = await process.ExpectAsync(HttpStatusCode.Accepted, process.Http.SendAsync(request));
        var body = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
        Assert.Equal(response.Headers.Location!.Authority, new Uri(body.GetProperty("purgeHistoryDeleteUri").GetString()!).Authority);
        return response.Headers.Location;
    }

    static async Task<HttpResponseMessage> GetAsync(AppProcess process, string path, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("x-functions-key", key);
        return await process.Http.SendAsync(request);
    }
}
