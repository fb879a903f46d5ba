using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Tools;

namespace Grimoire.Functions.Storage;

/// <summary>What has come from outside for attempts that wait. It is kept before anybody acts on it, each message once.</summary>
public sealed class Inbox(IObjectStore objects)
{
    /// <returns>False if it is there already.</returns>
    public async Task<bool> PutAsync(InboxMessage message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
        return await objects.CreateAsync(CastObjects.Message(message.Attempt, message.Id), CastStore.Bytes(message), cancellation).ConfigureAwait(false) is not null;
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

    /// <summary>All messages for an attempt, in the order in which they came.</summary>
    public async Task<IReadOnlyList<InboxMessage>> ListAsync(AttemptKey attempt, CancellationToken cancellation)
    {
        var messages = new List<InboxMessage>();
        await foreach (var name in objects.ListAsync(CastObjects.Messages(attempt), after: null, cancellation).ConfigureAwait(false))
        {
            if (await objects.ReadAsync(name, cancellation).ConfigureAwait(false) is { } stored && CastStore.Parse<InboxMessage>(name, stored.Content) is { } message)
            {
                messages.Add(message);
            }
        }

        return [.. messages.OrderBy(message => message.ReceivedAt).ThenBy(message => message.Id, StringComparer.Ordinal)];
    }
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
