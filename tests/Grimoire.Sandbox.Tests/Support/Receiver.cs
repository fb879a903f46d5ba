using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Grimoire.Sandbox.Tests.Support;

/// <summary>Whom the sandbox calls back: remembers what came, and answers as the test says.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    readonly HttpListener _listener;
    readonly ConcurrentQueue<Received> _received = new();
    readonly Task _listening;
    bool _disposed;

    Receiver(HttpListener listener, Uri url)
    {
        _listener = listener;
        Url = url;
        _listening = ListenAsync();
    }

    public Uri Url { get; }

    /// <summary>The status of each answer, which may take its time.</summary>
    public Func<Received, Task<int>> Answer { get; set; } = _ => Task.FromResult(200);

    /// <summary>What came, in the order in which it did.</summary>
    public IReadOnlyList<Received> All => [.. _received];

    public static Receiver Start()
    {
        for (int attempt = 0; ; attempt++)
        {
            var url = new Uri($"http://127.0.0.1:{FreePort()}/");
            var listener = new HttpListener { Prefixes = { url.AbsoluteUri } };
            try
            {
                listener.Start();
                return new Receiver(listener, url);
            }
            catch (HttpListenerException) when (attempt < 10)
            {
                // Somebody else was quicker to take the port.
                ((IDisposable)listener).Dispose();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;

            // Not stopped first: it would take its port once more, only to give it back, and somebody else may have it by then.
            _listener.Close();
            await _listening;
        }
    }

    static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    async Task ListenAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException && !_listener.IsListening)
            {
                return;
            }

            _ = AnswerAsync(context);
        }
    }

    async Task AnswerAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
        string body = await reader.ReadToEndAsync();
        var headers = context.Request.Headers.AllKeys.ToDictionary(name => name!, name => context.Request.Headers[name]!, StringComparer.OrdinalIgnoreCase);
        var received = new Received(context.Request.Url!.PathAndQuery, headers, body);
        _received.Enqueue(received);
        try
        {
            context.Response.StatusCode = await Answer(received);
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes($"answered {context.Response.StatusCode}"));
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The sandbox has not waited for the answer.
        }
    }
}

/// <summary>A callback as it came.</summary>
internal sealed record Received(string PathAndQuery, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string? Text(string member) => Json.GetProperty(member).GetString();
}
