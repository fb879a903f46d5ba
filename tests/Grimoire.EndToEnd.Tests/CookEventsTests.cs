using System.Net;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests;

/// <summary>What is told of a cook as it happens: its events, and its trace.</summary>
public sealed class CookEventsTests(ITestOutputHelper output)
{
    const string Trace = "0af7651916cd43dd8448eb211c80319c";

    static readonly object Spell = new { slug = "piece", steps = (object[])[new { id = "a", tool = "text.case", with = new { text = "a", to = "upper" } }] };

    [Fact]
    [Trait("Row", "UX10")]
    public async Task Its_events_can_be_followed_as_they_happen()
    {
        await using GrimoireApp app = await GrimoireApp.StartAsync(storage: null, output);
        string cook = await CookAsync(app, pieces: 10);

        List<JsonElement> events = [];
        for (JsonElement page = default; page.ValueKind == default || !page.GetProperty("ended").GetBoolean();)
        {
            int after = page.ValueKind == default ? 0 : page.GetProperty("next").GetInt32();
            page = await app.GetAsync($"cooks/{cook}/events?after={after}&wait=30&limit=7");
            events.AddRange(page.GetProperty("events").EnumerateArray());
        }

        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(e => e.GetProperty("seq").GetInt32()));
        string[] types = [.. events.Select(e => e.GetProperty("type").GetString()!)];
        Assert.Equal(("cook.created", "cook.started", "cook.completed"), (types[0], types[1], types[^1]));
        Assert.Equal((10, 10, 23), (types.Count(type => type == "piece.started"), types.Count(type => type == "piece.ended"), types.Length));
        await app.RefusedAsync(HttpStatusCode.NotFound, "cook.notFound", "GET", "cooks/main.cook-0123456789abcdefghj/events");
        await app.RefusedAsync(HttpStatusCode.BadRequest, "cook.idInvalid", "GET", "cooks/none/events");
        await app.RefusedAsync(HttpStatusCode.BadRequest, "query.invalid", "GET", $"cooks/{cook}/events?wait=61");
    }

    [Fact]
    [Trait("Row", "UX14")]
    public async Task It_is_one_trace_with_the_casts_of_all_its_pieces()
    {
        await using Collector collector = await Collector.StartAsync();
        await using GrimoireApp app = GrimoireApp.Of(storage: null, output);
        app.Settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url;
        app.Settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        app.Settings["OTEL_BSP_SCHEDULE_DELAY"] = "200";
        await app.RestartAsync();

        await CookAsync(app, pieces: 3, ("traceparent", $"00-{Trace}-b7ad6b7169203331-01"));
        IReadOnlyList<SentSpan> spans = await Eventually.SeeAsync(
            () => Task.FromResult<IReadOnlyList<SentSpan>>([.. collector.Spans.Where(span => span.Scope == "Grimoire" && span.TraceId == Trace)]),
            spans => spans.Count(span => span.Name == "cast piece") == 3 && spans.Any(span => span.Name == "start cook"),
            app.Process);

        string start = spans.Single(span => span.Name == "start cook").SpanId;
        Assert.All(spans.Where(span => span.Name == "cast piece"), cast => Assert.Equal(start, cast.ParentId));
        Assert.Equal(3, spans.Count(span => span.Name == "attempt text.case"));
    }

    static async Task<string> CookAsync(GrimoireApp app, int pieces, params (string Name, string? Value)[] headers)
    {
        JsonElement started = await app.ExpectAsync(
            HttpStatusCode.Accepted, "POST", "cooks", new { spell = Spell, pieces = Enumerable.Range(0, pieces).Select(n => new { n }), concurrency = 3 }, headers);
        return started.GetProperty("cookId").GetString()!;
    }
}
