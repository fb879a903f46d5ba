using System.Net;
using System.Text.Json;
using Grimoire.Sandbox.Tests.Support;

namespace Grimoire.Sandbox.Tests;

public sealed class FalTests(SandboxFixture fixture) : JobTests(fixture)
{
    [Fact]
    public async Task A_request_is_queued_polled_and_has_pictures_in_the_end()
    {
        JsonElement started = await SubmitAsync();
        string id = started.GetProperty("request_id").GetString()!;
        string status = started.GetProperty("status_url").GetString()!;
        string response = started.GetProperty("response_url").GetString()!;

        Assert.EndsWith($"/fal/fal-ai/flux/requests/{id}/status", status, StringComparison.Ordinal);
        Assert.Equal("IN_QUEUE", started.GetProperty("status").GetString());
        JsonElement queued = await GetAsync(status, HttpStatusCode.Accepted);
        await GetAsync(response, HttpStatusCode.BadRequest);
        await Jobs.BeginAsync(id);
        JsonElement running = await GetAsync(status, HttpStatusCode.Accepted);
        await Jobs.CompleteAsync(id);
        JsonElement completed = await GetAsync(status);
        JsonElement result = await GetAsync(response);

        Assert.Equal("IN_QUEUE", queued.GetProperty("status").GetString());
        Assert.True(queued.GetProperty("queue_position").GetInt32() >= 0);
        Assert.Equal("IN_PROGRESS", running.GetProperty("status").GetString());
        Assert.Equal("COMPLETED", completed.GetProperty("status").GetString());
        Assert.False(completed.TryGetProperty("error", out _));
        JsonElement image = result.GetProperty("images")[0];
        Assert.Equal((256, "image/png"), (image.GetProperty("width").GetInt32(), image.GetProperty("content_type").GetString()));
        Png.Read(await Http.GetByteArrayAsync(image.GetProperty("url").GetString()));
    }

    [Fact]
    public async Task One_that_was_queued_before_is_ahead_in_the_queue()
    {
        JsonElement first = await SubmitAsync();
        JsonElement second = await SubmitAsync("2");

        Assert.True(second.GetProperty("queue_position").GetInt32() > first.GetProperty("queue_position").GetInt32());
    }

    [Fact]
    public async Task Its_end_is_a_webhook_with_the_result_as_payload()
    {
        string id = (await SubmitAsync()).GetProperty("request_id").GetString()!;

        await Jobs.ProgressAsync(id, 0.5);
        await PostAsync($"control/jobs/{id}/callback", new { }, HttpStatusCode.Conflict);
        await Jobs.CompleteAsync(id);

        Received received = Assert.Single(Receiver.All);
        Assert.Equal((id, id, "OK", null), (received.Text("request_id"), received.Text("gateway_request_id"), received.Text("status"), received.Text("error")));
        Assert.Equal(
            (await GetAsync($"fal/fal-ai/flux/requests/{id}")).GetProperty("images").GetRawText(),
            received.Json.GetProperty("payload").GetProperty("images").GetRawText());
        Assert.DoesNotContain(received.Headers.Keys, name => name.Contains("signature", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_failed_request_is_completed_with_an_error()
    {
        string id = (await SubmitAsync()).GetProperty("request_id").GetString()!;

        await Jobs.FailAsync(id, "unsafe prompt");

        Received received = Assert.Single(Receiver.All);
        Assert.Equal(("ERROR", "unsafe prompt"), (received.Text("status"), received.Text("error")));
        JsonElement status = await GetAsync($"fal/fal-ai/flux/requests/{id}/status");
        Assert.Equal(("COMPLETED", "unsafe prompt"), (status.GetProperty("status").GetString(), status.GetProperty("error").GetString()));
        JsonElement result = await GetAsync($"fal/fal-ai/flux/requests/{id}", HttpStatusCode.UnprocessableEntity);
        Assert.Equal(received.Json.GetProperty("payload").GetRawText(), result.GetRawText());
        Assert.Equal("unsafe prompt", result.GetProperty("detail")[0].GetProperty("msg").GetString());
    }

    [Fact]
    public async Task A_request_is_cancelled_once_and_calls_nobody_back()
    {
        string cancel = (await SubmitAsync()).GetProperty("cancel_url").GetString()!;

        using HttpResponseMessage first = await Http.PutAsync(cancel, null);
        using HttpResponseMessage second = await Http.PutAsync(cancel, null);

        Assert.Equal((HttpStatusCode.Accepted, """{"status":"CANCELLATION_REQUESTED"}"""), (first.StatusCode, await first.Content.ReadAsStringAsync()));
        Assert.Equal((HttpStatusCode.BadRequest, """{"status":"ALREADY_COMPLETED"}"""), (second.StatusCode, await second.Content.ReadAsStringAsync()));
        Assert.Equal("request_cancelled", (await GetAsync(cancel[..^"/cancel".Length] + "/status")).GetProperty("error_type").GetString());
        Assert.Equal(0, (await Jobs.CallbacksAsync(key: Test)).Count);
    }

    [Fact]
    public async Task A_request_is_found_under_its_own_model_only()
    {
        string id = (await SubmitAsync()).GetProperty("request_id").GetString()!;

        await GetAsync($"fal/fal-ai/other/requests/{id}/status", HttpStatusCode.NotFound);
        await GetAsync($"fal/fal-ai/flux/requests/{Guid.NewGuid()}/status", HttpStatusCode.NotFound);
        await GetAsync("fal/fal-ai/flux", HttpStatusCode.NotFound);
    }

    Task<JsonElement> SubmitAsync(string? key = null) => StartAsync(
        $"fal/fal-ai/flux/dev?fal_webhook={Uri.EscapeDataString(CallbackUrl)}", new { prompt = "x", manual = true }, HttpStatusCode.OK, key);
}
