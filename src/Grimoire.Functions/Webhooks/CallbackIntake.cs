using System.Security.Cryptography;
using System.Text;
using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Notifications;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Telemetry;
using Grimoire.Functions.Tools.Http;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Webhooks;

/// <summary>
/// Takes a callback that has been verified: it is stored, told, and then the cast is woken, in that order. Whatever of it fails, the provider sends it
/// again, and all of it can be done again.
/// </summary>
public sealed class CallbackIntake(CastStore casts, AttemptStore attempts, Inbox inbox, Journal journal, LateCosts costs, JobReader reader, TimeProvider time)
{
    /// <summary>Of an id as it is: it is told in events.</summary>
    const int MaxId = 256;

    /// <param name="client">Wakes the cast.</param>
    /// <param name="attempt">Whose it is.</param>
    /// <param name="message">What came.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<CallbackOutcome> TakeAsync(DurableTaskClient client, AttemptKey attempt, EarlyMessage message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(message);
        if (await casts.FindAsync(attempt.CastId, cancellation).ConfigureAwait(false) is not { } manifest
            || (await attempts.FindAsync(attempt, cancellation).ConfigureAwait(false)).Record is not { } record)
        {
            return CallbackOutcome.Unknown;
        }

        using var span = Traces.StartCallback(record.Trace, attempt);
        var tool = manifest.ToolOf(manifest.Step(attempt.Step));
        var reading = reader.Read(tool, record, manifest.Account, message.Content);
        var stored = new InboxMessage(attempt, message.Id, message.ReceivedAt, message.Content) { State = reading.State, Said = reading.Said, Progress = reading.Progress };
        var isNew = await inbox.PutAsync(stored, cancellation).ConfigureAwait(false);
        await journal.AppendAsync(attempt.CastId, [Told(stored, time.GetUtcNow())], cancellation).ConfigureAwait(false);

        // Looked at again, now that the message is stored: whoever has ended the attempt meanwhile may not have seen it.
        var now = (await attempts.FindAsync(attempt, cancellation).ConfigureAwait(false)).Record ?? record;
        if (now.Status != AttemptStatus.Running)
        {
            // Nobody waits for it any more. If it tells the end of a job that was given up, what that has cost counts.
            await costs.CountAsync(now, stored, tool, manifest.Account, cancellation).ConfigureAwait(false);
            return isNew ? CallbackOutcome.Late : CallbackOutcome.Duplicate;
        }

        if (stored.IsLast)
        {
            await client.RaiseEventAsync(attempt.CastId, JobRun.EventOf(attempt), message.Id, cancellation).ConfigureAwait(false);
            await CastNotifiers.WakeAsync(client, manifest, cancellation).ConfigureAwait(false);
        }

        return isNew ? CallbackOutcome.Accepted : CallbackOutcome.Duplicate;
    }

    internal static CastEvent Told(InboxMessage message, DateTimeOffset at) => message.IsLast
        ? CastEvents.Attempt(CastEvents.JobCallback, message.Attempt, at, new { state = message.Said, messageId = message.Id }, $":{message.Id}")
        : CastEvents.Progress(message.Attempt, at, message.Said ?? "", message.Progress);

    /// <param name="named">What its sender calls it; nothing: its content tells it from others.</param>
    /// <param name="body">Its content.</param>
    public static string IdOf(string? named, ReadOnlySpan<byte> body) => named switch
    {
        null or "" => Hash(body),
        { Length: > MaxId } => Hash(Encoding.UTF8.GetBytes(named)),
        _ => named,
    };

    static string Hash(ReadOnlySpan<byte> bytes) => $"sha256.{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}";
}

public enum CallbackOutcome
{
    Accepted,

    /// <summary>It had come before.</summary>
    Duplicate,

    /// <summary>Its attempt has ended.</summary>
    Late,

    /// <summary>Nobody knows whose it is, yet: it is kept.</summary>
    Early,

    /// <summary>There is no such attempt.</summary>
    Unknown,

    Forged,

    /// <summary>It could not be verified, because of this side's secrets.</summary>
    Unverifiable,
    Expired,
    Malformed,
    TooLarge,
}
