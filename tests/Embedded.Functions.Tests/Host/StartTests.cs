using System.Net;
using System.Net.Sockets;
using Embedded.Functions.Tests.Support;
using Xunit.Abstractions;

namespace Embedded.Functions.Tests.Host;

/// <summary>What an app says when it starts, and when it cannot.</summary>
public sealed class StartTests(ITestOutputHelper output)
{
    [Fact]
    public async Task All_that_is_wrong_with_an_apps_functions_is_listed_at_once()
    {
        await using var app = new TestApp("Broken", output);
        AppProcess process = app.Launch();

        Assert.Equal(1, await process.EndAsync());
        foreach (string expected in (string[])
            [
                "2 functions have the name 'Twin': Broken.Functions.First, Broken.Functions.Second",
                "'BadRoute' has the route 'broken/{open', which is not valid",
                "'BadConstraint' has the route 'broken/{id:number}', which is not valid",
                "'SlashRoute' has the route '/slash', which is not valid",
                "'SameRoute1' and 'SameRoute2' have the same route",
                "'NoTrigger' (Broken.Functions.NoTrigger) has no trigger",
                "'TwoTriggers' (Broken.Functions.TwoTriggers) has 2 triggers (request, text)",
                "has the trigger [TimerTrigger], which this host does not support",
                "has the output binding [BlobOutput], which this host does not support",
                "binds 'blob' with [BlobInput], which this host does not support",
                "is 'async void'",
                "has [HttpTrigger] on 'body' of type String",
                "has [OrchestrationTrigger] on 'context' of type String",
                "'Generic' (Broken.Functions.Generic) is generic",
                "'bad name' (Broken.Functions.BadName) has a name that is not allowed",
                "Broken.NoTask has [DurableTask] but is no task",
            ])
        {
            Assert.Contains(expected, process.Output);
        }

        AssertSaidOnce(process);
    }

    [Fact]
    public async Task All_that_is_wrong_with_its_settings_is_listed_at_once()
    {
        await using var app = new TestApp("Probe", output)
        {
            HostJson = """
                { "version": "2.0", "functionTimeout": "soon",
                  "extensions": { "http": { "maxConcurrentRequests": 0, "routePrefx": "x" }, "durableTask": { "hubName": "!" } } }
                """,
            LocalSettings = """{ "IsEncrypted": false, "Host": { "LocalHttpPort": 99999, "CORS": "nonsense" } }""",
        };
        app.Environment["Embedded__KnownProxies"] = "here";
        app.Arguments.AddRange(["--urls", "http://localhost:abc"]);
        AppProcess process = app.Launch();

        Assert.Equal(1, await process.EndAsync());
        foreach (string path in (string[])
            ["functionTimeout", "extensions.http.maxConcurrentRequests", "extensions.durableTask.hubName", "Host.LocalHttpPort", "Host.CORS", "KnownProxies", "http://localhost:abc"])
        {
            Assert.Contains(path, process.Output);
        }

        Assert.Contains("Warning: Host: host.json: extensions.http.routePrefx: is not a setting that this host knows; did you mean", process.Output);
        AssertSaidOnce(process);
    }

    [Theory]
    [InlineData("http://localhost:abc", "the port is not a number")]
    [InlineData("http://localhost:70000", "a port is 0 to 65535")]
    [InlineData("https://localhost:7071", "TLS is for a proxy")]
    [InlineData("nonsense", "is not an address to listen on")]
    [InlineData("http://192.0.2.1:7071", "cannot be listened on")]
    public async Task An_address_that_cannot_be_listened_on_is_refused(string url, string why)
    {
        await using var app = new TestApp("Probe", output);
        app.Arguments.AddRange(["--urls", url]);
        AppProcess process = app.Launch();

        Assert.Equal(1, await process.EndAsync());
        Assert.Contains(why, process.Output);
        AssertSaidOnce(process);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_with_a_way_out()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using var app = new TestApp("Probe", output);
        app.Arguments.AddRange(["--urls", $"http://127.0.0.1:{port}"]);
        AppProcess process = app.Launch();

        Assert.Equal(1, await process.EndAsync());
        Assert.Contains($"http://127.0.0.1:{port}: address already in use. Stop what listens there, or choose another port", process.Output);
        AssertSaidOnce(process);
    }

    [Fact]
    public async Task Only_the_functions_that_host_json_names_are_there()
    {
        await using var app = new TestApp("Probe", output) { HostJson = """{ "version": "2.0", "functions": ["any", "Missing"] }""" };
        AppProcess process = await app.StartAsync();

        await process.ExpectAsync(HttpStatusCode.OK, process.Http.GetAsync("api/any"));
        await process.ExpectAsync(HttpStatusCode.NotFound, process.Http.GetAsync("api/inspect"));
        await process.WaitForOutputAsync(line => line.Contains("State and keys are in", StringComparison.Ordinal));
        Assert.Contains("there is no function 'Missing'", process.Output);
        Assert.DoesNotContain("orchestrationTrigger", process.Output);
    }

    [Fact]
    public async Task A_request_under_way_is_answered_before_the_app_ends_and_no_new_one_is_taken()
    {
        await using var app = new TestApp("Probe", output);
        AppProcess process = await app.StartAsync();
        using RawConnection connection = await RawConnection.OpenAsync(process.Url.Port);
        await connection.SendAsync("GET /api/wait/last/true HTTP/1.1\r\nHost: x\r\n\r\n");
        using RawConnection releasing = await RawConnection.OpenAsync(process.Url.Port);
        await ProbeApp.WaitUntilAsync(process, "api/waiting/last", w => w.GetProperty("entered").GetInt32() == 1);

        // Sent before the end, but taken in only after: its last line is still missing.
        await releasing.SendAsync("POST /api/release/last HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n");
        process.RequestStop();
        await process.WaitForOutputAsync(line => line.Contains("shutting down", StringComparison.Ordinal));
        await UntilRefusedAsync(process.Url.Port);
        await releasing.SendAsync("x");

        Assert.EndsWith("done", await connection.ReadToEndAsync());
        Assert.Equal(0, await process.EndAsync());
    }

    static async Task UntilRefusedAsync(int port)
    {
        using var patience = new CancellationTokenSource(AppProcess.Patience);
        for (; ; )
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, patience.Token);
            }
            catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
            {
                return;
            }
            catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
            {
                // It was about to be taken when the app stopped listening.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
        }
    }

    static void AssertSaidOnce(AppProcess process)
    {
        Assert.DoesNotContain("   at ", process.Output);
        Assert.Single(process.Output.Split('\n'), line => line == "The app cannot start:");
    }
}
