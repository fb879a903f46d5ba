using System.Text.Json.Nodes;
using Grimoire.Functions.Tests.Tools.Support;
using Grimoire.Functions.Tools;
using Grimoire.Tools;
using Microsoft.AspNetCore.Http;

namespace Grimoire.Functions.Tests.Tools;

public sealed class ModelRunnersTests
{
    [Fact]
    [Trait("Row", "NX05")]
    [Trait("Row", "NX16")]
    public async Task A_model_answers_and_its_tokens_are_counted_in_dollars()
    {
        var (result, requests) = await Ask("llm", """{"prompt":"Hello","system":"Be short","temperature":0.5,"maxOutputTokens":50}""", Says("Hi there"));

        Assert.Null(result.Failure);
        Assert.Equal("""{"text":"Hi there","model":"small","finishReason":"stop"}""", result.Output!.ToJsonString());
        var usage = Assert.Single(result.Usage);
        Assert.Equal(("small", 10, 5, "req-1"), (usage.Model, usage.InputTokens, usage.OutputTokens, usage.RequestId));
        Assert.Equal(((10 * 1.5m) + (5 * 6m)) / 1_000_000m, result.CostUsd);
        Assert.Equal(result.CostUsd, usage.CostUsd);
        var seen = Assert.Single(requests);
        Assert.Equal("/v1/chat/completions", seen.Path);
        Assert.Equal("Bearer s3cret-key", seen.Headers["Authorization"]);
        Assert.StartsWith("acme-1.step.1", seen.Headers["Idempotency-Key"], StringComparison.Ordinal);
        var body = Bench.Json(seen.Body);
        Assert.Equal(["system", "user"], body["messages"]!.AsArray().Select(message => message!["role"]!.GetValue<string>()));
        Assert.Null(body["stream"]);
    }

    [Theory]
    [InlineData(404, """{"error":{"code":"model_not_found","message":"no such model"}}""")]
    [InlineData(429, """{"error":{"message":"slow down"}}""")]
    [InlineData(503, "busy")]
    public async Task The_next_model_is_asked_where_one_is_away(int status, string body)
    {
        var (result, requests) = await Ask("llm", """{"prompt":"x"}""", Fails(status, body), Says("Hi", "large"));

        Assert.Null(result.Failure);
        Assert.Equal("large", result.Output!["model"]!.GetValue<string>());
        Assert.Contains(result.Warnings, warning => warning.Contains("'small'", StringComparison.Ordinal) && warning.Contains("'large'", StringComparison.Ordinal));
        Assert.Equal(["small", "large"], requests.Select(request => Bench.Json(request.Body)["model"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_model_that_hangs_leaves_time_for_the_next()
    {
        var time = new ManualTime();
        var asked = new TaskCompletionSource();
        await using var provider = await Provider(
            async context =>
            {
                asked.SetResult();
                await new TaskCompletionSource().Task.WaitAsync(context.RequestAborted);
            },
            Says("Hi", "large"));
        using var bench = new Bench(Settings, time);

        var running = bench.RunAsync(Tool("llm", provider) with { Timeout = TimeSpan.FromSeconds(60) }, Bench.Object("""{"prompt":"x"}"""));
        await asked.Task;
        time.Advance(TimeSpan.FromSeconds(30));

        var result = await running;
        Assert.Null(result.Failure);
        Assert.Equal("large", result.Output!["model"]!.GetValue<string>());
    }

    [Fact]
    [Trait("Row", "KZ13")]
    public async Task A_request_that_is_wrong_is_wrong_for_every_model()
    {
        var (result, requests) = await Ask("llm", """{"prompt":"x"}""", Fails(401, """{"error":{"message":"bad key s3cret-key"}}"""));

        Assert.Equal(("http.status", false), (result.Failure!.Code, result.Failure.Transient));
        Assert.Contains("bad key [secret]", result.Failure.Message, StringComparison.Ordinal);
        Assert.Single(requests);
    }

    [Fact]
    public async Task When_all_models_are_away_the_failure_is_transient_and_says_when_to_come_back()
    {
        var (result, _) = await Ask(
            "llm",
            """{"prompt":"x"}""",
            context =>
            {
                context.Response.Headers.RetryAfter = "9";
                return Fails(429, "{}")(context);
            },
            Fails(404, """{"error":{"code":"model_not_found"}}"""));

        Assert.True(result.Failure!.Transient);
        Assert.Equal(TimeSpan.FromSeconds(9), result.Failure.RetryAfter);
    }

    [Fact]
    [Trait("Row", "NX05")]
    public async Task An_answer_that_is_no_json_is_repaired_once_and_both_answers_are_paid_for()
    {
        var (result, requests) = await Ask("llm", """{"prompt":"x","schema":{"type":"object","required":["a"]}}""", Says("not json"), Says("```json\n{\"a\":1}\n```"));

        Assert.Null(result.Failure);
        Assert.Equal("""{"a":1}""", result.Output!["json"]!.ToJsonString());
        Assert.Equal(2, result.Usage.Count);
        Assert.Equal(result.Usage.Sum(usage => usage.CostUsd), result.CostUsd);
        var last = Bench.Json(requests[1].Body)["messages"]!.AsArray();
        Assert.Equal(["system", "user", "assistant", "user"], last.Select(message => message!["role"]!.GetValue<string>()));
        Assert.Contains("not json", last[2]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "SP11")]
    public async Task A_repair_that_never_comes_does_not_make_the_first_answer_free()
    {
        var time = new ManualTime();
        await using var provider = await Provider(Says("not json"), context =>
        {
            time.Advance(TimeSpan.FromHours(1));
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        using var bench = new Bench(Settings, time);
        var tool = Tool("llm", provider);

        var result = await bench.RunAsync(tool with { Llm = tool.Llm! with { Models = ["small"] } }, Bench.Object("""{"prompt":"x","json":true}"""));

        Assert.NotNull(result.Failure);
        Assert.True(Assert.Single(result.Usage).CostUsd > 0);
        Assert.Equal(result.Usage[0].CostUsd, result.CostUsd);
    }

    [Fact]
    public async Task Twice_the_wrong_json_is_a_failure_with_its_errors_and_its_cost()
    {
        var (result, _) = await Ask("llm", """{"prompt":"x","schema":{"type":"object","required":["a"]}}""", Says("{}"), Says("""{"b":1}"""));

        Assert.Equal("llm.invalidJson", result.Failure!.Code);
        Assert.NotEmpty(result.Failure.Details!["errors"]!.AsArray());
        Assert.Equal(2, result.Usage.Count);
        Assert.True(result.CostUsd > 0);
    }

    [Theory]
    [InlineData("", "stop", "llm.empty", true)]
    [InlineData("", "length", "llm.cutOff", false)]
    [InlineData("x", "content_filter", "llm.contentFilter", false)]
    public async Task An_answer_that_is_none_has_its_own_code(string text, string reason, string code, bool transient)
    {
        var (result, _) = await Ask("llm", """{"prompt":"x"}""", Says(text, reason: reason));

        Assert.Equal((code, transient), (result.Failure!.Code, result.Failure.Transient));
        Assert.Single(result.Usage);
    }

    [Fact]
    public async Task A_text_that_is_cut_off_is_warned_of_and_json_that_is_cut_off_fails()
    {
        var (text, _) = await Ask("llm", """{"prompt":"x"}""", Says("Once upon", reason: "length"));
        var (json, _) = await Ask("llm", """{"prompt":"x","json":true}""", Says("""{"a":""", reason: "length"));

        Assert.Contains(text.Warnings, warning => warning.Contains("ends in the middle", StringComparison.Ordinal));
        Assert.Equal("llm.cutOff", json.Failure!.Code);
    }

    [Fact]
    public async Task A_model_without_a_price_is_counted_as_0_and_said_so()
    {
        var (result, _) = await Ask("llm", """{"prompt":"x","model":"unpriced"}""", Says("Hi", "unpriced"));

        Assert.Null(Assert.Single(result.Usage).CostUsd);
        Assert.Equal(0, result.CostUsd);
        Assert.Contains(result.Warnings, warning => warning.Contains("'unpriced'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<html>hello</html>")]
    [InlineData("{}")]
    [InlineData("""{"choices":[]}""")]
    public async Task What_is_no_chat_completion_is_a_named_failure(string body)
    {
        var (result, _) = await Ask("llm", """{"prompt":"x"}""", Fails(200, body));

        Assert.Equal("http.notJson", result.Failure!.Code);
    }

    [Fact]
    public async Task An_answer_beyond_the_limit_is_refused()
    {
        var (result, _) = await Ask("llm", """{"prompt":"x"}""", Says(new string('x', 3000)));

        Assert.Equal("http.tooLarge", result.Failure!.Code);
    }

    [Fact]
    [Trait("Row", "NX02")]
    [Trait("Row", "NX16")]
    public async Task Files_that_a_model_writes_become_artifacts()
    {
        var artifacts = new MemoryArtifacts();

        var (result, requests) = await Ask("codegen", """{"prompt":"Write a README","topic":"Docs","audience":"beginners"}""", artifacts, Says("""{"files":[{"path":"./docs/README.md","content":"# Hello"}],"summary":"A README."}"""));

        Assert.Null(result.Failure);
        Assert.Equal("# Hello", artifacts.Text("docs/README.md"));
        Assert.Equal("text/markdown", Assert.Single(artifacts.Stored).ContentType);
        Assert.Equal("docs/README.md", result.Output!["files"]![0]!["artifact"]!.GetValue<string>());
        Assert.Equal("A README.", result.Output["summary"]!.GetValue<string>());
        var said = Bench.Json(Assert.Single(requests).Body)["messages"]![1]!["content"]!.ToString();
        Assert.Equal("Write a README\n\nTopic: Docs\n\naudience: beginners", said);
    }

    [Fact]
    [Trait("Row", "NX02")]
    public async Task No_file_after_a_second_chance_is_a_failure()
    {
        var (result, requests) = await Ask("codegen", """{"prompt":"x"}""", Says("""{"files":[]}"""), Says("""{"files":[]}"""));

        Assert.Equal("codegen.noFiles", result.Failure!.Code);
        Assert.Equal(2, requests.Count);
        Assert.Equal(2, result.Usage.Count);
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("C:\\\\x")]
    [InlineData("a//b")]
    [InlineData("")]
    public async Task A_path_that_leads_elsewhere_is_never_stored(string path)
    {
        var artifacts = new MemoryArtifacts();
        var answer = Says($$"""{"files":[{"path":"{{path}}","content":"x"}]}""");

        var (result, _) = await Ask("codegen", """{"prompt":"x"}""", artifacts, answer, answer);

        Assert.Equal("llm.invalidJson", result.Failure!.Code);
        Assert.Empty(artifacts.Stored);
    }

    static Dictionary<string, string?> Settings => new() { ["Tools:Secrets:KEY"] = "s3cret-key", ["Tools:MaxResponseBytes"] = "2500" };

    static Task<(ToolResult Result, List<SeenRequest> Requests)> Ask(string kind, string input, params RequestDelegate[] answers) => Ask(kind, input, new MemoryArtifacts(), answers);

    static async Task<(ToolResult Result, List<SeenRequest> Requests)> Ask(string kind, string input, MemoryArtifacts artifacts, params RequestDelegate[] answers)
    {
        await using var provider = await Provider(answers);
        using var bench = new Bench(Settings) { Artifacts = artifacts };
        var result = await bench.RunAsync(Tool(kind, provider), Bench.Object(input));
        return (result, [.. provider.Requests]);
    }

    static Task<FakeProvider> Provider(params RequestDelegate[] answers)
    {
        var next = -1;
        return FakeProvider.StartAsync(context => answers[Interlocked.Increment(ref next)](context));
    }

    static ToolDefinition Tool(string kind, FakeProvider provider) => new()
    {
        Id = kind,
        Kind = kind,
        Llm = new LlmSettings
        {
            Endpoint = provider.At("/v1"),
            ApiKey = "${secret:KEY}",
            Models = ["small", "large"],
            Prices = new Dictionary<string, ModelPrice> { ["small"] = new(1.5m, 6m), ["large"] = new(3m, 12m) },
        },
    };

    static RequestDelegate Says(string text, string model = "small", string reason = "stop") => context =>
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers["x-request-id"] = "req-1";
        return context.Response.WriteAsync(new JsonObject
        {
            ["id"] = "c1",
            ["object"] = "chat.completion",
            ["created"] = 1,
            ["model"] = model,
            ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = text }, ["finish_reason"] = reason }),
            ["usage"] = new JsonObject { ["prompt_tokens"] = 10, ["completion_tokens"] = 5, ["total_tokens"] = 15 },
        }.ToJsonString());
    };

    static RequestDelegate Fails(int status, string body) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body);
    };
}
