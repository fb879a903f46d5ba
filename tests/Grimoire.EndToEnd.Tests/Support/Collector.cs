using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Grimoire.EndToEnd.Tests.Support;

/// <summary>An OpenTelemetry collector, as far as it takes what is sent over HTTP, and a tool at "/tool", which fails the first time that it is called.</summary>
internal sealed class Collector : IDisposable
{
    readonly HttpListener _listener = new();
    readonly ConcurrentQueue<byte[]> _traces = new();
    int _metrics;

    public Collector()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        free.Stop();
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _ = TakeAsync();
    }

    public string Url { get; }

    /// <summary>What the tool was told in "traceparent", call by call.</summary>
    public ConcurrentQueue<string?> ToolCalls { get; } = new();

    public int MetricsReceived => Volatile.Read(ref _metrics);

    public IReadOnlyList<SentSpan> Spans => [.. _traces.SelectMany(SentSpan.Read)];

    public void Dispose() => _listener.Close();

    async Task TakeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            string answer = "";
            switch (context.Request.Url!.AbsolutePath)
            {
                case "/v1/traces":
                    _traces.Enqueue(body.ToArray());
                    break;
                case "/v1/metrics":
                    Interlocked.Increment(ref _metrics);
                    break;
                case "/tool":
                    ToolCalls.Enqueue(context.Request.Headers["traceparent"]);
                    context.Response.StatusCode = ToolCalls.Count == 1 ? 500 : 200;
                    context.Response.ContentType = "application/json";
                    answer = "{}";
                    break;
            }

            await context.Response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(answer));
            context.Response.Close();
        }
    }
}

/// <summary>A span as it was sent. Ids are hexadecimal; no parent is empty.</summary>
internal sealed record SentSpan(string Scope, string Name, string TraceId, string SpanId, string ParentId)
{
    /// <summary>Reads an ExportTraceServiceRequest, as far as it is needed here.</summary>
    public static IEnumerable<SentSpan> Read(byte[] request) =>
        from resource in Fields(request, 1)
        from scoped in Fields(resource, 2)
        let scope = Fields(scoped, 1).SelectMany(one => Fields(one, 1)).Select(System.Text.Encoding.UTF8.GetString).FirstOrDefault() ?? ""
        from span in Fields(scoped, 2)
        select new SentSpan(scope, System.Text.Encoding.UTF8.GetString(Fields(span, 5).Single()), Hex(span, 1), Hex(span, 2), Hex(span, 4));

    static string Hex(byte[] message, int number) => Convert.ToHexStringLower(Fields(message, number).SingleOrDefault() ?? []);

    /// <summary>The fields of that number with a length, in a message of Protocol Buffers.</summary>
    static IEnumerable<byte[]> Fields(byte[] message, int number)
    {
        for (int at = 0; at < message.Length;)
        {
            ulong tag = Varint(message, ref at);
            switch (tag & 7)
            {
                case 0:
                    Varint(message, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 2:
                    int length = (int)Varint(message, ref at);
                    if (tag >> 3 == (ulong)number)
                    {
                        yield return message[at..(at + length)];
                    }

                    at += length;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"No field has the type {tag & 7}.");
            }
        }
    }

    static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = message[at++];
            value |= (ulong)(part & 127) << shift;
            if (part < 128)
            {
                return value;
            }
        }
    }
}
