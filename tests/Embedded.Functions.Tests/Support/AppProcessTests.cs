using System.Net;
using Xunit.Abstractions;

namespace Embedded.Functions.Tests.Support;

/// <summary>What the other tests of apps stand on.</summary>
public sealed class AppProcessTests(ITestOutputHelper output)
{
    [Fact]
    public async Task An_app_is_started_called_and_stopped()
    {
        await using var app = new TestApp("Patterns", output);
        AppProcess process = await app.StartAsync();

        await process.ExpectAsync(HttpStatusCode.NotFound, process.Http.GetAsync("nowhere"));

        Assert.Equal(0, await process.StopAsync());
        Assert.NotEmpty(app.Keys.Durable);
        await process.WaitForOutputAsync(line => line.Contains("shutting down", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Waiting_for_words_that_never_come_ends_with_the_process_and_shows_what_it_said()
    {
        await using var app = new TestApp("Patterns", output) { HostJson = "{ not json" };
        AppProcess process = app.Launch();

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(process.WaitUntilListeningAsync);

        Assert.NotEqual(0, await process.EndAsync());
        Assert.Contains("host.json", failure.Message);
    }
}
