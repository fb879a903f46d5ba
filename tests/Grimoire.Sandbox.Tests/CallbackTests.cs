using System.Net;
using System.Security.Cryptography;
using System.Text;
using Grimoire.Sandbox.Tests.Support;
using Grimoire.Tests.Shared;

namespace Grimoire.Sandbox.Tests;

/// <summary>How callbacks are sent, sent again, and recorded.</summary>
public sealed class CallbackTests(SandboxFixture fixture) : JobTests(fixture)
{
    [Fact]
    public async Task A_callback_is_recorded_with_all_that_was_sent_and_answered()
    {
        string id = await StartPlainAsync(events: ["completed"]);

        await Jobs.CompleteAsync(id);

        SandboxCallback callback = Assert.Single((await Jobs.CallbacksAsync(id)).Callbacks);
        Received received = Assert.Single(Receiver.All);
        Assert.Equal((id, "plain", "completed", Test, CallbackUrl), (callback.Job, callback.Shape, callback.Event, callback.Key, callback.Url));
        Assert.Equal((0, "delivered", received.Body, Encoding.UTF8.GetByteCount(received.Body)), (callback.Copy, callback.State, callback.Body, callback.BodyBytes));
        Assert.Empty(callback.Faults);
        SandboxCallbackTry attempt = Assert.Single(callback.Tries);
        Assert.Equal((200, "answered 200", null), (attempt.Status, attempt.Answer, attempt.Error));
        Assert.Equal(received.Headers["X-Sandbox-Signature"], attempt.Headers["X-Sandbox-Signature"]);
    }

    [Fact]
    public async Task Callbacks_are_found_by_all_that_tells_them_apart()
    {
        string id = await StartPlainAsync("-1");
        string other = await StartPlainAsync("-2");
        await Jobs.CompleteAsync(id);
        await Jobs.CompleteAsync(other);

        SandboxCallbacks all = await Jobs.CallbacksAsync(key: $"{Test}*", take: 3);

        Assert.Equal((4, 3), (all.Count, all.Callbacks.Count));
        Assert.Equal(2, (await Jobs.CallbacksAsync(about: "started", url: $"{Receiver.Url}*")).Count);
        Assert.Equal(2, (await Jobs.CallbacksAsync(other, "plain")).Count);
        Assert.Equal(0, (await Jobs.CallbacksAsync(other, "fal")).Count);
    }

    [Fact]
    public async Task No_callback_is_sent_before_the_start_is_answered()
    {
        Receiver.Answer = async _ => (await Sandbox.CallsAsync("/jobs", Test)).Calls.Single().Status == 202 ? 200 : 500;

        string id = (await StartAsync("jobs", new { seconds = 0, callbackUrl = CallbackUrl }, HttpStatusCode.Accepted)).GetProperty("id").GetString()!;
        await Until.TrueAsync(() => Task.FromResult(Receiver.All.Count == 4));

        Assert.All((await Jobs.CallbacksAsync(id)).Callbacks, callback => Assert.DoesNotContain(callback.Tries, attempt => attempt.Status == 500));
    }

    [Fact]
    public async Task What_is_not_answered_with_2xx_is_sent_again_with_the_same_id_until_it_is()
    {
        await using SandboxProcess own = await OwnAsync(new SandboxSettings { Retries = 5, RetryWithinSeconds = 0.2 });
        Queue<int> answers = new([500, 404, 301, 204]);
        Receiver.Answer = _ => Task.FromResult(answers.Dequeue());

        SandboxCallback callback = await RunAsync(own, "delivered");

        Assert.Equal([500, 404, 301, 204], callback.Tries.Select(attempt => attempt.Status!.Value));
        Assert.Single(Receiver.All.Select(received => received.Headers["webhook-id"]).Distinct());
        Assert.Equal(callback.Id, Receiver.All[0].Headers["webhook-id"]);
        Assert.Single(Receiver.All.Select(received => received.Body).Distinct());
    }

    [Fact]
    public async Task It_gives_up_after_its_retries()
    {
        await using SandboxProcess own = await OwnAsync(new SandboxSettings { Retries = 3, RetryWithinSeconds = 0.1 });
        Receiver.Answer = _ => Task.FromResult(503);

        SandboxCallback callback = await RunAsync(own, "gaveUp");

        Assert.Equal([503, 503, 503, 503], callback.Tries.Select(attempt => attempt.Status!.Value));
    }

    [Fact]
    public async Task Each_wait_is_twice_as_long_as_the_one_before()
    {
        await using SandboxProcess own = await OwnAsync(new SandboxSettings { Retries = 3, RetryWithinSeconds = 0.7 });
        Receiver.Answer = _ => Task.FromResult(500);

        SandboxCallback callback = await RunAsync(own, "gaveUp");

        // Waits of 0.1, 0.2 and 0.4 seconds: never shorter, and longer if the machine is busy.
        TimeSpan[] waits = [.. callback.Tries.Zip(callback.Tries.Skip(1), (one, next) => next.At - one.At)];
        Assert.True(waits[0] >= TimeSpan.FromSeconds(0.1) && waits[1] >= TimeSpan.FromSeconds(0.2) && waits[2] >= TimeSpan.FromSeconds(0.4), string.Join(' ', waits));
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_in_time_is_called_again()
    {
        await using SandboxProcess own = await OwnAsync(new SandboxSettings { RetryWithinSeconds = 1, TimeoutMs = 300 });
        var never = new TaskCompletionSource<int>();
        Receiver.Answer = _ => Receiver.All.Count == 1 ? never.Task : Task.FromResult(200);

        SandboxCallback callback = await RunAsync(own, "delivered");

        Assert.Equal((null, "No answer within 300 ms."), (callback.Tries[0].Status, callback.Tries[0].Error));
        Assert.Equal(200, callback.Tries[^1].Status);
        never.SetResult(200);
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_is_called_again()
    {
        await using SandboxProcess own = await OwnAsync(new SandboxSettings { Retries = 1, RetryWithinSeconds = 0.1 });
        await Receiver.DisposeAsync();

        SandboxCallback callback = await RunAsync(own, "gaveUp");

        Assert.Equal(2, callback.Tries.Count);
        Assert.All(callback.Tries, attempt => Assert.NotNull(attempt.Error));
    }

    [Fact]
    public async Task A_job_that_was_lost_is_not_called_back_about_again()
    {
        await using SandboxProcess own = await OwnAsync(new SandboxSettings { Retries = 2, RetryWithinSeconds = 18 });
        Receiver.Answer = _ => Task.FromResult(500);
        SandboxCallback first = await RunAsync(own, "retrying");

        await own.Jobs.ForgetAsync(first.Job);

        await Until.TrueAsync(async () => (await own.Jobs.CallbacksAsync(first.Job)).Callbacks.Single().State == "gaveUp");
        Assert.Single(Receiver.All);
    }

    [Fact]
    public async Task With_several_secrets_there_is_a_signature_for_each()
    {
        string[] secrets = ["whsec_b2xk", "whsec_bmV3"];
        await using SandboxProcess own = await OwnAsync(new SandboxSettings { WebhookSecrets = secrets });

        await RunAsync(own, "delivered");

        Received received = Assert.Single(Receiver.All);
        byte[] signed = Encoding.UTF8.GetBytes($"{received.Headers["webhook-id"]}.{received.Headers["webhook-timestamp"]}.{received.Body}");
        IEnumerable<string> expected = ((string[])["old", "new"]).Select(key => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), signed))}");
        Assert.Equal(string.Join(' ', expected), received.Headers["webhook-signature"]);
    }

    static async Task<SandboxProcess> OwnAsync(SandboxSettings settings)
    {
        SandboxProcess own = await SandboxProcess.StartAsync();
        await own.Jobs.SetSettingsAsync(settings with { Seconds = 0, Steps = 0 });
        return own;
    }

    /// <summary>Lets a prediction end, and waits until its only callback is in the state.</summary>
    async Task<SandboxCallback> RunAsync(SandboxProcess own, string state)
    {
        string request = $$"""{"version":"v1","webhook":"{{CallbackUrl}}","webhook_events_filter":["completed"]}""";
        using HttpResponseMessage created = await own.Http.PostAsync("replicate/v1/predictions", Body(request));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        SandboxCallback? callback = null;
        await Until.TrueAsync(async () => (callback = (await own.Jobs.CallbacksAsync()).Callbacks.SingleOrDefault())?.State == state);
        return callback!;
    }
}
