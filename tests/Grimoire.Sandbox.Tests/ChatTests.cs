using System.Net;
using System.Text.Json;
using Grimoire.Sandbox.Tests.Support;

namespace Grimoire.Sandbox.Tests;

public sealed class ChatTests(SandboxFixture fixture) : SandboxTests(fixture)
{
    const string Path = "v1/chat/completions";

    [Fact]
    public async Task The_same_request_has_the_same_answer_to_the_letter()
    {
        const string Request = """{"model":"sandbox-small","messages":[{"role":"user","content":"A cover for Blue Train"}],"temperature":0.7}""";
        using HttpResponseMessage first = await Http.PostAsync(Path, Body(Request));
        using HttpResponseMessage second = await Http.PostAsync(Path, Body(Request));

        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.NotEqual(first.Headers.GetValues("x-request-id").Single(), second.Headers.GetValues("x-request-id").Single());
    }

    [Fact]
    public async Task A_text_answer_mentions_what_was_asked_about_and_counts_its_tokens()
    {
        JsonElement answer = await PostAsync(Path, """
            {"model":"m","messages":[{"role":"system","content":"Be brief."},
             {"role":"user","content":[{"type":"text","text":"Describe lighthouses near Reykjavik"},{"type":"image_url","image_url":{"url":"data:,"}}]}]}
            """);

        string text = Content(answer);
        Assert.Contains("lighthouses", text, StringComparison.Ordinal);
        Assert.Contains("Reykjavik", text, StringComparison.Ordinal);
        JsonElement usage = answer.GetProperty("usage");
        Assert.Equal((text.Length + 3) / 4, usage.GetProperty("completion_tokens").GetInt32());
        Assert.Equal(usage.GetProperty("total_tokens").GetInt32(), usage.GetProperty("prompt_tokens").GetInt32() + usage.GetProperty("completion_tokens").GetInt32());
        Assert.Equal("stop", answer.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
    }

    [Theory]
    [InlineData("max_tokens")]
    [InlineData("max_completion_tokens")]
    public async Task An_answer_ends_where_its_tokens_do(string limit)
    {
        JsonElement answer = await PostAsync(Path, $$"""{"model":"m","{{limit}}":5,"messages":[{"role":"user","content":"Lighthouses"}]}""");

        Assert.Equal(20, Content(answer).Length);
        Assert.Equal("length", answer.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal(5, answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task Asked_for_a_json_object_it_answers_one()
    {
        JsonElement answer = await PostAsync(Path, """{"model":"m","messages":[{"role":"user","content":"Lighthouses"}],"response_format":{"type":"json_object"}}""");

        Assert.Contains("Lighthouses", JsonDocument.Parse(Content(answer)).RootElement.GetProperty("answer").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Write a simple Hello World README.md file", "README.md", "Hello")]
    [InlineData("Please create src/site/index.html about lighthouses, see https://example.com/other.html", "src/site/index.html", "lighthouses")]
    [InlineData("Write ../../outside.md", "../../outside.md", "outside")]
    [InlineData("Something about lighthouses", "something-lighthouses.md", "lighthouses")]
    public async Task Asked_for_files_it_writes_the_one_that_the_prompt_names(string prompt, string path, string part)
    {
        JsonElement answer = await AskForFilesAsync("m", ("user", $"{prompt}\n\nTopic: Test Documentation"));

        JsonElement file = Assert.Single(JsonDocument.Parse(Content(answer)).RootElement.GetProperty("files").EnumerateArray());
        Assert.Equal(path, file.GetProperty("path").GetString()!.Replace("-test.md", ".md", StringComparison.Ordinal));
        Assert.Contains(part, file.GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Contains("Test Documentation", file.GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Equal(path.EndsWith(".md", StringComparison.Ordinal) ? "text/markdown" : "text/html", file.GetProperty("contentType").GetString());
    }

    [Fact]
    public async Task The_repairing_model_answers_broken_json_first_and_the_whole_of_it_then()
    {
        string broken = Content(await AskForFilesAsync("sandbox-repair", ("user", "Write notes.txt")));
        string repaired = Content(await AskForFilesAsync("sandbox-repair", ("user", "Write notes.txt"), ("assistant", broken), ("user", "That is no JSON. Answer again.")));

        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(broken));
        Assert.Equal("notes.txt", JsonDocument.Parse(repaired).RootElement.GetProperty("files")[0].GetProperty("path").GetString());
    }

    [Fact]
    public async Task The_garbage_model_never_answers_json()
    {
        string first = Content(await AskForFilesAsync("sandbox-garbage", ("user", "Write notes.txt")));
        string second = Content(await AskForFilesAsync("sandbox-garbage", ("user", "Write notes.txt"), ("assistant", first), ("user", "Again.")));

        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(first));
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(second));
    }

    [Fact]
    public async Task The_mismatching_model_answers_json_of_another_shape()
    {
        JsonElement answer = JsonDocument.Parse(Content(await AskForFilesAsync("sandbox-mismatch", ("user", "Write notes.txt")))).RootElement;

        Assert.False(answer.TryGetProperty("files", out _));
    }

    [Fact]
    public async Task The_overloaded_model_says_when_to_come_again()
    {
        using HttpResponseMessage response = await Http.PostAsync(Path, Body("""{"model":"sandbox-overloaded","messages":[{"role":"user","content":"x"}]}"""));

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
    }

    [Theory]
    [InlineData("""{"model":"missing-1","messages":[{"role":"user","content":"x"}]}""", 404, "model_not_found", "model")]
    [InlineData("""{"model":"m"}""", 400, "missing_required_parameter", "messages")]
    [InlineData("""{"model":"m","messages":[]}""", 400, "missing_required_parameter", "messages")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", 400, "missing_required_parameter", "model")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"stream":true}""", 400, "unsupported_value", "stream")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"temperature":3}""", 400, "invalid_value", "temperature")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"max_tokens":0}""", 400, "invalid_value", "max_tokens")]
    [InlineData("""{"model":"m","messages":[{"role":"nobody","content":"x"}]}""", 400, "invalid_value", "messages[0].role")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":5}]}""", 400, "invalid_type", "messages[0].content")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"x"}],"response_format":{"type":"xml"}}""", 400, "invalid_value", "response_format.type")]
    [InlineData("""{"model":"m",""", 400, "invalid_json", null)]
    [InlineData("""{"model":"m","model":"n"}""", 400, "invalid_json", null)]
    [InlineData("[]", 400, "invalid_json", null)]
    [InlineData("null", 400, "invalid_json", null)]
    public async Task What_cannot_be_answered_is_refused_in_the_shape_of_OpenAI(string request, int status, string code, string? param)
    {
        JsonElement error = (await PostAsync(Path, request, (HttpStatusCode)status)).GetProperty("error");

        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Equal(param, error.GetProperty("param").GetString());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_wrong_key_is_refused_and_not_repeated()
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, "v1/models", null, ("Authorization", "Bearer wrong-key-123"));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        string body = await response.Content.ReadAsStringAsync();
        Assert.Contains("invalid_api_key", body, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-key-123", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_models_are_listed()
    {
        JsonElement models = JsonDocument.Parse(await Http.GetStringAsync("v1/models")).RootElement;

        Assert.Contains("sandbox-repair", models.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()));
    }

    static string Content(JsonElement answer) => answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;

    Task<JsonElement> AskForFilesAsync(string model, params (string Role, string Content)[] messages) => PostAsync(Path, new
    {
        model,
        messages = messages.Select(message => new { role = message.Role, content = message.Content }),
        response_format = new { type = "json_schema", json_schema = new { name = "files", schema = JsonDocument.Parse(FilesSchema).RootElement } },
    });

    const string FilesSchema = """
        {"type":"object","required":["files"],"properties":{"files":{"type":"array","items":{"$ref":"#/$defs/file"}}},
         "$defs":{"file":{"type":"object","required":["path","content"],"properties":{"path":{"type":"string"},"content":{"type":"string"},"contentType":{"type":"string"}}}}}
        """;
}
