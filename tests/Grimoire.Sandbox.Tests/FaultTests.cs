using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Grimoire.Sandbox.Tests.Support;
using Grimoire.Tests.Shared;

namespace Grimoire.Sandbox.Tests;

/// <summary>The faults that are called directly: /faults/{kind}.</summary>
public sealed class FaultTests(SandboxFixture fixture) : SandboxTests(fixture)
{
    [Theory]
    [InlineData("429", 1)]
    [InlineData("429?retryAfter=7", 7)]
    [InlineData("503?retryAfter=2", 2)]
    [InlineData("500", null)]
    [InlineData("404", null)]
    public async Task A_status_is_answered_with_its_retry_after(string fault, int? seconds)
    {
        using HttpResponseMessage response = await Http.GetAsync($"faults/{fault}");

        Assert.Equal(int.Parse(fault.Split('?')[0], System.Globalization.CultureInfo.InvariantCulture), (int)response.StatusCode);
        Assert.Equal(seconds, (int?)response.Headers.RetryAfter?.Delta?.TotalSeconds);
        Assert.NotEmpty(JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task A_retry_after_can_be_a_date()
    {
        using HttpResponseMessage response = await Http.GetAsync("faults/429?retryAfter=60&retryAfterAsDate=true");

        TimeSpan wait = response.Headers.RetryAfter!.Date!.Value - response.Headers.Date!.Value;
        Assert.InRange(wait.TotalSeconds, 59, 62);
    }

    [Fact]
    public async Task Garbage_claims_to_be_json_and_is_none()
    {
        using HttpResponseMessage response = await Http.PostAsync("faults/garbage", Body("{}"));

        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        string body = await response.Content.ReadAsStringAsync();
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(body));
    }

    [Theory]
    [InlineData(11, false)]
    [InlineData(3_000_000, false)]
    [InlineData(3_000_000, true)]
    public async Task Huge_is_json_of_exactly_that_length(int bytes, bool chunked)
    {
        using HttpResponseMessage response = await Http.GetAsync($"faults/huge?bytes={bytes}&chunked={(chunked ? "true" : "false")}", HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(chunked ? null : bytes, response.Content.Headers.ContentLength);
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(bytes, body.Length);
        Assert.Equal(bytes - 11, JsonDocument.Parse(body).RootElement.GetProperty("data").GetString()!.Length);
    }

    [Fact]
    public async Task Drop_ends_the_connection_in_the_middle_of_the_answer()
    {
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(HttpMethod.Get, "faults/drop", null, ("Idempotency-Key", "dropped")));

        await Until.TrueAsync(async () => (await Sandbox.CallsAsync(key: "dropped")).Calls.Single() is { Cut: true, Status: 200 });
    }

    [Fact]
    public async Task Reset_ends_the_connection_without_an_answer() =>
        await Assert.ThrowsAsync<HttpRequestException>(() => Http.GetAsync("faults/reset"));

    [Fact]
    public async Task Empty_has_no_body()
    {
        using HttpResponseMessage response = await Http.GetAsync("faults/empty");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Redirect_leads_where_it_was_told_to()
    {
        using HttpResponseMessage response = await Http.GetAsync("faults/redirect?to=http%3A%2F%2F169.254.169.254%2Flatest");

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal("http://169.254.169.254/latest", response.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Slow_answers_after_its_time()
    {
        var watch = Stopwatch.StartNew();
        string body = await Http.GetStringAsync("faults/slow?ms=300");

        Assert.Equal("{}", body);
        Assert.InRange(watch.ElapsedMilliseconds, 290, (long)SandboxProcess.Patience.TotalMilliseconds);
    }

    [Fact]
    public async Task Hang_never_answers_and_is_entered_as_cut_when_the_caller_leaves()
    {
        using var leave = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Get, "faults/hang") { Headers = { { "Idempotency-Key", "hanging" } } };
        Task<HttpResponseMessage> hanging = Http.SendAsync(request, leave.Token);
        await Until.TrueAsync(async () => (await Sandbox.CallsAsync(key: "hanging")).Count == 1);
        Assert.False(hanging.IsCompleted);

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging);
        await Until.TrueAsync(async () => (await Sandbox.CallsAsync(key: "hanging")).Calls.Single() is { Cut: true, Status: null });
    }

    [Theory]
    [InlineData("nonsense", "kind")]
    [InlineData("200", "kind")]
    [InlineData("slow?ms=x", "ms")]
    [InlineData("slow?ms=99999999999", "ms")]
    [InlineData("slow?ms=-1", "ms")]
    [InlineData("huge?bytes=10", "bytes")]
    public async Task A_fault_that_does_not_exist_is_refused(string fault, string param)
    {
        using HttpResponseMessage response = await Http.GetAsync($"faults/{fault}");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal(param, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetProperty("param").GetString());
    }
}
