using System.Diagnostics;
using System.Text.Json;
using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Telemetry;
using Grimoire.Functions.Tests.Activities;
using Grimoire.Functions.Tests.Telemetry.Support;
using Grimoire.Functions.Tests.Tools.Support;
using Grimoire.Functions.Tools;
using Grimoire.Tools;

namespace Grimoire.Functions.Tests.Telemetry;

/// <summary>One trace for a cast, told by whichever process happens to be there when something ends.</summary>
[Trait("Row", "UX14")]
public sealed class TracesTests
{
    const string Asked = "b7ad6b7169203331";

    [Fact]
    public async Task A_cast_its_attempts_and_what_has_asked_for_it_hang_together_though_other_processes_tell_them()
    {
        using var spans = new Spans();
        var world = await WorldAsync(spans.TraceId);
        world.Paid.Answer = (call, _) => Task.FromResult(
            call.Attempt.Number == 1 ? ToolResult.Failed("http.status", "500 and what the tool has said", transient: true) : ToolResult.Of(null));

        await world.NewWorker().DeliverAsync();
        world.Time.Advance(TimeSpan.FromMinutes(5));
        await world.NewWorker().DeliverAsync(World.Order() with { Attempt = 2 });
        await world.NewWorker().FinishCast.EndAsync(new CastEnd(World.Cast, CastStatus.Cancelled, 0), default);

        var cast = spans.One("cast test");
        var attempts = spans.All.Where(span => span.DisplayName == $"attempt {World.Tool}").ToList();
        Assert.Equal(2, attempts.Count);
        Assert.Equal(Asked, cast.ParentSpanId.ToHexString());
        Assert.All(attempts, attempt => Assert.Equal(cast.SpanId, attempt.ParentSpanId));
        Assert.Equal(Traces.OfCast(world.Manifest.Trace, World.Cast).SpanId, cast.SpanId);
        Assert.Equal(TimeSpan.FromMinutes(5), cast.Duration);
        Assert.Equal((ActivityStatusCode.Error, "http.status"), (attempts[0].Status, attempts[0].StatusDescription));
        Assert.DoesNotContain(attempts[0].TagObjects, tag => tag.Value is string text && text.Contains("said", StringComparison.Ordinal));
        Assert.Equal(2, attempts.Select(attempt => attempt.SpanId).Distinct().Count());
    }

    [Fact]
    public async Task What_is_delivered_again_is_told_once()
    {
        using var spans = new Spans();
        var world = await WorldAsync(spans.TraceId);

        for (var delivery = 0; delivery < 3; delivery++)
        {
            await world.NewWorker().DeliverAsync();
            await world.NewWorker().FinishCast.EndAsync(new CastEnd(World.Cast, CastStatus.Cancelled, 0), default);
        }

        Assert.Equal(2, spans.All.Count);
    }

    [Fact]
    public async Task A_sub_cast_hangs_below_the_attempt_that_casts_it_in_the_same_trace()
    {
        using var spans = new Spans();
        var world = await WorldAsync(spans.TraceId);
        var key = World.Key();
        var child = world.Manifest with
        {
            CastId = CastIds.Child(key), Trace = world.Manifest.Trace! with { ParentSpanId = null }, Parent = new CastParent(World.Cast, key.Step, null, 1, 1),
        };
        await world.Disk.CreateAsync(CastObjects.Manifest(child.CastId), CastStore.Bytes(child), default);

        await world.NewWorker().FinishCast.EndAsync(new CastEnd(child.CastId, CastStatus.Cancelled, 0), default);

        Assert.Equal(Traces.OfAttempt(world.Manifest.Trace, key).SpanId, spans.One("cast test").ParentSpanId);
    }

    [Fact]
    public async Task A_request_of_a_tool_is_a_span_below_its_attempt_and_says_so_to_the_tool_but_nothing_of_its_path()
    {
        using var spans = new Spans();
        using var bench = new Bench();
        await using var provider = await FakeProvider.Answering("""{"ok":true}""");
        var trace = new CastTrace(spans.TraceId, Recorded: true) { State = "vendor=1" };
        var attempt = new AttemptKey("acme-1", "step", null, 2);

        await bench.Runners.RunAsync(CallOf(provider.At("/secret-path?key=secret"), attempt, bench, trace), default);

        var span = Assert.Single(spans.All);
        var request = Assert.Single(provider.Requests);
        Assert.Equal(Traces.OfAttempt(trace, attempt).SpanId, span.ParentSpanId);
        Assert.Equal($"00-{spans.TraceId}-{span.SpanId.ToHexString()}-01", request.Headers["traceparent"]);
        Assert.Equal("vendor=1", request.Headers["tracestate"]);
        Assert.Contains(span.TagObjects, tag => tag is { Key: "http.response.status_code", Value: 200 });
        Assert.DoesNotContain("secret", span.DisplayName + string.Join(' ', span.TagObjects.Select(tag => tag.Value)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_anybody_who_listens_tools_are_told_the_trace_all_the_same()
    {
        using var bench = new Bench();
        await using var provider = await FakeProvider.Answering("""{"ok":true}""");
        var trace = new CastTrace(ActivityTraceId.CreateRandom().ToHexString(), Recorded: false);
        var attempt = new AttemptKey("acme-1", "step", null, 1);

        await bench.Runners.RunAsync(CallOf(provider.At("/"), attempt, bench, trace), default);
        await bench.Runners.RunAsync(CallOf(provider.At("/"), attempt, bench, trace: null), default);

        Assert.Equal(Traces.HeaderOf(Traces.OfAttempt(trace, attempt)), provider.Requests.First().Headers["traceparent"]);
        Assert.DoesNotContain("traceparent", provider.Requests.Last().Headers.Keys);
    }

    [Fact]
    public void A_callback_is_told_below_the_attempt_that_it_is_for_and_points_to_the_request_that_has_brought_it()
    {
        using var spans = new Spans();
        var attempt = new AttemptKey("acme-1", "step", null, 1);
        var trace = new CastTrace(spans.TraceId, Recorded: true);
        using var request = new Activity("request").Start();

        Traces.StartCallback(trace, attempt)!.Dispose();

        var span = spans.One("callback");
        Assert.Equal(Traces.OfAttempt(trace, attempt).SpanId, span.ParentSpanId);
        Assert.Equal(request.TraceId, Assert.Single(span.Links).Context.TraceId);
    }

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", false)]
    public void A_cast_belongs_to_the_trace_of_the_request_that_has_asked_for_it(string traceParent, bool recorded)
    {
        var trace = Traces.Begin(traceParent, "vendor=1", "test");

        Assert.Equal(new CastTrace("0af7651916cd43dd8448eb211c80319c", recorded) { ParentSpanId = Asked, State = "vendor=1" }, trace);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00-rubbish")]
    [InlineData("00-00000000000000000000000000000000-0000000000000000-01")]
    public void A_cast_that_nobody_has_traced_begins_a_trace_of_its_own(string? traceParent)
    {
        Activity.Current = null;

        var (one, other) = (Traces.Begin(traceParent, null, "test"), Traces.Begin(traceParent, null, "test"));

        Assert.NotEqual(one.TraceId, other.TraceId);
        Assert.True(Traces.OfCast(one, World.Cast).IsValid());
    }

    [Fact]
    public void What_was_stored_before_there_were_traces_is_read_and_tells_nothing()
    {
        using var spans = new Spans();
        var record = JsonSerializer.Deserialize<AttemptRecord>(
            """{"castId":"acme-1","step":"one","attempt":1,"tool":"t","status":"succeeded","idempotencyKey":"k","startedAt":"2030-01-01T00:00:00Z"}""", DomainJson.Options)!;

        Traces.Tell(record);

        Assert.Null(record.Trace);
        Assert.Equal(default, Traces.OfAttempt(record.Trace, record.Key));
        Assert.Empty(spans.All);
    }

    static async Task<World> WorldAsync(string traceId)
    {
        var world = new World();
        await world.WriteAsync(world.ManifestOf(World.Step()) with { Trace = new CastTrace(traceId, Recorded: true) { ParentSpanId = Asked } });
        return world;
    }

    static ToolCall CallOf(string url, AttemptKey attempt, Bench bench, CastTrace? trace) => new(
        new ToolDefinition { Id = "mine", Kind = "http", Request = new RequestTemplate { Method = "GET", Url = url } }, [], attempt, "acme", bench.Artifacts) { Trace = trace };
}

static class Contexts
{
    public static bool IsValid(this ActivityContext context) => context.TraceId != default && context.SpanId != default;
}
