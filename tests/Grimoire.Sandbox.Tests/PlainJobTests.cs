using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Grimoire.Sandbox.Tests.Support;
using Grimoire.Tests.Shared;

namespace Grimoire.Sandbox.Tests;

public sealed class PlainJobTests(SandboxFixture fixture) : JobTests(fixture)
{
    [Fact]
    public async Task A_job_is_accepted_with_its_place_runs_by_itself_and_has_a_result()
    {
        using HttpResponseMessage accepted = await Http.PostAsync("jobs", Body("""{"seconds":0.05,"steps":1,"result":{"a":[1]},"costUsd":0.25}"""));
        string place = accepted.Headers.Location!.OriginalString;

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal($$"""{"id":"{{place["/jobs/".Length..]}}","state":"queued","progress":0,"costUsd":0.25}""", await accepted.Content.ReadAsStringAsync());
        await Until.TrueAsync(async () => (await GetAsync(place)).GetProperty("state").GetString() == "succeeded");
        JsonElement job = await GetAsync(place);
        Assert.Equal("""{"a":[1]}""", job.GetProperty("result").GetRawText());
        Assert.Equal((1.0, 0.25), (job.GetProperty("progress").GetDouble(), job.GetProperty("costUsd").GetDouble()));
    }

    [Fact]
    public async Task It_takes_as_long_as_it_was_told_to()
    {
        string id = (await StartAsync("jobs", new { seconds = 0.3 }, HttpStatusCode.Accepted)).GetProperty("id").GetString()!;
        await Until.TrueAsync(async () => (await Jobs.GetAsync(id)).State == "succeeded");

        SandboxJob job = await Jobs.GetAsync(id);

        // The clock that says when may run a little faster than the one that waits.
        Assert.True(job.EndedAt - job.CreatedAt >= TimeSpan.FromSeconds(0.29), $"It took {job.EndedAt - job.CreatedAt}.");
    }

    [Fact]
    public async Task Its_result_depends_on_what_was_asked_and_not_on_whom_to_call_back()
    {
        string first = await ResultAsync(new { question = 1, seconds = 0 }, "1");

        Assert.Equal(first, await ResultAsync(new { question = 1, seconds = 0, callbackUrl = CallbackUrl }, "2"));
        Assert.NotEqual(first, await ResultAsync(new { question = 2, seconds = 0 }, "3"));
    }

    [Theory]
    [InlineData("""{"seconds":0,"fail":true}""", "The job was told to fail.")]
    [InlineData("""{"seconds":0,"fail":"out of paper"}""", "out of paper")]
    public async Task It_fails_if_it_is_to(string request, string error)
    {
        string id = (await PostAsync("jobs", request, HttpStatusCode.Accepted)).GetProperty("id").GetString()!;

        await Until.TrueAsync(async () => (await GetAsync($"jobs/{id}")).GetProperty("state").GetString() == "failed");

        Assert.Equal(error, (await GetAsync($"jobs/{id}")).GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_body_is_not_needed()
    {
        using HttpResponseMessage accepted = await Http.PostAsync("jobs", null);

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
    }

    [Fact]
    public async Task It_can_be_cancelled_and_one_that_has_ended_stays_as_it_is()
    {
        string cancelled = await StartPlainAsync("1");
        string ended = await StartPlainAsync("2");
        await Jobs.CompleteAsync(ended);

        using HttpResponseMessage first = await Http.DeleteAsync($"jobs/{cancelled}");
        using HttpResponseMessage second = await Http.DeleteAsync($"jobs/{ended}");

        Assert.Equal("cancelled", JsonDocument.Parse(await first.Content.ReadAsStringAsync()).RootElement.GetProperty("state").GetString());
        Assert.Equal("succeeded", JsonDocument.Parse(await second.Content.ReadAsStringAsync()).RootElement.GetProperty("state").GetString());
        await Until.TrueAsync(() => Task.FromResult(Receiver.All.Any(received => received.Text("state") == "cancelled")));
    }

    [Fact]
    public async Task A_job_that_there_is_not_is_not_found()
    {
        await GetAsync("jobs/job_0000000000000000", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task It_calls_back_at_its_start_its_progress_and_its_end_and_names_itself_in_each_body()
    {
        var request = new { seconds = 0, steps = 3, result = 7, callbackUrl = CallbackUrl };
        string id = (await StartAsync("jobs", request, HttpStatusCode.Accepted)).GetProperty("id").GetString()!;

        await Until.TrueAsync(() => Task.FromResult(Receiver.All.Count == 5));

        Assert.Equal(["started", "progress", "progress", "progress", "completed"], Events());
        Assert.Equal([0, 0.25, 0.5, 0.75, 1], Receiver.All.Select(received => received.Json.GetProperty("progress").GetDouble()));
        Assert.All(Receiver.All, received => Assert.Equal(id, received.Text("id")));
        Assert.Equal("running", Receiver.All[3].Text("state"));
        Assert.Equal(("succeeded", 7), (Receiver.All[4].Text("state"), Receiver.All[4].Json.GetProperty("result").GetInt32()));
    }

    [Fact]
    public async Task It_calls_back_about_the_events_that_were_asked_for()
    {
        string id = await StartPlainAsync(events: ["completed"]);

        await Jobs.ProgressAsync(id, 0.5);
        await Jobs.CompleteAsync(id);

        Assert.Equal(["completed"], Events());
    }

    [Fact]
    public async Task Its_callbacks_are_signed_over_their_time_and_their_body()
    {
        string id = await StartPlainAsync(events: ["completed"]);
        string secret = (await Jobs.SettingsAsync()).HmacSecret;

        await Jobs.CompleteAsync(id);

        Received received = Assert.Single(Receiver.All);
        byte[] signed = Encoding.UTF8.GetBytes($"{received.Headers["X-Sandbox-Timestamp"]}.{received.Body}");
        string expected = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
        Assert.Equal($"sha256={expected}", received.Headers["X-Sandbox-Signature"]);
        Assert.Equal("application/json", received.Headers["Content-Type"]);
        Assert.False(received.Headers.ContainsKey("traceparent"));
    }

    [Theory]
    [InlineData("""{"seconds":-1}""", "seconds")]
    [InlineData("""{"steps":1.5}""", "steps")]
    [InlineData("""{"fail":3}""", "fail")]
    [InlineData("""{"manual":"yes"}""", "manual")]
    [InlineData("""{"callbackUrl":"ftp://127.0.0.1/"}""", "callbackUrl")]
    [InlineData("""{"callbackEvents":["ended"]}""", "callbackEvents")]
    [InlineData("""{"callbackEvents":"completed"}""", "callbackEvents")]
    public async Task A_job_that_cannot_be_is_refused_by_the_name_of_what_is_wrong(string request, string param)
    {
        JsonElement error = (await PostAsync("jobs", request, HttpStatusCode.UnprocessableEntity)).GetProperty("error");

        Assert.Equal(param, error.GetProperty("param").GetString());
    }

    async Task<string> ResultAsync(object request, string key)
    {
        string id = (await StartAsync("jobs", request, HttpStatusCode.Accepted, key)).GetProperty("id").GetString()!;
        await Until.TrueAsync(async () => (await Jobs.GetAsync(id)).State == "succeeded");
        return (await GetAsync($"jobs/{id}")).GetProperty("result").GetRawText();
    }
}
