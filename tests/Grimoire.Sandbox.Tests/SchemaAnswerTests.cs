using System.Net;
using System.Text.Json;
using Grimoire.Sandbox.Tests.Support;

namespace Grimoire.Sandbox.Tests;

/// <summary>Answers to a json_schema: each value is where its schema wants it.</summary>
public sealed class SchemaAnswerTests(SandboxFixture fixture) : SandboxTests(fixture)
{
    [Fact]
    public async Task Every_required_and_optional_member_is_there_and_of_its_type()
    {
        JsonElement answer = await AnswerAsync("""
            {"type":"object","required":["title","tags","bare"],"additionalProperties":false,"properties":{
              "title":{"type":"string"},"tags":{"type":"array","minItems":3,"items":{"type":"string"}},"count":{"type":"integer"},"done":{"type":"boolean"},
              "size":{"type":["string","null"],"enum":["small","large"]},"kind":{"const":"cover"},"bare":{},"nothing":{"type":"null"},
              "one":{"anyOf":[{"type":"null"},{"type":"number"}]},"inner":{"properties":{"id":{"type":"string","format":"uuid"}}}}}
            """);

        Assert.Equal("Lighthouses", answer.GetProperty("title").GetString());
        Assert.Equal(3, answer.GetProperty("tags").GetArrayLength());
        Assert.True(answer.GetProperty("count").TryGetInt32(out _));
        Assert.True(answer.GetProperty("done").ValueKind is JsonValueKind.True or JsonValueKind.False);
        Assert.Contains(answer.GetProperty("size").GetString(), new[] { "small", "large" });
        Assert.Equal("cover", answer.GetProperty("kind").GetString());
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("nothing").ValueKind);
        Assert.Equal(JsonValueKind.Number, answer.GetProperty("one").ValueKind);
        Assert.True(answer.GetProperty("inner").GetProperty("id").TryGetGuid(out _));
    }

    [Theory]
    [InlineData("""{"type":"integer","minimum":17,"maximum":17}""", 17, 17)]
    [InlineData("""{"type":"integer","exclusiveMinimum":4,"exclusiveMaximum":6}""", 5, 5)]
    [InlineData("""{"type":"integer","minimum":1000000000000}""", 1e12, 2e12)]
    [InlineData("""{"type":"integer","maximum":-5}""", -1e6, -5)]
    [InlineData("""{"type":"integer","multipleOf":7,"minimum":8,"maximum":20}""", 14, 14)]
    [InlineData("""{"type":"number","minimum":0.1,"maximum":0.2}""", 0.1, 0.2)]
    [InlineData("""{"type":"number","minimum":0,"maximum":1}""", 0, 1)]
    public async Task A_number_lies_within_its_limits(string schema, double least, double most)
    {
        JsonElement answer = await AnswerAsync(schema);

        Assert.InRange(answer.GetDouble(), least, most);
    }

    [Theory]
    [InlineData("""{"type":"string","minLength":200}""", 200, int.MaxValue)]
    [InlineData("""{"type":"string","maxLength":3}""", 0, 3)]
    [InlineData("""{"type":"string","minLength":5,"maxLength":5}""", 5, 5)]
    public async Task A_string_has_a_length_within_its_limits(string schema, int least, int most)
    {
        JsonElement answer = await AnswerAsync(schema);

        Assert.InRange(answer.GetString()!.Length, least, most);
    }

    [Theory]
    [InlineData("""{"type":"array","items":{"type":"integer"},"minItems":5,"maxItems":6}""", 5)]
    [InlineData("""{"type":"array","items":{"type":"integer"},"maxItems":1}""", 1)]
    [InlineData("""{"type":"array","items":{"type":"integer"},"maxItems":0}""", 0)]
    public async Task An_array_has_as_many_items_as_it_may(string schema, int items)
    {
        JsonElement answer = await AnswerAsync(schema);

        Assert.Equal(items, answer.GetArrayLength());
    }

    [Fact]
    public async Task A_schema_that_refers_to_itself_is_followed_as_far_as_it_must_be()
    {
        JsonElement answer = await AnswerAsync("""{"type":"object","required":["name"],"properties":{"name":{"type":"string"},"child":{"$ref":"#"}}}""");

        Assert.Equal("Lighthouses", answer.GetProperty("child").GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("""{"type":"object","required":["child"],"properties":{"child":{"$ref":"#"}}}""", "nests")]
    [InlineData("""{"$ref":"#/$defs/none"}""", "leads nowhere")]
    [InlineData("""{"$ref":"#"}""", "leads nowhere")]
    [InlineData("""{"type":"string","pattern":"^a+$"}""", "pattern")]
    [InlineData("""{"type":"integer","minimum":3,"maximum":2}""", "limits")]
    [InlineData("""{"type":"array","minItems":3,"maxItems":2}""", "items")]
    [InlineData("""{"type":"text"}""", "text")]
    public async Task A_schema_that_cannot_be_satisfied_is_refused_with_the_reason(string schema, string reason)
    {
        JsonElement answer = await AskAsync(schema, HttpStatusCode.BadRequest);

        Assert.Equal("invalid_json_schema", answer.GetProperty("error").GetProperty("code").GetString());
        Assert.Contains(reason, answer.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    async Task<JsonElement> AnswerAsync(string schema)
    {
        JsonElement answer = await AskAsync(schema, HttpStatusCode.OK);
        return JsonDocument.Parse(answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!).RootElement;
    }

    Task<JsonElement> AskAsync(string schema, HttpStatusCode status) => PostAsync(
        "v1/chat/completions",
        $$$"""{"model":"m","messages":[{"role":"user","content":"Lighthouses"}],"response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{{{schema}}} } } }""",
        status);
}
