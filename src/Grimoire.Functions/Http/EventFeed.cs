using Grimoire.Casts;
using Grimoire.Functions.Storage;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Hosting;

namespace Grimoire.Functions.Http;

/// <summary>An event of a cast, or of a cook, with its place in the order in which events were first written, from 1.</summary>
public sealed record NumberedEvent(int Seq, CastEvent Event);

/// <param name="Next">What to ask for next: the number of the last event that was given.</param>
/// <param name="Ended">It has ended, and these are its last events.</param>
public sealed record EventPage(IReadOnlyList<NumberedEvent> Events, int Next, bool Ended);

/// <param name="After">Only events after this one.</param>
/// <param name="Wait">For how long to wait for one.</param>
public sealed record EventWish(int After, int Limit, TimeSpan Wait);

/// <summary>Reads what happened in a cast or a cook, and waits for more to happen.</summary>
public sealed class EventFeed(CastReading reading, EventIndexes events, Journal journal, TimeProvider time, IHostApplicationLifetime app)
{
    /// <summary>What another process writes is not announced here: it is looked for.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <param name="client">Knows whether the cast has ended.</param>
    /// <param name="castId">Which.</param>
    /// <param name="wish">What the caller wants.</param>
    /// <param name="translate">The event as the caller knows it; null to leave it out, as if it were not there.</param>
    /// <param name="cancellation">The caller has gone.</param>
    public async Task<EventPage> ReadAsync(
        DurableTaskClient client, string castId, EventWish wish, Func<CastEvent, CastEvent?> translate, CancellationToken cancellation)
    {
        var (instance, _) = await reading.FindAsync(client, castId, cancellation).ConfigureAwait(false);
        var cast = new Followed(castId, gone => CastReading.InstanceAsync(client, castId, gone), (e, _) => CastEvents.IsEnd(e.Type), translate);
        return await FollowAsync(cast, instance, wish, cancellation).ConfigureAwait(false);
    }

    /// <summary>The same of a cook.</summary>
    public async Task<EventPage> ReadOfCookAsync(DurableTaskClient client, string cookId, EventWish wish, CancellationToken cancellation)
    {
        var instance = await CookViews.InstanceAsync(client, cookId, cancellation).ConfigureAwait(false) ?? throw CookViews.NotFound(cookId);
        var cook = new Followed(cookId, gone => CookViews.InstanceAsync(client, cookId, gone), CookViews.IsLastEnd, e => e);
        return await FollowAsync(cook, instance, wish, cancellation).ConfigureAwait(false);
    }

    async Task<EventPage> FollowAsync(Followed followed, OrchestrationMetadata? instance, EventWish wish, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(wish);
        var began = time.GetTimestamp();
        Task? appended = null;
        while (true)
        {
            // In this order: when the engine says that it has ended, the journal has everything.
            var ended = instance is null or { IsCompleted: true };
            var found = await events.ReadAsync(followed.Id, followed.Translate, wish.After, wish.Limit, cancellation).ConfigureAwait(false);
            ended |= found.Ends.Any(e => followed.IsEnd(e, instance));
            var page = new EventPage(found.Events, found.Events is [.., var last] ? last.Seq : wish.After, ended && !found.HasMore);
            var left = wish.Wait - time.GetElapsedTime(began);
            if (page.Events.Count > 0 || ended || left <= TimeSpan.Zero)
            {
                return page;
            }

            if (appended is null)
            {
                // Once more, now that nothing can come unnoticed.
                appended = journal.WhenAppended(followed.Id);
                continue;
            }

            // Nobody's wait holds up the end of the app: the caller gets what there is, and asks again.
            if (app.ApplicationStopping.IsCancellationRequested)
            {
                return page;
            }

            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation, app.ApplicationStopping);
            await Task.WhenAny(appended, Task.Delay(left < Pause ? left : Pause, time, over.Token)).ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            appended = null;
            instance = await followed.InstanceAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>What is read of.</summary>
    /// <param name="InstanceAsync">Its orchestration; null if it is gone.</param>
    /// <param name="IsEnd">The event tells that there will be no more, by what the orchestration is.</param>
    /// <param name="Translate">The event as the caller knows it.</param>
    sealed record Followed(
        string Id, Func<CancellationToken, Task<OrchestrationMetadata?>> InstanceAsync, Func<CastEvent, OrchestrationMetadata?, bool> IsEnd, Func<CastEvent, CastEvent?> Translate);
}
