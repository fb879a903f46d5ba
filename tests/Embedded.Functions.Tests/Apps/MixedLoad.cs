using System.Net;
using System.Net.Sockets;
using System.Text;
using Embedded.Functions.Tests.Support;

namespace Embedded.Functions.Tests.Apps;

/// <summary>Callers of the patterns app, who behave as callers do: well, badly, and gone before they are answered.</summary>
internal sealed class MixedLoad(AppProcess process, AppKeys keys, string name) : IDisposable
{
    static readonly TimeSpan Impatience = TimeSpan.FromMilliseconds(15);

    /// <summary>With connections of its own, which are closed at the end.</summary>
    readonly HttpClient _http = new() { BaseAddress = process.Url, Timeout = AppProcess.Patience };

    int _requests;
    int _orders;

    /// <summary>Calls for as long as that.</summary>
    /// <returns>How many requests were made.</returns>
    public async Task<int> RunAsync(int callers, TimeSpan duration)
    {
        using var over = new CancellationTokenSource(duration, TimeProvider.System);
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            for (int n = caller; !over.IsCancellationRequested; n++)
            {
                await CallAsync(n % 12);
                Interlocked.Increment(ref _requests);
            }
        })));
        return _requests;
    }

    public void Dispose() => _http.Dispose();

    Task CallAsync(int kind) => kind switch
    {
        0 => ExpectAsync(HttpStatusCode.Accepted, _http.PutAsync($"api/orders/{name}-{Interlocked.Increment(ref _orders)}", new StringContent("goods"))),
        1 => ExpectAsync(HttpStatusCode.Unauthorized, _http.GetAsync("api/guarded?code=wrong")),
        2 => ExpectAsync(HttpStatusCode.OK, _http.GetAsync($"api/guarded?code={keys.Function}")),
        3 => ExpectAsync(HttpStatusCode.NotFound, _http.GetAsync("api/nowhere")),
        4 => ExpectAsync(HttpStatusCode.BadRequest, _http.PostAsync("api/fan-out", new StringContent("{ no json", Encoding.UTF8, "application/json"))),
        5 => ExpectAsync(HttpStatusCode.NotFound, _http.GetAsync($"runtime/webhooks/durabletask/instances/none?code={keys.Durable}")),
        6 => GiveUpWaitingAsync(),
        7 => BreakOffAsync(),
        _ => ExpectAsync(HttpStatusCode.OK, _http.GetAsync($"api/hello/{kind}")),
    };

    async Task ExpectAsync(HttpStatusCode status, Task<HttpResponseMessage> response) => (await process.ExpectAsync(status, response)).Dispose();

    /// <summary>Is gone long before the function has an answer.</summary>
    async Task GiveUpWaitingAsync()
    {
        using var impatience = new CancellationTokenSource(Impatience, TimeProvider.System);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _http.GetAsync("api/slow/600", impatience.Token));
    }

    /// <summary>Is gone before all of the body is sent.</summary>
    async Task BreakOffAsync()
    {
        using var caller = new TcpClient();
        await caller.ConnectAsync(IPAddress.Loopback, process.Url.Port);
        await caller.GetStream().WriteAsync(
            "POST /api/slow/600 HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{ \"half\":"u8.ToArray());
    }
}
