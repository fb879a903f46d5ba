using System.Text.Json.Nodes;
using Grimoire.Functions.Tests.Tools.Support;
using Grimoire.Functions.Tools;
using Grimoire.Tools;
using Microsoft.AspNetCore.Http;

namespace Grimoire.Functions.Tests.Tools;

public sealed class HttpResponseTests
{
    [Theory]
    [Trait("Row", "KZ13")]
    [InlineData(400, false)]
    [InlineData(401, false)]
    [InlineData(404, false)]
    [InlineData(409, false)]
    [InlineData(304, false)]
    [InlineData(408, true)]
    [InlineData(425, true)]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    public async Task A_status_is_transient_or_permanent(int status, bool transient)
    {
        var result = await Call(context => Answer(context, status, status == 304 ? "" : """{"error":{"message":"it broke"}}"""));

        Assert.Equal("http.status", result.Failure!.Code);
        Assert.Equal(transient, result.Failure.Transient);
        Assert.Equal(status, result.Failure.Details!["status"]!.GetValue<int>());
    }

    [Theory]
    [Trait("Row", "KZ13")]
    [InlineData(404, true)]
    [InlineData(503, false)]
    public async Task A_definition_may_class_a_status_otherwise(int status, bool transient)
    {
        var result = await Call(context => Answer(context, status, "{}"), new ResponseMapping { Transient = [404], Permanent = [503] });

        Assert.Equal(transient, result.Failure!.Transient);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("Tue, 01 Jan 2030 12:00:30 GMT", 30)]
    [InlineData("Tue, 01 Jan 2030 11:00:00 GMT", 0)]
    public async Task Retry_after_is_honoured(string header, int seconds)
    {
        var result = await Call(
            context =>
            {
                context.Response.Headers.RetryAfter = header;
                return Answer(context, 429, "{}");
            },
            time: new ManualTime());

        Assert.Equal(TimeSpan.FromSeconds(seconds), result.Failure!.RetryAfter);
    }

    [Fact]
    [Trait("Row", "SP31")]
    public async Task A_failure_keeps_the_providers_message_and_request_id_and_its_place()
    {
        var result = await Call(context =>
        {
            context.Response.Headers["x-request-id"] = "req-7";
            return Answer(context, 400, """{"error":{"message":"no such size"}}""");
        });

        var failure = result.Failure!;
        Assert.Contains("no such size", failure.Message, StringComparison.Ordinal);
        Assert.Equal("req-7", failure.Details!["requestId"]!.GetValue<string>());
        Assert.Equal(("step", 1, "t"), (failure.Step, failure.Attempt, failure.Tool));
        Assert.False(failure.Transient);
    }

    [Fact]
    public async Task An_error_body_is_cut_and_secrets_in_it_are_taken_out()
    {
        await using var provider = await FakeProvider.StartAsync(context => Answer(context, 400, "Bad key s3cret-value in s3cret%2Bvalue " + new string('x', 5000), "text/plain"));
        using var bench = new Bench(new() { ["Tools:Secrets:KEY"] = "s3cret-value", ["Tools:Secrets:OTHER"] = "s3cret+value" });
        var request = new RequestTemplate { Url = provider.At("/") + "${secret:KEY}", Headers = Bench.Object("""{"X-Other":"${secret:OTHER}"}""") };

        var result = await bench.RunAsync(new ToolDefinition { Id = "t", Kind = "http", Request = request });

        var told = System.Text.Json.JsonSerializer.Serialize(result.Failure, DomainJson.Options) + bench.Logs.All;
        Assert.DoesNotContain("s3cret", told, StringComparison.Ordinal);
        Assert.Contains("[secret]", told, StringComparison.Ordinal);
        Assert.True(result.Failure!.Details!["body"]!.GetValue<string>().Length <= 1024);
    }

    [Fact]
    public async Task A_secret_that_is_echoed_in_a_result_is_taken_out()
    {
        await using var provider = await FakeProvider.Answering("""{"echo":["Bearer s3cret\"value"]}""");
        using var bench = new Bench(new() { ["Tools:Secrets:KEY"] = "s3cret\"value" });
        var request = new RequestTemplate { Url = provider.At("/"), Headers = Bench.Object("""{"Authorization":"Bearer ${secret:KEY}"}""") };

        var result = await bench.RunAsync(new ToolDefinition { Id = "t", Kind = "http", Request = request });

        Assert.Equal("""{"echo":["Bearer [secret]"]}""", result.Output!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"a":1}""", "application/json", """{"a":1}""")]
    [InlineData("""{"a":1}""", "application/problem+json", """{"a":1}""")]
    [InlineData("""{"a":1}""", "text/plain", """{"a":1}""")]
    [InlineData("hello", "text/plain", """{"text":"hello"}""")]
    public async Task A_body_is_json_or_text(string body, string type, string output)
    {
        var result = await Call(context => Answer(context, 200, body, type));

        Assert.Equal(output, result.Output!.ToJsonString());
    }

    [Fact]
    public async Task Anything_else_is_stored_as_it_comes()
    {
        var artifacts = new MemoryArtifacts();

        var result = await Call(context => Answer(context, 200, "PNG", "image/png"), artifacts: artifacts);

        Assert.Equal("step.png", result.Output!["artifact"]!["artifact"]!.GetValue<string>());
        Assert.Equal("PNG", artifacts.Text("step.png"));
    }

    [Fact]
    public async Task The_output_is_what_the_mapping_comes_to()
    {
        var result = await Call(
            context =>
            {
                context.Response.Headers["X-Cost"] = "0.0125";
                return Answer(context, 201, """{"data":{"id":"j1"}}""");
            },
            new ResponseMapping { Output = Bench.Json("""{"id":"${response.body.data.id}","status":"${response.status}","of":"${inputs.x}"}"""), CostUsd = JsonValue.Create("${response.headers['x-cost']}") },
            inputs: """{"x":5}""");

        Assert.Equal("""{"id":"j1","status":201,"of":5}""", result.Output!.ToJsonString());
        Assert.Equal(0.0125m, result.CostUsd);
    }

    [Theory]
    [InlineData("""{"id":1}""", "response.mapping")]
    [InlineData("""{"data":""", "http.notJson")]
    [InlineData("""{"a":1,"a":2}""", "http.notJson")]
    public async Task A_body_that_does_not_fit_is_a_failure_with_its_cost(string body, string code)
    {
        var result = await Call(context => Answer(context, 200, body), new ResponseMapping { Output = JsonValue.Create("${response.body.data.id}") });

        Assert.Equal(code, result.Failure!.Code);
        Assert.False(result.Failure.Transient);
        Assert.Null(result.Output);
        Assert.Equal(0.5m, result.CostUsd);
    }

    [Fact]
    [Trait("Row", "SP11")]
    public async Task A_body_that_does_not_come_to_its_end_is_paid_for()
    {
        var time = new ManualTime();

        var result = await Call(
            async context =>
            {
                context.Response.ContentType = "image/png";
                await context.Response.WriteAsync("...");
                await context.Response.Body.FlushAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
            },
            artifacts: new MemoryArtifacts { Begins = () => time.Advance(TimeSpan.FromHours(1)) },
            time: time);

        Assert.Equal(("tool.timeout", 0.5m), (result.Failure!.Code, result.CostUsd));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_beyond_the_limit_is_refused(bool announced)
    {
        var result = await Call(
            async context =>
            {
                context.Response.ContentType = "application/json";
                context.Response.ContentLength = announced ? 5000 : null;
                await context.Response.WriteAsync($"\"{new string('x', 4998)}\"");
            },
            settings: new() { ["Tools:MaxResponseBytes"] = "2000" });

        Assert.Equal("http.tooLarge", result.Failure!.Code);
    }

    [Fact]
    public async Task A_broken_connection_is_transient()
    {
        var result = await Call(async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("{");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });

        Assert.Equal("http.connection", result.Failure!.Code);
        Assert.True(result.Failure.Transient);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_transient()
    {
        using var bench = new Bench();

        var result = await bench.RunAsync(new ToolDefinition { Id = "t", Kind = "http", Request = new RequestTemplate { Url = "http://127.0.0.1:1/" } });

        Assert.Equal("http.connection", result.Failure!.Code);
        Assert.True(result.Failure.Transient);
    }

    static Task Answer(HttpContext context, int status, string body, string type = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return status == 304 ? Task.CompletedTask : context.Response.WriteAsync(body);
    }

    static async Task<ToolResult> Call(RequestDelegate answer, ResponseMapping? mapping = null, string inputs = "{}", MemoryArtifacts? artifacts = null, TimeProvider? time = null, Dictionary<string, string?>? settings = null)
    {
        await using var provider = await FakeProvider.StartAsync(answer);
        using var bench = new Bench(settings, time) { Artifacts = artifacts ?? new() };
        return await bench.RunAsync(new ToolDefinition { Id = "t", Kind = "http", Request = new RequestTemplate { Url = provider.At("/") }, Response = mapping, Cost = new ToolCost(Usd: 0.5m) }, Bench.Object(inputs));
    }
}
