using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Xunit.Abstractions;

namespace Embedded.Functions.Tests.Host;

public sealed class LateFunctionTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_function_keeps_its_request_when_its_caller_has_gone_and_its_time_is_over()
    {
        await using var app = new TestApp("Probe", output) { HostJson = """{ "version": "2.0", "functionTimeout": "00:00:01" }""" };
        AppProcess process = await app.StartAsync();
        using (RawConnection caller = await RawConnection.OpenAsync(process.Url.Port))
        {
            await caller.SendAsync("POST /api/read-late/gone HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nkept");
            await ProbeApp.WaitUntilAsync(process, "api/waiting/gone", w => w.GetProperty("entered").GetInt32() == 1);
        }

        await process.WaitForOutputAsync(line => line.Contains("ran longer than the 00:00:01 that functionTimeout", StringComparison.Ordinal));

        // Another one that begins and is over after that, so that what follows the end of the first one's time is over too.
        using HttpResponseMessage other = await process.Http.GetAsync("api/wait/other/false");
        await process.Http.PostAsync("api/release/gone", null);

        JsonElement late = await ProbeApp.WaitUntilAsync(process, "api/waiting/gone", w => w.GetProperty("outcome").ValueKind == JsonValueKind.String);
        Assert.Equal("kept", late.GetProperty("outcome").GetString());
    }
}
