using System.Net;
using System.Text.Json;

namespace Embedded.Functions.Tests.Host;

/// <summary>What becomes of what functions return.</summary>
[Collection(ProbeApps.Name)]
public sealed class ResultTests(ProbeApp probe)
{
    [Theory]
    [InlineData("response", 201, "text/x-probe", "made")]
    [InlineData("poco", 200, "application/json; charset=utf-8", """{"item":"pen","count":2}""")]
    [InlineData("text", 200, "text/plain; charset=utf-8", "grüße")]
    [InlineData("void", 200, null, "")]
    [InlineData("null", 200, null, "")]
    [InlineData("task", 200, null, "")]
    [InlineData("task-of", 200, "application/json; charset=utf-8", """{"item":"ink","count":3}""")]
    [InlineData("value-task", 200, null, "")]
    [InlineData("value-task-of", 200, "text/plain; charset=utf-8", "later")]
    [InlineData("marked", 201, "text/x-probe", "marked")]
    [InlineData("unmarked", 201, "text/x-probe", "unmarked")]
    public async Task A_result_becomes_the_response(string result, int status, string? contentType, string body)
    {
        using HttpResponseMessage response = await probe.Http.GetAsync($"api/result/{result}");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(contentType, response.Content.Headers.ContentType?.ToString());
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Bytes_are_sent_as_they_are() =>
        Assert.Equal([0, 255, 1], await probe.Http.GetByteArrayAsync("api/result/bytes"));

    [Fact]
    public async Task Writing_JSON_leaves_the_status() =>
        Assert.Equal("cup", (await probe.JsonAsync("api/json-status", HttpStatusCode.Conflict)).GetProperty("item").GetString());

    [Theory]
    [InlineData(204, "")]
    [InlineData(205, "")]
    [InlineData(304, "")]
    [InlineData(299, "a body")]
    [InlineData(999, "a body")]
    public async Task A_body_goes_only_with_a_status_that_may_have_one(int status, string body)
    {
        using HttpResponseMessage response = await probe.Http.GetAsync($"api/status/{status}");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(1000)]
    public async Task A_status_that_is_none_of_a_response_is_answered_500(int status)
    {
        await probe.TextAsync($"api/status/{status}", HttpStatusCode.InternalServerError);

        await probe.Process.WaitForOutputAsync(line => line.Contains($"The status {status} is none", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_exception_is_told_to_the_log_and_not_to_the_caller()
    {
        JsonElement problem = await probe.JsonAsync("api/throws", HttpStatusCode.InternalServerError);

        Assert.DoesNotContain("secret", problem.ToString());
        Assert.DoesNotContain("   at ", problem.ToString());
        string id = problem.GetProperty("invocationId").GetString()!;
        await probe.Process.WaitForOutputAsync(line => line.Contains("'Functions.Throws' (Failed", StringComparison.Ordinal) && line.Contains(id, StringComparison.Ordinal));
        await probe.Process.WaitForOutputAsync(line => line.Contains("InvalidOperationException: secret of the insides", StringComparison.Ordinal));
        await probe.Process.WaitForOutputAsync(line => line.Contains("at Probe.Results.Throws(", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_function_that_returns_no_task_where_it_says_so_fails() =>
        await probe.TextAsync("api/null-task", HttpStatusCode.InternalServerError);

    [Theory]
    [InlineData("plain")]
    [InlineData("marked")]
    public async Task Middleware_can_make_a_response_of_an_exception(string function)
    {
        JsonElement caught = await probe.JsonAsync($"api/caught/{function}", HttpStatusCode.UnprocessableEntity);

        Assert.Equal($"{function} trouble", caught.GetProperty("caught").GetString());
    }

    [Fact]
    public async Task Middleware_can_answer_instead_of_the_function()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/throws");
        request.Headers.Add("X-Short-Cut", "yes");
        using HttpResponseMessage response = await probe.Http.SendAsync(request);

        Assert.Equal(418, (int)response.StatusCode);
        Assert.Equal("short cut", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Middleware_can_add_to_the_response_of_the_function()
    {
        using HttpResponseMessage response = await probe.Http.GetAsync("api/result/response");

        Assert.True(Guid.TryParse(response.Headers.GetValues("X-Invocation-Id").Single(), out _));
    }
}
