using Grimoire.EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests;

/// <summary>Callers that go away, and an app that does.</summary>
public sealed class GonePollerTests(ITestOutputHelper output)
{
    [Fact]
    [Trait("Row", "NX13")]
    public async Task A_poller_that_goes_away_is_one_line_for_debugging_and_the_next_is_answered()
    {
        await using GrimoireApp app = GrimoireApp.Of(storage: null, output);
        app.Settings["Logging__LogLevel__Grimoire.Functions.Http.HttpFailures"] = "Debug";
        app.Settings["Logging__LogLevel__Function.GetCastEvents"] = "Debug";
        await app.RestartAsync();
        string id = await app.CastAsync(Samples.Patient);
        int next = (await app.GetAsync($"casts/{id}/events")).GetProperty("next").GetInt32();

        using (var impatience = new CancellationTokenSource())
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"api/casts/{id}/events?after={next + 1000}&wait=60");
            Task<HttpResponseMessage> poll = app.Process.Http.SendAsync(request, impatience.Token);
            await app.Process.WaitForOutputAsync(line => line.Contains("Executing 'Functions.GetCastEvents'", StringComparison.Ordinal));
            await impatience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => poll);
        }

        await app.Process.WaitForOutputAsync(line => line.Contains("was given up before it was answered", StringComparison.Ordinal));
        await app.GetAsync($"casts/{id}/events?wait=0");
        Assert.DoesNotContain("Exception", app.Process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Canceled", app.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "NX13")]
    public async Task A_poller_is_answered_when_the_app_stops()
    {
        await using GrimoireApp app = GrimoireApp.Of(storage: null, output);
        app.Settings["Logging__LogLevel__Function.GetRunEvents"] = "Debug";
        await app.RestartAsync();
        string id = await app.CastAsync(Samples.Patient);
        Task<System.Text.Json.JsonElement> poll = app.GetAsync($"runs/{id}/events?after=1000&wait=60");
        await app.Process.WaitForOutputAsync(line => line.Contains("Executing 'Functions.GetRunEvents'", StringComparison.Ordinal));

        int exit = await app.Process.StopAsync();

        Assert.Equal(0, exit);
        Assert.False((await poll).GetProperty("ended").GetBoolean());
    }
}
