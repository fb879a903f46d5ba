using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Grimoire.Sandbox.Inbox;

/// <summary>What was sent to each inbox: the last 10,000 messages of each.</summary>
sealed class Inboxes(TimeProvider time)
{
    public const int Capacity = 10_000;

    readonly ConcurrentDictionary<string, Messages> _inboxes = new(StringComparer.Ordinal);

    public InboxMessage Add(string name, string query, IReadOnlyDictionary<string, string> headers, string? body, string? base64)
    {
        Messages messages = _inboxes.GetOrAdd(name, static _ => new Messages());
        lock (messages)
        {
            var message = new InboxMessage(++messages.Received, time.GetUtcNow(), query, headers, body, base64);
            messages.Kept.Enqueue(message);
            if (messages.Kept.Count > Capacity)
            {
                messages.Kept.Dequeue();
            }

            return message;
        }
    }

    /// <summary>How many have come, and the last of them, oldest first.</summary>
    public (long Received, ImmutableArray<InboxMessage> Last) Find(string name, int take)
    {
        if (!_inboxes.TryGetValue(name, out Messages? messages))
        {
            return (0, []);
        }

        lock (messages)
        {
            return (messages.Received, [.. messages.Kept.Skip(Math.Max(0, messages.Kept.Count - take))]);
        }
    }

    public void Clear(string name) => _inboxes.TryRemove(name, out _);

    sealed class Messages
    {
        public Queue<InboxMessage> Kept { get; } = new();

        public long Received { get; set; }
    }
}

/// <summary>A message as it came.</summary>
/// <param name="Order">1 for the first in its inbox.</param>
/// <param name="At">When it came.</param>
/// <param name="Query">The query of its URL, with the question mark.</param>
/// <param name="Headers">Its headers, names in small letters.</param>
/// <param name="Body">Its body, if that is text.</param>
/// <param name="Base64">Its body, if that is no text.</param>
sealed record InboxMessage(long Order, DateTimeOffset At, string Query, IReadOnlyDictionary<string, string> Headers, string? Body, string? Base64);
