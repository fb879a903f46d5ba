using System.Net;
using System.Text.Json;
using Grimoire.Sandbox.Tests.Support;

namespace Grimoire.Sandbox.Tests;

public sealed class ComfyDeployTests(SandboxFixture fixture) : JobTests(fixture)
{
    const string Run = "comfydeploy/api/run";

    [Fact]
    public async Task A_run_is_queued_polled_and_has_pictures_in_the_end()
    {
        string id = await QueueAsync(intermediate: false);
        JsonElement queued = await GetAsync($"{Run}/{id}");
        await Jobs.ProgressAsync(id, 0.5);
        JsonElement running = await GetAsync($"{Run}/{id}");
        await Jobs.CompleteAsync(id);
        JsonElement success = await GetAsync($"{Run}/{id}");

        Assert.True(Guid.TryParse(id, out _));
        JsonElement[] views = [queued, running, success];
        Assert.Equal(["queued", "running", "success"], views.Select(view => view.GetProperty("status").GetString()));
        Assert.Equal([0, 0.5, 1], views.Select(view => view.GetProperty("progress").GetDouble()));
        Assert.Equal(0, running.GetProperty("outputs").GetArrayLength());
        JsonElement output = success.GetProperty("outputs")[0];
        Assert.Equal(id, output.GetProperty("run_id").GetString());
        Png.Read(await Http.GetByteArrayAsync(output.GetProperty("data").GetProperty("images")[0].GetProperty("url").GetString()));
    }

    [Fact]
    public async Task Its_end_is_a_webhook_that_nobody_has_signed()
    {
        string id = await QueueAsync(intermediate: false);

        await Jobs.ProgressAsync(id, 0.5);
        await Jobs.CompleteAsync(id);

        Received received = Assert.Single(Receiver.All);
        Assert.Equal($"/callback?token={Test}", received.PathAndQuery);
        Assert.Equal(("run.updated", id, "success"), (received.Text("event_type"), received.Text("run_id"), received.Text("status")));
        Assert.Equal(1, received.Json.GetProperty("progress").GetDouble());
        Assert.Equal(1, received.Json.GetProperty("outputs").GetArrayLength());
        Assert.DoesNotContain(received.Headers.Keys, name => name.Contains("signature", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task What_happens_before_is_told_if_that_was_asked_for()
    {
        string id = await QueueAsync(intermediate: true);

        await Jobs.ProgressAsync(id, 0.5);
        await Jobs.CompleteAsync(id);

        Assert.Equal(["running", "running", "uploading", "success"], Receiver.All.Select(received => received.Text("status")));
        Assert.Equal(["run.updated", "run.updated", "run.output", "run.updated"], Receiver.All.Select(received => received.Text("event_type")));
        Assert.Equal("Executing SaveImage", Receiver.All[0].Text("live_status"));
    }

    [Fact]
    public async Task A_failed_run_says_why_and_a_cancelled_one_that_it_is()
    {
        string failing = await QueueAsync(intermediate: false);
        string leaving = await QueueAsync(intermediate: false, "2");

        await Jobs.FailAsync(failing, "out of memory");
        JsonElement cancelled = await StartAsync($"{Run}/{leaving}/cancel", new { }, HttpStatusCode.OK);
        await Until.TrueAsync(() => Task.FromResult(Receiver.All.Count == 2));

        Assert.Equal(("failed", "out of memory"), (Receiver.All[0].Text("status"), Receiver.All[0].Text("live_status")));
        Assert.Equal("cancelled", Receiver.All[1].Text("status"));
        Assert.Equal("success", cancelled.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_run_without_a_deployment_is_refused()
    {
        JsonElement error = (await PostAsync($"{Run}/deployment/queue", new { inputs = new { } }, HttpStatusCode.UnprocessableEntity)).GetProperty("error");

        Assert.Equal("deployment_id", error.GetProperty("param").GetString());
    }

    async Task<string> QueueAsync(bool intermediate, string? key = null) => (await StartAsync(
        $"{Run}/deployment/queue",
        new { deployment_id = "d-1", inputs = new { prompt = "x", manual = true }, webhook = CallbackUrl, webhook_intermediate_status = intermediate },
        HttpStatusCode.OK,
        key)).GetProperty("run_id").GetString()!;
}
