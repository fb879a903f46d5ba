using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Xunit.Abstractions;

namespace Embedded.Functions.Tests.Apps;

/// <summary>Whatever 64 callers do at once, for however long: when they have gone, the host is as it was before they came.</summary>
public sealed class SteadyLoadTests(ITestOutputHelper output)
{
    /// <summary>How long to call; longer by this variable.</summary>
    const string SecondsVariable = "HOST_SOAK_SECONDS";

    const int Callers = 64;

    /// <summary>After a warm-up the rest of the time goes to as many rounds, between which nobody calls.</summary>
    const int Rounds = 2;

    /// <summary>A leak of a KiB a request is four times this.</summary>
    const long MostBytesPerRequest = 256;

    /// <summary>What comes and goes by itself: buffers, caches, tables that grow by doubling.</summary>
    const long SlackBytes = 1024 * 1024;

    const int SlackHandles = 16;

    [Fact]
    public async Task Memory_and_handles_level_off_under_64_callers()
    {
        double seconds = double.Parse(Environment.GetEnvironmentVariable(SecondsVariable) ?? "15", CultureInfo.InvariantCulture);
        await using var app = new TestApp("Patterns", output)
        {
            HostJson = """{ "version": "2.0", "logging": { "logLevel": { "default": "Error", "Host": "Information" } } }""",
        };
        AppProcess process = await app.StartAsync();
        await LoadAsync(process, app.Keys, "warm-up", seconds);
        Measurement before = await MeasureAsync(process, app.Keys, most: null);
        output.WriteLine($"Warm: {before}");

        int requests = 0;
        Measurement after = before;
        for (int round = 1; round <= Rounds; round++)
        {
            requests += await LoadAsync(process, app.Keys, $"round{round}", seconds);
            after = await MeasureAsync(process, app.Keys, before);
            output.WriteLine($"After {requests} requests: {after}");
        }

        // Fewer than these would hide a KiB a request in the slack.
        Assert.InRange(requests, 2 * SlackBytes / 1024, int.MaxValue);
        Assert.InRange(after.Managed - before.Managed, long.MinValue, (requests * MostBytesPerRequest) + SlackBytes);
        Assert.InRange(after.Use.Handles, 0, before.Use.Handles + SlackHandles);
        Assert.InRange(after.Use.Threads, 0, before.Use.Threads + SlackHandles);
    }

    static async Task<int> LoadAsync(AppProcess process, AppKeys keys, string name, double seconds)
    {
        using var load = new MixedLoad(process, keys, name);
        return await load.RunAsync(Callers, TimeSpan.FromSeconds(seconds / (1 + Rounds)));
    }

    /// <summary>Measures when nothing is left to do; and if closed connections are still there, when they are not.</summary>
    static async Task<Measurement> MeasureAsync(AppProcess process, AppKeys keys, Measurement? most)
    {
        string instances = $"runtime/webhooks/durabletask/instances?code={keys.Durable}";
        await Eventually.SeeAsync(
            () => process.Http.GetFromJsonAsync<JsonElement>($"{instances}&runtimeStatus=Pending,Running&top=1"),
            left => left.GetArrayLength() == 0,
            process);
        (await process.ExpectAsync(HttpStatusCode.OK, process.Http.DeleteAsync($"{instances}&createdTimeFrom=2000-01-01"))).Dispose();
        if (most is not null)
        {
            await Eventually.SeeAsync(() => Task.FromResult(ProcessUse.Of(process)), use => use.Handles <= most.Use.Handles + SlackHandles, process);
        }

        string managed = await process.Http.GetStringAsync($"api/memory?code={keys.Function}");
        return new Measurement(long.Parse(managed, CultureInfo.InvariantCulture), ProcessUse.Of(process));
    }

    /// <param name="Managed">Bytes that are in use after a collection.</param>
    /// <param name="Use">What the system says.</param>
    sealed record Measurement(long Managed, ProcessUse Use);
}
