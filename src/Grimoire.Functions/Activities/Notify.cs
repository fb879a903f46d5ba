using Grimoire.Casts;
using Grimoire.Functions.Notifications;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Webhooks;
using Grimoire.Notifications;
using Grimoire.Webhooks;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Grimoire.Functions.Activities;

/// <summary>
/// Sends a subscription of a cast, or of a cook, what has happened since the last time, in order, up to the first message that does not arrive. What has become of each is in
/// its journal, and only there: so it does not matter how often this is delivered, and at which line it dies. Then a message is sent once more.
/// </summary>
public sealed partial class Notify(IObjectStore objects, Journal journal, SubscriptionStore subscriptions, NotificationSender sender,
    NotificationOptions options, CallbackUrls urls, TimeProvider time, ILogger<Notify> logger)
{
    /// <summary>In one delivery, which must not take for ever.</summary>
    const int MostMessages = 20;

    static readonly TimeSpan LongestRound = TimeSpan.FromMinutes(1);

    /// <summary>A cast in which nothing has happened for so long may have been ended from outside.</summary>
    static readonly TimeSpan QuietLong = TimeSpan.FromMinutes(5);

    /// <summary>For how long its journal may still come to tell that.</summary>
    static readonly TimeSpan OrphanTime = TimeSpan.FromDays(1);

    [Function(nameof(Notify))]
    public async Task<NotifyAnswer> RunAsync([ActivityTrigger] NotifyOrder order, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        order = order with { Troubles = 0 };
        var (tail, end) = await journal.ReadAsync(order.CastId, order.Offset, cancellation).ConfigureAwait(false);

        if (await Notifiable.ReadAsync(objects, order.CastId, cancellation).ConfigureAwait(false) is not { } about || order.Subscription >= about.Notify.Count)
        {
            return Done(order);
        }

        var wants = about.Notify[order.Subscription];
        if (tail.Any(e => wants.Wants(e.Type)))
        {
            // All of it, not only what is new: an event that was written twice is known by the first time.
            var events = order.Offset == 0 ? tail : (await journal.ReadAsync(order.CastId, 0, cancellation).ConfigureAwait(false)).Events;
            var lane = new CastLane(about, order.Subscription, [.. events.DistinctBy(e => e.Id)]);
            if (await SendAllAsync(order, about, lane, cancellation).ConfigureAwait(false) is { } stopped)
            {
                return stopped;
            }
        }

        return about.IsOver(tail) ? Done(order) : await QuietAsync(order, tail, end, client, cancellation).ConfigureAwait(false);
    }

    /// <summary>Null if everything has arrived or was given up.</summary>
    async Task<NotifyAnswer?> SendAllAsync(NotifyOrder order, Notifiable about, CastLane lane, CancellationToken cancellation)
    {
        var pending = lane.Pending();
        var subscription = about.Notify[order.Subscription];
        if (pending.Count == 0)
        {
            return null;
        }

        if (await KeysAsync(about.Account, subscription, cancellation).ConfigureAwait(false) is not { } keys)
        {
            // It was removed or disabled since the cast began.
            return Done(order);
        }

        var began = time.GetTimestamp();
        var (failures, tries) = (order.Failures, order.Tries);
        foreach (var (sent, message) in pending.Index())
        {
            if (sent == MostMessages || time.GetElapsedTime(began) > LongestRound)
            {
                return new NotifyAnswer(order with { Failures = failures, Tries = tries }, TimeSpan.Zero);
            }

            var result = await sender
                .SendAsync(new Uri(subscription.Url), message.Id, lane.BodyOf(message, urls.BaseUrl), keys, cancellation)
                .ConfigureAwait(false);
            tries++;
            failures = result.Error is null ? 0 : failures + 1;
            if (result.Error is not null && !result.IsGone && !result.IsHopeless && !options.Pace.IsOver(tries, failures, time.GetUtcNow() - message.Event.At))
            {
                Count("retried");
                var pause = options.Pace.After(failures, message.Id);
                return new NotifyAnswer(order with { Failures = failures, Tries = tries }, result.RetryAfter > pause ? result.RetryAfter.Value : pause);
            }

            await RecordAsync(order.CastId, lane, message, tries, result, cancellation).ConfigureAwait(false);
            tries = 0;
            if (result.IsGone)
            {
                if (subscription is { IsOfAccount: true, Name: { } name })
                {
                    await subscriptions.DisableAsync(about.Account, name, result.Error!, cancellation).ConfigureAwait(false);
                }

                return Done(order);
            }
        }

        return null;
    }

    async Task RecordAsync(string castId, CastLane lane, PendingMessage message, int tries, SendingResult result, CancellationToken cancellation)
    {
        var type = result.Error is null ? CastEvents.NotificationSent : CastEvents.NotificationFailed;
        // The cast may have been deleted while the message was sent.
        await journal.AppendIfThereAsync(castId, [lane.Told(type, message, time.GetUtcNow(), tries, result)], cancellation).ConfigureAwait(false);
        Count(result.Error is null ? "sent" : "failed");
        if (result.Error is { } error)
        {
            LogGivenUp(logger, message.Id, message.Event.Type, castId, tries, error);
        }
    }

    /// <summary>Null if nothing is to be sent to it any more.</summary>
    async Task<SigningKeys?> KeysAsync(string account, Subscription subscription, CancellationToken cancellation)
    {
        if (subscription is not { IsOfAccount: true, Name: { } name })
        {
            return (await subscriptions.OwnSecretsAsync(account, cancellation).ConfigureAwait(false)).KeysAt(time.GetUtcNow());
        }

        var saved = (await subscriptions.ReadAsync(account, cancellation).ConfigureAwait(false)).Find(name);
        return saved is { DisabledAt: null } ? saved.Secrets.KeysAt(time.GetUtcNow()) : null;
    }

    /// <summary>The longer nothing happens in the cast, the less often it is looked at. Its end is not waited for so: that wakes.</summary>
    async Task<NotifyAnswer> QuietAsync(NotifyOrder order, IReadOnlyList<CastEvent> tail, long end, DurableTaskClient client, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var last = tail.Where(e => !CastEvents.IsOfNotification(e.Type)).Select(e => (DateTimeOffset?)e.At).Append(order.LastAt).Max() ?? now;
        var next = order with { Offset = end, LastAt = last, Failures = 0, Tries = 0 };
        var quiet = now - last;
        if (quiet < QuietLong)
        {
            return new NotifyAnswer(next with { OrphanSince = null }, NotificationPace.Look(quiet));
        }

        var instance = await client.GetInstanceAsync(order.CastId, getInputsAndOutputs: false, cancellation).ConfigureAwait(false);
        next = next with { OrphanSince = instance is { IsCompleted: false } ? null : order.OrphanSince ?? now };
        return now - next.OrphanSince > OrphanTime ? Done(next) : new NotifyAnswer(next, NotificationPace.Look(quiet));
    }

    static NotifyAnswer Done(NotifyOrder order) => new(order, TimeSpan.Zero, IsDone: true);

    static void Count(string outcome) => CastMetrics.Notifications.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    [LoggerMessage(Level = LogLevel.Warning, Message = "The message {MessageId} about {EventType} of the cast {CastId} is given up after {Tries} tries: {Error}")]
    static partial void LogGivenUp(ILogger logger, string messageId, string eventType, string castId, int tries, string error);
}
