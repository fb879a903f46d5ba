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
public sealed class EventFeed(CastReading reading, Journal journal, TimeProvider time, IHostApplicationLifetime app)
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
        var cursor = new Cursor(wish, followed);
        Task? appended = null;
        while (true)
        {
            // In this order: when the engine says that it has ended, the journal has everything.
            var ended = instance is null or { IsCompleted: true };
            var (events, offset) = await journal.ReadAsync(followed.Id, cursor.Offset, cancellation).ConfigureAwait(false);
            cursor.Take(events, offset, instance);
            var left = wish.Wait - time.GetElapsedTime(began);
            if (cursor.Found.Count > 0 || ended || cursor.Ended || left <= TimeSpan.Zero)
            {
                return new EventPage(cursor.Found, cursor.Next, (ended || cursor.Ended) && !cursor.HasMore);
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
                return new EventPage(cursor.Found, cursor.Next, Ended: false);
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

    /// <summary>How far a journal has been read.</summary>
    sealed class Cursor(EventWish wish, Followed followed)
    {
        readonly HashSet<string> _seen = [];
        readonly List<NumberedEvent> _found = [];
        int _seq;

        public long Offset { get; private set; }

        public bool Ended { get; private set; }

        /// <summary>There are events that the page had no room for.</summary>
        public bool HasMore { get; private set; }

        public List<NumberedEvent> Found => _found;

        public int Next => _found.Count > 0 ? _found[^1].Seq : wish.After;

        public void Take(IEnumerable<CastEvent> events, long offset, OrchestrationMetadata? instance)
        {
            Offset = offset;
            foreach (var e in events.Where(e => _seen.Add(e.Id)))
            {
                Ended |= followed.IsEnd(e, instance);
                if (followed.Translate(e) is not { } translated || ++_seq <= wish.After)
                {
                    continue;
                }

                if (_found.Count < wish.Limit)
                {
                    _found.Add(new NumberedEvent(_seq, translated));
                }
                else
                {
                    HasMore = true;
                }
            }
        }
    }
}
