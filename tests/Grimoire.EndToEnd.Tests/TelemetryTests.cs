using System.Net;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Functions.Tests.Telemetry.Support;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests;

/// <summary>What the app tells of what it does: metrics, traces and logs.</summary>
public sealed class TelemetryTests(ITestOutputHelper output)
{
    const string Trace = "0af7651916cd43dd8448eb211c80319c";
    const string Asking = "b7ad6b7169203331";
    const string Secret = "a-word-that-only-the-inputs-have";

    [Fact]
    [Trait("Row", "KZ22")]
    public async Task Metrics_go_up_by_what_a_cast_does_and_inputs_are_in_no_log()
    {
        await using Collector tools = await Collector.StartAsync();
        await using GrimoireApp app = await GrimoireApp.StartAsync(storage: null, output);
        await DefineAsync(app, tools);
        IReadOnlyDictionary<string, double> before = await ScrapeAsync(app);

        string id = await app.CastAsync(Outer, new { word = Secret });
        await app.EndAsync(id);
        IReadOnlyDictionary<string, double> after = await ScrapeAsync(app);

        Assert.Equal(1, Grown("grimoire_casts_started_total{kind=\"cast\"}"));
        Assert.Equal(1, Grown("grimoire_casts_started_total{kind=\"subcast\"}"));
        Assert.Equal(1, Grown("grimoire_casts_ended_total{kind=\"cast\",status=\"completed\"}"));
        Assert.Equal(1, Grown("grimoire_cast_duration_seconds_count{kind=\"cast\",status=\"completed\"}"));
        Assert.Equal(2, Grown("grimoire_steps_ended_total{status=\"completed\",tool=\"traced\"}"));
        Assert.Equal(1, Grown("grimoire_steps_ended_total{status=\"completed\",tool=\"spell\"}"));
        Assert.Equal(1, Grown("grimoire_steps_ended_total{status=\"skipped\",tool=\"traced\"}"));
        Assert.Equal(3, Grown("grimoire_attempts_started_total{tool=\"traced\"}"));
        Assert.Equal(2, Grown("grimoire_attempts_ended_total{tool=\"traced\",outcome=\"succeeded\"}"));
        Assert.Equal(1, Grown("grimoire_attempts_ended_total{tool=\"traced\",outcome=\"http.status\"}"));
        Assert.Equal(1, Grown("grimoire_attempts_retries_total{tool=\"traced\"}"));
        Assert.Equal(3, Grown("grimoire_attempt_queue_duration_seconds_count{tool=\"traced\"}"));
        Assert.Equal(0.5, Grown("grimoire_cost_usd_total{tool=\"traced\"}"), precision: 6);
        Assert.Equal(0, after["grimoire_tool_breaker_state{tool=\"traced\"}"]);
        Assert.True(Grown("grimoire_storage_operation_duration_seconds_count{operation=\"create\",outcome=\"succeeded\"}") > 3);
        Assert.True(after["process_uptime_seconds"] > 0);
        Assert.DoesNotContain(Secret, app.Process.Output, StringComparison.Ordinal);

        double Grown(string name) => after.GetValueOrDefault(name) - before.GetValueOrDefault(name);
    }

    [Fact]
    [Trait("Row", "UX14")]
    public async Task A_cast_is_one_trace_from_the_request_to_each_call_of_a_tool_with_retries_and_sub_casts()
    {
        await using Collector collector = await Collector.StartAsync();
        await using GrimoireApp app = GrimoireApp.Of(storage: null, output);
        app.Settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url;
        app.Settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        app.Settings["OTEL_BSP_SCHEDULE_DELAY"] = "200";
        app.Settings["OTEL_METRIC_EXPORT_INTERVAL"] = "500";
        await app.RestartAsync();
        await DefineAsync(app, collector);

        JsonElement started = await app.ExpectAsync(
            HttpStatusCode.Accepted, "POST", "casts", new { spell = Outer, inputs = new { word = Secret } }, ("traceparent", $"00-{Trace}-{Asking}-01"));
        await app.EndAsync(started.GetProperty("castId").GetString()!);
        IReadOnlyList<SentSpan> spans = await Eventually.SeeAsync(
            () => Task.FromResult<IReadOnlyList<SentSpan>>([.. collector.Spans.Where(span => span.Scope == "Grimoire" && span.TraceId == Trace)]),
            spans => spans.Any(span => span.Name == "cast outer"),
            app.Process);

        Assert.Equal(
            ["POST", "POST", "POST", "attempt spell:inner", "attempt traced", "attempt traced", "attempt traced", "cast inner", "cast outer", "start cast"],
            spans.Select(span => span.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["attempt traced"], ParentsOf("POST"));
        Assert.Equal(["cast inner", "cast outer"], ParentsOf("attempt traced"));
        Assert.Equal(["attempt spell:inner"], ParentsOf("cast inner"));
        Assert.Equal(["start cast"], ParentsOf("cast outer"));
        Assert.Equal(spans.Where(span => span.Name == "POST").Select(span => $"00-{Trace}-{span.SpanId}-01").Order(), collector.ToolCalls.Order());
        await Eventually.SeeAsync(() => Task.FromResult(collector.MetricsReceived), count => count > 0, app.Process);

        Assert.Equal(OperatingSystem.IsLinux(), ThreadsOf(app).Any(IsOfOpenTelemetry));

        IEnumerable<string> ParentsOf(string name) => spans.Where(span => span.Name == name)
            .Select(span => spans.Single(parent => parent.SpanId == span.ParentId).Name).Distinct().Order(StringComparer.Ordinal);
    }

    [Fact]
    [Trait("Row", "UX14")]
    public async Task Without_a_collector_tools_are_told_the_trace_and_nothing_of_OpenTelemetry_runs()
    {
        await using Collector tools = await Collector.StartAsync();
        await using GrimoireApp app = await GrimoireApp.StartAsync(storage: null, output);
        await DefineAsync(app, tools);

        JsonElement started = await app.ExpectAsync(
            HttpStatusCode.Accepted, "POST", "casts", new { spell = Outer, inputs = new { word = Secret } }, ("traceparent", $"00-{Trace}-{Asking}-00"));
        await app.EndAsync(started.GetProperty("castId").GetString()!);

        Assert.Equal(3, tools.ToolCalls.Count);
        Assert.All(tools.ToolCalls, told => Assert.Matches($"^00-{Trace}-[0-9a-f]{{16}}-00$", told));
        Assert.Equal(3, tools.ToolCalls.Distinct().Count());
        Assert.DoesNotContain(ThreadsOf(app), IsOfOpenTelemetry);
    }

    /// <summary>A tool that fails once, a step that is skipped, and a sub-cast that calls the tool too.</summary>
    static object Outer => new
    {
        slug = "outer",
        steps = (object[])
        [
            new { id = "first", tool = "traced", with = new { word = "${inputs.word}" }, retry = new { maxAttempts = 3, firstInterval = "PT1S" } },
            new { id = "never", tool = "traced", when = "${false}", with = new { } },
            new { id = "second", spell = "inner", with = new { } },
        ],
    };

    /// <summary>The names of the threads of the process, where the system tells them.</summary>
    static IReadOnlyList<string> ThreadsOf(GrimoireApp app) => OperatingSystem.IsLinux()
        ? [.. Directory.EnumerateDirectories($"/proc/{app.Process.Id}/task").Select(NameOf)]
        : [];

    static string NameOf(string thread)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "comm")).Trim();
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return "";
        }
    }

    static bool IsOfOpenTelemetry(string thread) => thread.StartsWith("OpenTelemetry", StringComparison.Ordinal);

    static async Task DefineAsync(GrimoireApp app, Collector tools)
    {
        await app.ExpectAsync(
            HttpStatusCode.Created, "PUT", "tools/traced", new { kind = "http", request = new { url = $"{tools.Url}/tool", body = "${inputs}" }, cost = new { usd = 0.25 } });
        await app.ExpectAsync(HttpStatusCode.Created, "PUT", "spells/inner", new { steps = (object[])[new { id = "only", tool = "traced", with = new { } }] });
    }

    static async Task<IReadOnlyDictionary<string, double>> ScrapeAsync(GrimoireApp app)
    {
        using HttpResponseMessage response = await app.SendAsync("GET", "ops/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        return Scrape.Of(await response.Content.ReadAsStringAsync());
    }
}
