using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Tools;

namespace Grimoire.Functions.Storage;

/// <summary>
/// What has come from outside for attempts that wait. It is kept before anybody acts on it: what ends an attempt whole, each message once; of what says
/// that a job goes on only when it came, in one object, however often that is said.
/// </summary>
public sealed class Inbox(IObjectStore objects)
{
    /// <summary>Messages that a job goes on by which one that comes twice is known: as many as may be under way at once, and some.</summary>
    const int MaxRecent = 50;

    const int MaxTries = 5;

    /// <returns>False if it is there already.</returns>
    public async Task<bool> PutAsync(InboxMessage message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.IsLast
            ? await objects.CreateAsync(CastObjects.Message(message.Attempt, message.Id), CastStore.Bytes(message), cancellation).ConfigureAwait(false) is not null
            : await HearAsync(message, cancellation).ConfigureAwait(false);
    }

    /// <summary>Whether anything has come for a cast.</summary>
    public async Task<bool> AnyAsync(string castId, CancellationToken cancellation)
    {
        await foreach (var _ in objects.ListAsync(CastObjects.Inbox(castId), after: null, cancellation).ConfigureAwait(false))
        {
            return true;
        }

        return false;
    }

    /// <summary>The message that ends an attempt: of several, the one that came first. Null if there is none.</summary>
    public async Task<InboxMessage?> FindEndAsync(AttemptKey attempt, CancellationToken cancellation)
    {
        var ends = new List<InboxMessage>();
        await foreach (var name in objects.ListAsync(CastObjects.Messages(attempt), after: null, cancellation).ConfigureAwait(false))
        {
            if (name != CastObjects.Heard(attempt)
                && await objects.ReadAsync(name, cancellation).ConfigureAwait(false) is { } stored
                && CastStore.Parse<InboxMessage>(name, stored.Content) is { IsLast: true } end)
            {
                ends.Add(end);
            }
        }

        return ends.OrderBy(end => end.ReceivedAt).ThenBy(end => end.Id, StringComparer.Ordinal).FirstOrDefault();
    }

    /// <summary>When a message has come the last time that says that the job of an attempt goes on.</summary>
    public async Task<DateTimeOffset?> HeardAtAsync(AttemptKey attempt, CancellationToken cancellation)
    {
        var name = CastObjects.Heard(attempt);
        return await objects.ReadAsync(name, cancellation).ConfigureAwait(false) is { } stored ? CastStore.Parse<SignsOfLife>(name, stored.Content)?.At : null;
    }

    async Task<bool> HearAsync(InboxMessage message, CancellationToken cancellation)
    {
        var (name, id) = (CastObjects.Heard(message.Attempt), CastObjects.MessageHash(message.Id));
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var stored = await objects.ReadAsync(name, cancellation).ConfigureAwait(false);
            var signs = stored is null ? new SignsOfLife(message.ReceivedAt, []) : CastStore.Parse<SignsOfLife>(name, stored.Content)!;
            if (signs.Recent.Contains(id))
            {
                return false;
            }

            var bytes = CastStore.Bytes(new SignsOfLife(message.ReceivedAt > signs.At ? message.ReceivedAt : signs.At, [.. signs.Recent.Append(id).TakeLast(MaxRecent)]));
            var written = stored is null
                ? await objects.CreateAsync(name, bytes, cancellation).ConfigureAwait(false)
                : await objects.ReplaceAsync(name, bytes, stored.Version, cancellation).ConfigureAwait(false);
            if (written is not null)
            {
                return true;
            }
        }

        // Others were faster each time: that something was heard of the job just now is written, and it is all that this one has to say.
        return true;
    }

    /// <param name="At">When the last one came.</param>
    /// <param name="Recent">The last of them, by the hash of their ids.</param>
    sealed record SignsOfLife(DateTimeOffset At, IReadOnlyList<string> Recent);
}

/// <summary>A message about a job, or an answer to a question.</summary>
/// <param name="Id">The same however often it is sent.</param>
/// <param name="Content">For a callback {headers, body}, as templates see it.</param>
public sealed record InboxMessage(AttemptKey Attempt, string Id, DateTimeOffset ReceivedAt, JsonObject Content)
{
    /// <summary>What it says of the job.</summary>
    public JobState State { get; init; }

    public string? Said { get; init; }

    public double? Progress { get; init; }

    /// <summary>Nothing that comes after it counts.</summary>
    public bool IsLast => State is not (JobState.Queued or JobState.Running);
}
