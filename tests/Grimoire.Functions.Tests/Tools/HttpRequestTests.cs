using System.Diagnostics;
using System.Text.Json.Nodes;
using Grimoire.Functions.Tests.Tools.Support;
using Grimoire.Functions.Tools;
using Grimoire.Tools;

namespace Grimoire.Functions.Tests.Tools;

public sealed class HttpRequestTests
{
    static readonly Dictionary<string, string?> Settings = new() { ["Tools:Secrets:KEY"] = "s3cret-value", ["Tools:Config:BASE"] = "v1" };

    [Fact]
    public async Task The_request_is_what_the_template_comes_to()
    {
        var (result, seen) = await Send(
            new RequestTemplate
            {
                Method = "put",
                Url = "/${config:BASE}/items/${inputs.id}",
                Query = Bench.Object("""{"q":"${inputs.q}","none":"${inputs.none}","many":[1,2]}"""),
                Headers = Bench.Object("""{"Authorization":"Bearer ${secret:KEY}","X-Cast":"${cast.id}/${cast.account}/${attempt.number}"}"""),
                Body = Bench.Json("""{"text":"${inputs.q}","n":"${inputs.n}","key":"${attempt.idempotencyKey}"}"""),
            },
            """{"id":"a/b?c","q":"x y&z","none":null,"n":2}""");

        Assert.Null(result.Failure);
        Assert.Equal("PUT", seen!.Method);
        Assert.Equal("/v1/items/a%2Fb%3Fc?q=x%20y%26z&many=1&many=2", seen.RawTarget);
        Assert.Equal("Bearer s3cret-value", seen.Headers["Authorization"]);
        Assert.Equal("acme-1/acme/1", seen.Headers["X-Cast"]);
        Assert.Equal("acme-1.step.1", seen.Headers["Idempotency-Key"]);
        Assert.Equal("application/json", seen.Headers["Content-Type"]);
        Assert.Equal("""{"text":"x y&z","n":2,"key":"acme-1.step.1"}""", seen.Body);
    }

    [Fact]
    public async Task The_definition_may_set_its_own_idempotency_key()
    {
        var (_, seen) = await Send(new RequestTemplate { Url = "/", Headers = Bench.Object("""{"idempotency-key":"mine"}""") });

        Assert.Equal("mine", seen!.Headers["Idempotency-Key"]);
    }

    [Fact]
    public async Task The_trace_is_passed_on()
    {
        using var activity = new Activity("cast").SetIdFormat(ActivityIdFormat.W3C).Start();

        var (_, seen) = await Send(new RequestTemplate { Url = "/" });

        Assert.Contains(activity.TraceId.ToHexString(), seen!.Headers["traceparent"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_is_sent_as_it_is_under_a_content_type_of_its_own()
    {
        var (_, seen) = await Send(new RequestTemplate { Url = "/", Body = JsonValue.Create("a=${inputs.a}"), Headers = Bench.Object("""{"Content-Type":"application/x-www-form-urlencoded"}""") }, """{"a":1}""");

        Assert.Equal("a=1", seen!.Body);
        Assert.Equal("application/x-www-form-urlencoded", seen.Headers["Content-Type"]);
    }

    [Fact]
    public async Task Multipart_fields_and_a_stored_artifact_are_sent()
    {
        var artifacts = new MemoryArtifacts();
        var stored = await artifacts.StoreAsync("in.png", "image/png", new MemoryStream("PNGDATA"u8.ToArray()), default);

        var (result, seen) = await Send(
            new RequestTemplate { Url = "/", Multipart = Bench.Object("""{"prompt":"${inputs.p}","image":{"artifact":"${inputs.image}","fileName":"x\".png"}}""") },
            new JsonObject { ["p"] = "a cat", ["image"] = ArtifactReference.Of(stored) }.ToJsonString(),
            artifacts);

        Assert.Null(result.Failure);
        Assert.StartsWith("multipart/form-data; boundary=", seen!.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Contains("a cat", seen.Body, StringComparison.Ordinal);
        Assert.Contains("PNGDATA", seen.Body, StringComparison.Ordinal);
        Assert.Contains("Content-Type: image/png", seen.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("x\".png", seen.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    public async Task A_value_cannot_lead_out_of_the_path(string id)
    {
        var (result, seen) = await Send(new RequestTemplate { Url = "/items/${inputs.id}/x" }, new JsonObject { ["id"] = id }.ToJsonString());

        Assert.Equal("request.invalid", result.Failure!.Code);
        Assert.Null(seen);
    }

    [Theory]
    [InlineData("a\r\nX-Evil: 1")]
    [InlineData("a\nb")]
    [InlineData("é")]
    public async Task A_header_value_with_a_line_break_is_refused_and_not_told(string value)
    {
        var (result, seen) = await Send(new RequestTemplate { Url = "/", Headers = Bench.Object("""{"X-A":"${inputs.a}"}""") }, new JsonObject { ["a"] = value }.ToJsonString());

        Assert.Equal("request.invalid", result.Failure!.Code);
        Assert.Contains("'X-A'", result.Failure.Message, StringComparison.Ordinal);
        Assert.Null(seen);
    }

    [Theory]
    [InlineData("${secret:NOPE}", "tool.secretMissing", "Tools:Secrets:NOPE")]
    [InlineData("${config:NOPE}", "tool.configMissing", "Tools:Config:NOPE")]
    public async Task A_missing_secret_is_named_before_anything_is_sent(string value, string code, string setting)
    {
        var (result, seen) = await Send(new RequestTemplate { Url = "/", Headers = new JsonObject { ["X-A"] = value } });

        Assert.Equal(code, result.Failure!.Code);
        Assert.False(result.Failure.Transient);
        Assert.Contains(setting, result.Failure.Message, StringComparison.Ordinal);
        Assert.Null(seen);
    }

    [Fact]
    [Trait("Row", "KZ21")]
    public async Task A_tool_that_an_account_has_written_gets_the_secrets_of_the_account_and_no_others()
    {
        await using var provider = await FakeProvider.Answering("""{"ok":true}""");
        using var bench = new Bench(new Dictionary<string, string?>(Settings)
        {
            ["Tools:Secrets:SHARED"] = "of-the-operators", ["Tools:Accounts:acme:Secrets:SHARED"] = "of-acme", ["Tools:Accounts:other:Secrets:SHARED"] = "of-other",
        });
        var tool = new ToolDefinition { Id = "t", Kind = "http", Request = new RequestTemplate { Url = provider.Url.ToString(), Headers = Bench.Object("""{"X-A":"${secret:SHARED}"}""") } };

        var results = new[] { await bench.RunAsync(tool), await bench.RunAsync(tool with { WrittenBy = "acme" }), await bench.RunAsync(tool with { WrittenBy = "poor" }) };

        Assert.Equal(["of-the-operators", "of-acme"], provider.Requests.Select(request => request.Headers["X-A"]));
        Assert.Equal("tool.secretMissing", results[2].Failure!.Code);
        Assert.Contains("Tools:Accounts:poor:Secrets:SHARED", results[2].Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_input_is_named()
    {
        var (result, _) = await Send(new RequestTemplate { Url = "/", Body = Bench.Json("""{"a":"${inputs.missing}"}""") });

        Assert.Equal("request.invalid", result.Failure!.Code);
        Assert.Contains("missing", result.Failure.Message, StringComparison.Ordinal);
        Assert.Equal("/request/body/a", result.Failure.Details!["pointer"]!.GetValue<string>());
    }

    [Fact]
    public async Task Inputs_are_never_taken_for_templates()
    {
        var (_, seen) = await Send(new RequestTemplate { Url = "/", Body = Bench.Json("""{"a":"${inputs.a}"}""") }, """{"a":"${secret:KEY}"}""");

        Assert.Equal("""{"a":"${secret:KEY}"}""", seen!.Body);
    }

    static async Task<(ToolResult Result, SeenRequest? Seen)> Send(RequestTemplate request, string inputs = "{}", MemoryArtifacts? artifacts = null)
    {
        await using var provider = await FakeProvider.Answering("""{"ok":true}""");
        using var bench = new Bench(Settings) { Artifacts = artifacts ?? new() };
        var tool = new ToolDefinition { Id = "t", Kind = "http", Request = request with { Url = provider.Url.GetLeftPart(UriPartial.Authority) + request.Url } };
        var result = await bench.RunAsync(tool, Bench.Object(inputs));
        return (result, provider.Requests.SingleOrDefault());
    }
}
