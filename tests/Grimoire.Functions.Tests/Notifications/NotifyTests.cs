using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Activities;
using Grimoire.Functions.Tests.Http.Support;
using Grimoire.Functions.Tests.Support;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Tests.Notifications;

/// <summary>One round of telling a receiver what has happened, however it answers and wherever the round breaks off.</summary>
public sealed class NotifyTests
{
    static readonly string[] Steps = ["step.*", "cast.completed"];

    [Fact]
    [Trait("Row", "UX08")]
    public async Task What_is_wanted_is_sent_signed_and_in_order_and_the_journal_tells()
    {
        await using var telling = await Telling.StartAsync([200], Steps);
        await telling.HappenAsync(CastEvents.Started(telling.Time.GetUtcNow(), 1));
        await telling.StepAsync(CastEvents.StepStarted, "one");
        await telling.HappenAsync(CastEvents.Attempt(CastEvents.AttemptStarted, World.Key(), telling.Time.GetUtcNow()));
        await telling.StepAsync(CastEvents.StepCompleted, "one");
        await telling.EndAsync();

        var answer = await telling.LookAsync();

        Assert.True(answer.IsDone);
        Assert.Equal(["step.started", "step.completed", "cast.completed"], telling.Told);
        var secret = (await telling.Subscriptions.ReadAsync("acme", default)).Secrets!.Current;
        Assert.All(telling.Receiver.Requests, request => Assert.True(telling.IsSigned(request, secret)));
        Assert.All(telling.Receiver.Requests, request => Assert.Equal(("POST", "/hooks?key=s3cret"), (request.Method, request.Path)));
        Assert.Equal(["running", "running", "completed"], telling.Receiver.Requests.Select(request => (string?)JsonNode.Parse(request.Body)!["data"]!["status"]));
        var outcomes = await telling.OutcomesAsync();
        Assert.Equal(telling.Sent, outcomes.Select(e => (string?)e.Data!["messageId"]));
        Assert.All(outcomes, e => Assert.Equal((CastEvents.NotificationSent, 200, 1, "127.0.0.1"), (e.Type, (int)e.Data!["status"]!, (int)e.Data["tries"]!, (string?)e.Data["host"])));
    }

    [Fact]
    [Trait("Row", "KZ03")]
    public async Task Delivered_again_it_sends_nothing_that_has_arrived()
    {
        await using var telling = await Telling.StartAsync([200], Steps);
        await telling.StepAsync(CastEvents.StepStarted, "one");
        await telling.LookAsync();

        var again = await telling.LookAsync();

        Assert.False(again.IsDone);
        Assert.Single(telling.Sent);
    }

    [Fact]
    public async Task A_cast_that_is_deleted_while_a_message_is_sent_stays_deleted()
    {
        await using var telling = await Telling.StartAsync([200], Steps);
        await telling.StepAsync(CastEvents.StepStarted, "one");
        using (var held = telling.Faults.Hold("*journal*", StoreOperation.Append))
        {
            var looking = telling.LookAsync();
            await held.Reached;
            await telling.DeleteCastAsync();
            held.Release();
            await looking;
        }

        Assert.Single(telling.Sent);
        Assert.Empty(await telling.StoredOfCastAsync());
    }

    [Fact]
    public async Task An_event_that_was_written_twice_is_sent_once()
    {
        await using var telling = await Telling.StartAsync([200], Steps);
        await telling.StepAsync(CastEvents.StepStarted, "one");
        var first = await telling.LookAsync();
        await telling.StepAsync(CastEvents.StepStarted, "one");

        await telling.LookAsync(first.Next);

        Assert.Single(telling.Sent);
    }

    [Fact]
    [Trait("Row", "KZ03")]
    public async Task Broken_off_between_sending_and_writing_it_sends_the_same_message_again()
    {
        await using var telling = await Telling.StartAsync([200], Steps);
        await telling.EndAsync();
        using (telling.Faults.Fail("*journal*", StoreOperation.Append))
        {
            await Assert.ThrowsAsync<StorageException>(() => telling.LookAsync());
        }

        await telling.LookAsync();

        Assert.Equal(2, telling.Sent.Count);
        Assert.Single(telling.Sent.Distinct());
        Assert.Single(await telling.OutcomesAsync());
    }

    [Fact]
    public async Task What_does_not_arrive_is_tried_again_and_holds_up_what_is_behind_it()
    {
        await using var telling = await Telling.StartAsync([500, 503, 200], Steps);
        await telling.StepAsync(CastEvents.StepStarted, "one");
        await telling.EndAsync();

        var first = await telling.LookAsync();
        telling.Time.Advance(first.Pause);
        var second = await telling.LookAsync(first.Next);
        telling.Time.Advance(second.Pause);
        var third = await telling.LookAsync(second.Next);

        Assert.InRange(first.Pause, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6));
        Assert.InRange(second.Pause, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(6));
        Assert.True(third.IsDone);
        Assert.Equal(["step.started", "step.started", "step.started", "cast.completed"], telling.Told);
        Assert.Equal(2, telling.Sent.Distinct().Count());
        Assert.Equal([3, 1], (await telling.OutcomesAsync()).Select(e => (int)e.Data!["tries"]!));
    }

    [Fact]
    public async Task What_never_arrives_is_given_up_and_so_is_all_that_is_as_old()
    {
        await using var telling = await Telling.StartAsync([500], Steps);
        await telling.StepAsync(CastEvents.StepStarted, "one");
        await telling.StepAsync(CastEvents.StepCompleted, "one");
        var answer = await telling.LookAsync();
        for (var round = 1; round <= 2; round++)
        {
            telling.Time.Advance(answer.Pause);
            answer = await telling.LookAsync(answer.Next);
        }

        Assert.False(answer.IsDone);
        var outcomes = await telling.OutcomesAsync();
        Assert.All(outcomes, e => Assert.Equal((CastEvents.NotificationFailed, 500), (e.Type, (int)e.Data!["status"]!)));
        Assert.Equal([3, 1], outcomes.Select(e => (int)e.Data!["tries"]!));
        Assert.Contains("is given up after 3 tries", telling.Logs.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_left_alone_and_its_subscription_disabled()
    {
        await using var telling = await Telling.StartAsync([410], Steps, isOfAccount: true);
        await telling.StepAsync(CastEvents.StepStarted, "one");
        await telling.StepAsync(CastEvents.StepCompleted, "one");

        var answer = await telling.LookAsync();

        Assert.True(answer.IsDone);
        Assert.Single(telling.Sent);
        Assert.Equal(CastEvents.NotificationFailed, Assert.Single(await telling.OutcomesAsync()).Type);
        Assert.Equal((telling.Time.GetUtcNow(), "127.0.0.1 answered 410."), ((await telling.SavedAsync()).DisabledAt, (await telling.SavedAsync()).DisabledBecause));
        Assert.Empty(await telling.Subscriptions.ActiveAsync("acme", default));
    }

    [Fact]
    public async Task A_receiver_that_was_gone_is_left_alone_also_when_it_is_begun_again()
    {
        await using var telling = await Telling.StartAsync([410], Steps);
        await telling.StepAsync(CastEvents.StepStarted, "one");
        await telling.LookAsync();
        await telling.EndAsync();

        Assert.True((await telling.LookAsync()).IsDone);
        Assert.Single(telling.Sent);
    }

    [Fact]
    [Trait("Row", "UX08")]
    public async Task While_a_secret_is_changed_both_sign()
    {
        await using var telling = await Telling.StartAsync([200], Steps, isOfAccount: true);
        var saved = await telling.SavedAsync();
        var secrets = saved.Secrets.Rotated(telling.Time.GetUtcNow(), TimeSpan.FromDays(1))!;
        await telling.SaveAsync(saved with { Secrets = secrets });
        await telling.EndAsync();

        await telling.LookAsync();

        var request = Assert.Single(telling.Receiver.Requests);
        Assert.Equal(2, request.Headers["webhook-signature"].Split(' ').Length);
        Assert.True(telling.IsSigned(request, saved.Secrets.Current));
        Assert.True(telling.IsSigned(request, secrets.Current));
    }

    [Fact]
    public async Task Redirects_are_not_followed()
    {
        await using var telling = await Telling.StartAsync([302, 200], Steps);
        await telling.EndAsync();

        var answer = await telling.LookAsync();

        Assert.Equal(1, answer.Next.Failures);
        Assert.Single(telling.Receiver.Requests);
    }

    [Fact]
    public async Task What_may_not_be_called_is_given_up_at_once()
    {
        await using var telling = await Telling.StartAsync([200], Steps, allowed: "10.0.0.1");
        await telling.EndAsync();

        var answer = await telling.LookAsync();

        Assert.True(answer.IsDone);
        Assert.Empty(telling.Receiver.Requests);
        Assert.Contains("Egress:Allow", (string?)Assert.Single(await telling.OutcomesAsync()).Data!["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_asks_for_more_time_gets_it()
    {
        await using var telling = await Telling.StartAsync([429], Steps);
        await telling.EndAsync();

        Assert.Equal(TimeSpan.FromMinutes(10), (await telling.LookAsync()).Pause);
    }

    [Fact]
    public async Task A_subscription_that_was_removed_is_sent_nothing()
    {
        await using var telling = await Telling.StartAsync([200], Steps, isOfAccount: true);
        await telling.Subscriptions.ChangeAsync("acme", stored => (stored.Without("shop"), true), default);
        await telling.EndAsync();

        Assert.True((await telling.LookAsync()).IsDone);
        Assert.Empty(telling.Sent);
    }

    [Fact]
    public async Task Of_a_cast_that_was_deleted_nothing_is_told_and_nothing_comes_back()
    {
        await using var telling = await Telling.StartAsync([200], Steps);
        await telling.EndAsync();
        await telling.DeleteCastAsync();

        Assert.True((await telling.LookAsync()).IsDone);
        Assert.Empty(telling.Sent);
        Assert.Equal("", await telling.StoredOfCastAsync());
    }

    [Fact]
    public async Task Neither_secrets_nor_the_rest_of_a_url_are_told_to_anybody_else()
    {
        await using var telling = await Telling.StartAsync([500, 500, 500], Steps, isOfAccount: true);
        await telling.EndAsync();
        var answer = await telling.LookAsync();
        answer = await telling.LookAsync(answer.Next);
        await telling.LookAsync(answer.Next);

        var outcome = Assert.Single(await telling.OutcomesAsync());
        var secret = (await telling.SavedAsync()).Secrets.Current;
        Assert.DoesNotContain("s3cret", outcome.Data!.ToJsonString() + telling.Logs.All, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, await telling.StoredOfCastAsync() + telling.Logs.All + answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_messages_are_sent_in_several_rounds()
    {
        await using var telling = await Telling.StartAsync([200], ["job.progress"]);
        await telling.HappenAsync([.. Enumerable.Range(0, 25).Select(number => CastEvents.Progress(World.Key(), telling.Time.GetUtcNow(), $"{number}", null))]);

        var first = await telling.LookAsync();
        var second = await telling.LookAsync(first.Next);

        Assert.Equal(TimeSpan.Zero, first.Pause);
        Assert.Equal(TimeSpan.FromSeconds(1), second.Pause);
        Assert.Equal(Enumerable.Range(0, 25).Select(number => $"{number}"), telling.Receiver.Requests.Select(request => (string?)JsonNode.Parse(request.Body)!["data"]!["event"]!["data"]!["state"]));
    }

    [Fact]
    public async Task The_longer_nothing_happens_the_less_often_it_looks_and_then_with_one_read()
    {
        await using var telling = await Telling.StartAsync([200], Steps);
        await telling.StepAsync(CastEvents.StepStarted, "one");
        var answer = await telling.LookAsync();
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Pause);

        telling.Time.Advance(TimeSpan.FromMinutes(2));
        answer = await telling.LookAsync(answer.Next);
        Assert.Equal(TimeSpan.FromSeconds(12), answer.Pause);
        telling.Time.Advance(TimeSpan.FromDays(2));
        telling.Faults.ClearCalls();
        answer = await telling.LookAsync(answer.Next);

        Assert.Equal((TimeSpan.FromMinutes(1), false), (answer.Pause, answer.IsDone));
        Assert.Equal(2, telling.Faults.Count());
    }

    [Fact]
    public async Task A_cast_that_is_gone_without_an_end_is_waited_for_for_a_day()
    {
        await using var telling = await Telling.StartAsync([200], Steps);
        await telling.StepAsync(CastEvents.StepStarted, "one");
        telling.Client = Instances.Client(Instances.Of(OrchestrationRuntimeStatus.Terminated, id: World.Cast)).Object;
        var answer = await telling.LookAsync();
        telling.Time.Advance(TimeSpan.FromMinutes(6));

        answer = await telling.LookAsync(answer.Next);
        Assert.Equal((telling.Time.GetUtcNow(), false), (answer.Next.OrphanSince, answer.IsDone));
        telling.Time.Advance(TimeSpan.FromHours(25));

        Assert.True((await telling.LookAsync(answer.Next)).IsDone);
    }

    [Fact]
    public async Task Its_end_is_told_also_if_somebody_else_has_to_write_it()
    {
        await using var telling = await Telling.StartAsync([200], Steps);
        telling.Client = Instances.Client().Object;
        var answer = await telling.LookAsync();
        telling.Time.Advance(TimeSpan.FromHours(1));
        answer = await telling.LookAsync(answer.Next);
        await telling.EndAsync();

        Assert.True((await telling.LookAsync(answer.Next)).IsDone);
        Assert.Equal(["cast.completed"], telling.Told);
    }
}
