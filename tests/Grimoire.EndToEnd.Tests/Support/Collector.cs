using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Grimoire.EndToEnd.Tests.Support;

/// <summary>An OpenTelemetry collector, as far as it takes what is sent over HTTP, and a tool at "/tool", which fails the first time that it is called.</summary>
internal sealed class Collector : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ConcurrentQueue<byte[]> _traces = new();
    int _metrics;

    Collector(WebApplication app)
    {
        _app = app;
        app.MapPost("/v1/traces", async context => _traces.Enqueue(await BodyAsync(context)));
        app.MapPost("/v1/metrics", async context =>
        {
            await BodyAsync(context);
            Interlocked.Increment(ref _metrics);
        });
        app.Map("/tool", async context =>
        {
            ToolCalls.Enqueue(context.Request.Headers["traceparent"]);
            context.Response.StatusCode = ToolCalls.Count == 1 ? 500 : 200;
            await context.Response.WriteAsJsonAsync(new object());
        });
    }

    public string Url { get; private set; } = "";

    /// <summary>What the tool was told in "traceparent", call by call.</summary>
    public ConcurrentQueue<string?> ToolCalls { get; } = new();

    public int MetricsReceived => Volatile.Read(ref _metrics);

    public IReadOnlyList<SentSpan> Spans => [.. _traces.SelectMany(SentSpan.Read)];

    public static async Task<Collector> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var collector = new Collector(builder.Build());
        await collector._app.StartAsync();
        collector.Url = collector._app.Urls.Single();
        return collector;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    static async Task<byte[]> BodyAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }
}

/// <summary>A span as it was sent. Ids are hexadecimal; no parent is empty.</summary>
internal sealed record SentSpan(string Scope, string Name, string TraceId, string SpanId, string ParentId)
{
    /// <summary>Reads an ExportTraceServiceRequest, as far as it is needed here.</summary>
    public static IEnumerable<SentSpan> Read(byte[] request) =>
        from resource in Fields(request, 1)
        from scoped in Fields(resource, 2)
        let scope = Fields(scoped, 1).SelectMany(one => Fields(one, 1)).Select(Encoding.UTF8.GetString).FirstOrDefault() ?? ""
        from span in Fields(scoped, 2)
        select new SentSpan(scope, Encoding.UTF8.GetString(Fields(span, 5).Single()), Hex(span, 1), Hex(span, 2), Hex(span, 4));

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
