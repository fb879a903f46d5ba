using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Embedded.Functions.Tests.Support;
using Xunit.Abstractions;

namespace Embedded.Functions.Tests.Host;

/// <summary>Where the host listens, under which names, for whose scripts, and what it shows.</summary>
public sealed partial class ListeningTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_listing_has_the_form_that_func_gives_it()
    {
        await using var app = new TestApp("Probe", output)
        {
            HostJson = """{ "version": "2.0", "functions": ["Inspect", "Any", "Version", "Stream", "Dispatched", "TraceOf"] }""",
        };
        AppProcess process = await app.StartAsync();
        await process.WaitForOutputAsync(line => line.Contains("State and keys are in", StringComparison.Ordinal));

        string listing = Stamp().Replace(process.Output, "")
            .Split("\n").SkipWhile(line => line != "Functions:").TakeWhile(line => !line.StartsWith("State and keys", StringComparison.Ordinal))
            .Aggregate("", (text, line) => $"{text}{line}\n");
        string root = $"{process.Url}api";
        Assert.Equal(
            $"""
            Functions:

            	Any: {root}/any

            	Inspect: [GET,POST,PATCH] {root}/inspect

            	Stream: [GET] {root}/stream/{"{length:int}"}

            	Dispatched: entityTrigger

            	TraceOf: activityTrigger

            	Version: orchestrationTrigger


            """,
            listing);
    }

    [Fact]
    public async Task Without_another_word_the_port_is_that_of_local_settings()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await using var app = new TestApp("Probe", output)
        {
            Port = null,
            LocalSettings = $$$"""{ "IsEncrypted": false, "Host": { "LocalHttpPort": {{{port}}}, "LocalHttpAddress": "127.0.0.1" } }""",
        };

        AppProcess process = await app.StartAsync();

        Assert.Equal(port, process.Url.Port);
        await process.ExpectAsync(HttpStatusCode.OK, process.Http.GetAsync("api/any"));
    }

    [Fact]
    public async Task A_function_that_is_switched_off_is_not_there()
    {
        await using var app = new TestApp("Probe", output) { Environment = { ["AzureWebJobs.Any.Disabled"] = "true", ["AzureWebJobs.Inspect.Disabled"] = "false" } };
        AppProcess process = await app.StartAsync();

        await process.ExpectAsync(HttpStatusCode.NotFound, process.Http.GetAsync("api/any"));
        await process.ExpectAsync(HttpStatusCode.OK, process.Http.GetAsync("api/inspect"));
        await process.WaitForOutputAsync(line => line.Contains("State and keys are in", StringComparison.Ordinal));
        Assert.DoesNotContain("\tAny:", process.Output);
        Assert.Contains("\tInspect:", process.Output);
    }

    [Fact]
    public async Task Under_a_name_that_is_not_allowed_nothing_is_answered()
    {
        await using var app = new TestApp("Probe", output) { Environment = { ["Embedded__AllowedHosts"] = "app.example.org,*.inside.example" } };
        AppProcess process = await app.StartAsync();

        foreach (string allowed in (string[])["app.example.org", "App.Example.org:8080", "a.inside.example"])
        {
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(process, HttpMethod.Get, "api/any", allowed)).StatusCode);
        }

        foreach (string other in (string[])["evil.example", "inside.example", "app.example.org.evil.example"])
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(process, HttpMethod.Get, "api/any", other)).StatusCode);
            Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(process, HttpMethod.Post, "api/start/Version", other)).StatusCode);
        }
    }

    [Fact]
    public async Task Where_any_name_is_allowed_the_URLs_have_the_one_that_was_called()
    {
        await using var app = new TestApp("Probe", output);
        AppProcess process = await app.StartAsync();

        using HttpResponseMessage started = await SendAsync(process, HttpMethod.Post, "api/start/Version", "other.example:81");
        using HttpResponseMessage inspected = await SendAsync(process, HttpMethod.Get, "api/inspect", "other.example:81");

        Assert.Equal("other.example:81", started.Headers.Location!.Authority);
        var seen = JsonSerializer.Deserialize<JsonElement>(await inspected.Content.ReadAsStringAsync());
        Assert.Equal("http://other.example:81/api/inspect", seen.GetProperty("url").GetString());
    }

    [Fact]
    public async Task Scripts_of_any_origin_may_call_if_local_settings_say_so_but_without_credentials()
    {
        await using var app = new TestApp("Probe", output) { LocalSettings = """{ "IsEncrypted": false, "Host": { "CORS": "*" } }""" };
        AppProcess process = await app.StartAsync();

        using HttpResponseMessage response = await SendAsync(process, HttpMethod.Get, "api/any", process.Url.Authority, "http://anywhere.example");

        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    static async Task<HttpResponseMessage> SendAsync(AppProcess process, HttpMethod method, string path, string host, string? origin = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Host = host;
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        return await process.Http.SendAsync(request);
    }

    [GeneratedRegex(@"^\[[^\]]+Z\] ", RegexOptions.Multiline)]
    private static partial Regex Stamp();
}
