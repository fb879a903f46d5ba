using System.Net;
using Grimoire.Casts;
using Grimoire.Notifications;

namespace Grimoire.Functions.Notifications;

/// <summary>The messages about one cast, or one cook, to one subscription: which are still to be sent, as what, and what has become of them.</summary>
/// <param name="about">The cast or cook.</param>
/// <param name="index">Which of its subscriptions.</param>
/// <param name="events">Of it, each once, up to now.</param>
sealed class CastLane(Notifiable about, int index, IReadOnlyList<CastEvent> events)
{
    readonly Subscription _subscription = about.Notify[index];

    /// <summary>What it wants to be told and was not, in the order in which it happened.</summary>
    public IReadOnlyList<PendingMessage> Pending()
    {
        var outcomes = events.Where(e => CastEvents.IsOfNotification(e.Type)).ToDictionary(e => e.Id);
        var wanted = events.Where(e => _subscription.Wants(e.Type)).Select(e => new PendingMessage(NotificationMessage.IdOf(about.Id, e.Id, index), e)).ToLookup(
            message => outcomes.ContainsKey(CastEvents.NotifiedId(message.Id)));
        return wanted[true].Any(message => IsGone(outcomes[CastEvents.NotifiedId(message.Id)])) ? [] : [.. wanted[false]];
    }

    /// <summary>Its receiver has said once that it wants nothing any more.</summary>
    static bool IsGone(CastEvent outcome) => outcome.Type == CastEvents.NotificationFailed && (int?)outcome.Data?["status"] == (int)HttpStatusCode.Gone;

    public byte[] BodyOf(PendingMessage message, Uri app) => about.BodyOf(message.Event, events.TakeWhile(e => e.Id != message.Event.Id).Append(message.Event), app);

    /// <param name="type">Sent or failed.</param>
    /// <param name="message">Which.</param>
    /// <param name="at">When.</param>
    /// <param name="tries">How often it was tried.</param>
    /// <param name="result">What came of the last try.</param>
    public CastEvent Told(string type, PendingMessage message, DateTimeOffset at, int tries, SendingResult result) => CastEvents.Notified(
        type,
        message.Id,
        at,
        new
        {
            MessageId = message.Id,
            EventId = message.Event.Id,
            Event = message.Event.Type,
            Subscription = _subscription.Name,
            new Uri(_subscription.Url).Host,
            Status = (int?)result.Status,
            Tries = tries,
            result.Error,
        });
}

/// <param name="Id">Of the message.</param>
/// <param name="Event">What it tells of.</param>
sealed record PendingMessage(string Id, CastEvent Event);
