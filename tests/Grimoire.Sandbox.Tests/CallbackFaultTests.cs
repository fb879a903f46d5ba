using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Grimoire.Sandbox.Tests.Support;
using Grimoire.Tests.Shared;

namespace Grimoire.Sandbox.Tests;

/// <summary>Callbacks that go wrong. Each test strikes its own keys only.</summary>
public sealed class CallbackFaultTests(SandboxFixture fixture) : JobTests(fixture)
{
    [Fact]
    public async Task A_dropped_callback_is_never_sent()
    {
        await SetAsync(new SandboxCallbackFault("drop") { Event = "progress" });
        string id = await StartPlainAsync();

        await Jobs.ProgressAsync(id, 0.5);
        await Jobs.CompleteAsync(id);

        Assert.Equal(["started", "completed"], Events());
        SandboxCallback dropped = (await Jobs.CallbacksAsync(id, about: "progress")).Callbacks.Single();
        Assert.Equal(("dropped", 0), (dropped.State, dropped.Tries.Count));
        Assert.Equal(["drop"], dropped.Faults);
    }

    [Fact]
    public async Task A_delayed_callback_comes_later_and_others_overtake_it()
    {
        await SetAsync(new SandboxCallbackFault("delay") { Event = "started", Ms = 6000 });
        string id = await StartPlainAsync();

        await Jobs.BeginAsync(id);
        await Jobs.CompleteAsync(id);
        Assert.Equal(["completed"], Events());
        await Until.TrueAsync(() => Task.FromResult(Receiver.All.Count == 2));

        Assert.Equal(["completed", "started"], Events());
        Assert.Equal("running", Receiver.All[1].Text("state"));
    }

    [Fact]
    public async Task A_duplicated_callback_comes_several_times_with_the_same_id()
    {
        await SetAsync(new SandboxCallbackFault("duplicate") { Copies = 3 });
        string id = await CreatePredictionAsync();

        await Jobs.CompleteAsync(id);

        Assert.Equal(4, Receiver.All.Count);
        Assert.Single(Receiver.All.Select(received => received.Headers["webhook-id"]).Distinct());
        Assert.Single(Receiver.All.Select(received => received.Body).Distinct());
        Assert.Equal([0, 1, 2, 3], (await Jobs.CallbacksAsync(id)).Callbacks.Select(callback => callback.Copy));
    }

    [Fact]
    public async Task Copies_can_come_one_after_the_other()
    {
        await SetAsync(new SandboxCallbackFault("duplicate") { Copies = 2, Ms = 500 });
        string id = await CreatePredictionAsync();

        await Jobs.CompleteAsync(id);
        await Until.TrueAsync(async () => (await Jobs.CallbacksAsync(id)).Callbacks.All(callback => callback.State == "delivered"));

        DateTimeOffset[] times = [.. (await Jobs.CallbacksAsync(id)).Callbacks.Select(callback => callback.Tries[0].At)];
        Assert.True(times[1] - times[0] >= TimeSpan.FromMilliseconds(250) && times[2] - times[0] >= TimeSpan.FromMilliseconds(750), string.Join(' ', times));
    }

    [Fact]
    public async Task Reordered_callbacks_come_after_the_end_the_last_first()
    {
        await SetAsync(new SandboxCallbackFault("reorder") { Times = 9 });
        string id = await StartPlainAsync();

        await Jobs.BeginAsync(id);
        await Jobs.ProgressAsync(id, 0.5);
        Assert.Empty(Receiver.All);
        Assert.All((await Jobs.CallbacksAsync(id)).Callbacks, callback => Assert.Equal("held", callback.State));
        await Jobs.CompleteAsync(id);

        Assert.Equal(["completed", "progress", "started"], Events());
        Assert.Equal(["succeeded", "running", "running"], Receiver.All.Select(received => received.Text("state")));
    }

    [Fact]
    public async Task Only_one_can_be_out_of_order()
    {
        await SetAsync(new SandboxCallbackFault("reorder") { Event = "progress" });
        string id = await StartPlainAsync();

        await Jobs.ProgressAsync(id, 0.25);
        await Jobs.ProgressAsync(id, 0.5);
        await Jobs.CompleteAsync(id);

        Assert.Equal(["started", "progress", "completed", "progress"], Events());
        Assert.Equal([0, 0.5, 1, 0.25], Receiver.All.Select(received => received.Json.GetProperty("progress").GetDouble()));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("truncated")]
    public async Task A_corrupt_callback_is_no_json_and_signed_all_the_same(string how)
    {
        await SetAsync(new SandboxCallbackFault("corrupt") { How = how });
        string id = await CreatePredictionAsync();

        await Jobs.CompleteAsync(id);

        Received received = Assert.Single(Receiver.All);
        Assert.ThrowsAny<JsonException>(() => received.Json);
        Assert.True(await IsSignedAsync(received));
    }

    [Fact]
    public async Task A_forged_callback_has_a_wrong_signature()
    {
        await SetAsync(new SandboxCallbackFault("forge"));
        string id = await CreatePredictionAsync();

        await Jobs.CompleteAsync(id);
        await Jobs.CallBackAsync(id);

        Assert.Equal(2, Receiver.All.Count);
        Assert.False(await IsSignedAsync(Receiver.All[0]));
        Assert.True(await IsSignedAsync(Receiver.All[1]));
        Assert.Equal(Receiver.All[0].Body, Receiver.All[1].Body);
    }

    [Fact]
    public async Task A_forged_callback_of_a_plain_job_has_a_wrong_signature_too()
    {
        await SetAsync(new SandboxCallbackFault("forge") { Extra = true });
        string id = await StartPlainAsync(events: ["completed"]);

        await Jobs.CompleteAsync(id);

        string secret = (await Jobs.SettingsAsync()).HmacSecret;
        Assert.Equal([false, true], Receiver.All.Select(received =>
        {
            byte[] signed = Encoding.UTF8.GetBytes($"{received.Headers["X-Sandbox-Timestamp"]}.{received.Body}");
            return received.Headers["X-Sandbox-Signature"] == $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
        }));
    }

    [Theory]
    [InlineData("fal/fal-ai/flux?fal_webhook=", "request_id")]
    [InlineData("comfydeploy/api/run/deployment/queue", "run_id")]
    public async Task A_forged_callback_that_nobody_signs_goes_to_a_url_with_another_token(string path, string idMember)
    {
        await SetAsync(new SandboxCallbackFault("forge") { Extra = true });
        bool fal = path.EndsWith('=');
        object body = fal ? new { manual = true } : new { deployment_id = "d", inputs = new { manual = true }, webhook = CallbackUrl };
        JsonElement started = await StartAsync(fal ? path + Uri.EscapeDataString(CallbackUrl) : path, body, HttpStatusCode.OK);

        await Jobs.CompleteAsync(started.GetProperty(idMember).GetString()!);

        char first = Test[0] == 'A' ? 'B' : 'A';
        Assert.Equal([$"/callback?token={first}{Test[1..]}", $"/callback?token={Test}"], Receiver.All.Select(received => received.PathAndQuery));
        Assert.Equal(Receiver.All[0].Body, Receiver.All[1].Body);
    }

    [Fact]
    public async Task A_callback_can_name_another_run()
    {
        await SetAsync(new SandboxCallbackFault("wrongId"));
        await SetAsync(new SandboxCallbackFault("wrongId") { RunId = "somebody-elses", Skip = 1 });
        string[] ids = [await CreatePredictionAsync("1"), await CreatePredictionAsync("2")];

        await Jobs.CompleteAsync(ids[0]);
        await Jobs.CompleteAsync(ids[1]);

        string other = Receiver.All[0].Text("id")!;
        Assert.NotEqual(ids[0], other);
        Assert.Matches("^[a-z2-7]{26}$", other);
        Assert.Equal("somebody-elses", Receiver.All[1].Text("id"));
        Assert.True(await IsSignedAsync(Receiver.All[0]));
    }

    [Fact]
    public async Task A_stale_callback_was_signed_long_ago()
    {
        await SetAsync(new SandboxCallbackFault("stale") { Seconds = 900 });
        string id = await CreatePredictionAsync();

        await Jobs.CompleteAsync(id);

        Received received = Assert.Single(Receiver.All);
        Assert.True(await IsSignedAsync(received));
        DateTimeOffset at = DateTimeOffset.FromUnixTimeSeconds(long.Parse(received.Headers["webhook-timestamp"], System.Globalization.CultureInfo.InvariantCulture));
        Assert.InRange(TimeProvider.System.GetUtcNow() - at, TimeSpan.FromSeconds(900), TimeSpan.FromSeconds(900) + SandboxProcess.Patience);
    }

    [Fact]
    public async Task A_huge_callback_is_json_of_that_many_bytes()
    {
        await SetAsync(new SandboxCallbackFault("huge") { Bytes = 2_000_000 });
        string id = await CreatePredictionAsync();

        await Jobs.CompleteAsync(id);

        Received received = Assert.Single(Receiver.All);
        Assert.Equal((2_000_000, "succeeded"), (Encoding.UTF8.GetByteCount(received.Body), received.Text("status")));
        SandboxCallback callback = (await Jobs.CallbacksAsync(id)).Callbacks.Single();
        Assert.Equal((2_000_000, 16 * 1024), (callback.BodyBytes, callback.Body.Length));
    }

    [Fact]
    public async Task An_early_callback_is_answered_before_the_start_is()
    {
        await SetAsync(new SandboxCallbackFault("early"));
        var answer = new TaskCompletionSource<int>();
        Receiver.Answer = _ => answer.Task;
        Task<string> starting = StartPlainAsync(events: ["completed"]);
        await Until.TrueAsync(() => Task.FromResult(Receiver.All.Count == 1));

        Assert.False(starting.IsCompleted);
        Assert.Null((await Sandbox.CallsAsync("/jobs", Test)).Calls.Single().Status);
        answer.SetResult(200);
        string id = await starting;

        Assert.Equal((id, "succeeded"), (Receiver.All[0].Text("id"), Receiver.All[0].Text("state")));
        Assert.Single((await Jobs.CallbacksAsync(id)).Callbacks);
    }

    [Fact]
    public async Task A_job_can_be_early_until_an_event_only()
    {
        await SetAsync(new SandboxCallbackFault("early") { Event = "started" });

        string id = await StartPlainAsync();

        Assert.Equal(["started"], Events());
        Assert.Equal("running", (await Jobs.GetAsync(id)).State);
    }

    [Fact]
    public async Task Faults_strike_together()
    {
        await SetAsync(new SandboxCallbackFault("duplicate"));
        await SetAsync(new SandboxCallbackFault("corrupt") { Extra = true });
        await SetAsync(new SandboxCallbackFault("delay") { Ms = 100 });
        string id = await StartPlainAsync(events: ["completed"]);

        await Jobs.CompleteAsync(id);
        await Until.TrueAsync(() => Task.FromResult(Receiver.All.Count == 3));

        SandboxCallbacks callbacks = await Jobs.CallbacksAsync(id);
        Assert.All(callbacks.Callbacks, callback => Assert.Equal(["duplicate", "corrupt", "delay"], callback.Faults));
        Assert.StartsWith("<html>", Receiver.All[0].Body, StringComparison.Ordinal);
        Assert.Equal(Receiver.All[1].Body, Receiver.All[2].Body);
    }

    [Fact]
    public async Task An_extra_callback_that_is_refused_is_not_sent_again_and_the_right_one_is()
    {
        await using SandboxProcess own = await SandboxProcess.StartAsync();
        await own.Jobs.SetSettingsAsync(new SandboxSettings { Seconds = 0, Retries = 3, RetryWithinSeconds = 0.1 });
        await own.Jobs.SetCallbackFaultAsync(new SandboxCallbackFault("forge") { Extra = true });
        Receiver.Answer = _ => Task.FromResult(Receiver.All.Count < 3 ? 401 : 200);

        using HttpResponseMessage accepted = await own.Http.PostAsync("jobs", Body($$"""{"callbackUrl":"{{CallbackUrl}}","callbackEvents":["completed"]}"""));
        await Until.TrueAsync(async () => (await own.Jobs.CallbacksAsync()).Callbacks is [.., { State: "delivered" }]);

        Assert.Equal(["gaveUp", "delivered"], (await own.Jobs.CallbacksAsync()).Callbacks.Select(callback => callback.State));
        Assert.Equal([1, 2], (await own.Jobs.CallbacksAsync()).Callbacks.Select(callback => callback.Tries.Count));
    }

    [Fact]
    public async Task A_fault_strikes_what_it_matches_as_often_as_it_was_told_to()
    {
        string fault = (await Jobs.SetCallbackFaultAsync(new SandboxCallbackFault("drop")
        {
            Path = "/jobs",
            Body = Test,
            Url = $"{Receiver.Url}*",
            Event = "completed",
            Skip = 1,
            Times = 2,
        })).Id;
        for (int i = 0; i < 5; i++)
        {
            await Jobs.CompleteAsync(await StartPlainAsync($"-{i}"));
        }

        Assert.Equal(5, Events().Count(about => about == "started"));
        Assert.Equal(3, Events().Count(about => about == "completed"));
        SandboxCallbackFaultState state = (await Jobs.CallbackFaultsAsync()).Single(other => other.Id == fault);
        Assert.Equal((3L, 2L, 0L), (state.Matched, state.Failed, state.Left));
        SandboxCallbacks ends = await Jobs.CallbacksAsync(key: $"{Test}*", about: "completed");
        Assert.Equal(["delivered", "dropped", "dropped", "delivered", "delivered"], ends.Callbacks.Select(callback => callback.State));
    }

    [Fact]
    public async Task A_fault_can_be_replaced_and_removed()
    {
        await SetAsync(new SandboxCallbackFault("drop") { Id = Test, Times = 9 });
        await SetAsync(new SandboxCallbackFault("duplicate") { Id = Test, Times = 9 });
        await Jobs.CompleteAsync(await StartPlainAsync("-1", ["completed"]));
        Assert.Equal(2, Receiver.All.Count);

        await Jobs.RemoveCallbackFaultAsync(Test);
        await Jobs.CompleteAsync(await StartPlainAsync("-2", ["completed"]));

        Assert.Equal(3, Receiver.All.Count);
    }

    [Theory]
    [InlineData("""{"kind":"nonsense"}""", 422, "kind")]
    [InlineData("{}", 422, "kind")]
    [InlineData("""{"kind":"drop","times":0}""", 422, "times")]
    [InlineData("""{"kind":"drop","event":"ended"}""", 422, "event")]
    [InlineData("""{"kind":"corrupt","how":"badly"}""", 422, "how")]
    [InlineData("""{"kind":"duplicate","copies":0}""", 422, "copies")]
    [InlineData("""{"kind":"drop","tmies":2}""", 422, "tmies")]
    [InlineData("""{"kind":"drop","times":"often"}""", 400, "$.times")]
    public async Task A_rule_that_is_none_is_refused_by_the_name_of_what_is_wrong(string rule, int status, string param)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Put, "control/callbacks/faults", rule);

        string body = await response.Content.ReadAsStringAsync();
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains($"\"param\":\"{param}\"", body, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", body, StringComparison.Ordinal);
    }

    async Task<string> CreatePredictionAsync(string? key = null) => (await StartAsync(
        "replicate/v1/predictions",
        new { version = "v1", input = new { manual = true }, webhook = CallbackUrl, webhook_events_filter = new[] { "completed" } },
        HttpStatusCode.Created,
        key)).GetProperty("id").GetString()!;

    async Task<bool> IsSignedAsync(Received received)
    {
        byte[] key = Convert.FromBase64String((await Jobs.SettingsAsync()).WebhookSecrets[0]["whsec_".Length..]);
        byte[] signed = Encoding.UTF8.GetBytes($"{received.Headers["webhook-id"]}.{received.Headers["webhook-timestamp"]}.{received.Body}");
        return received.Headers["webhook-signature"] == $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}";
    }
}
