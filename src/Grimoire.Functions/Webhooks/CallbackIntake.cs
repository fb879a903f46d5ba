using System.Security.Cryptography;
using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tools.Http;
using Grimoire.Tools;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Webhooks;

/// <summary>
/// Takes a callback that has been verified: it is stored, told, and then the cast is woken, in that order. Whatever of it fails, the provider sends it
/// again, and all of it can be done again.
/// </summary>
public sealed class CallbackIntake(CastStore casts, AttemptStore attempts, Inbox inbox, Journal journal, AttemptLedger ledger, JobReader reader, TimeProvider time)
{
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

        var tool = manifest.ToolOf(manifest.Step(attempt.Step));
        var reading = reader.Read(tool, record, manifest.Account, message.Content);
        var stored = new InboxMessage(attempt, message.Id, message.ReceivedAt, message.Content) { State = reading.State, Said = reading.Said, Progress = reading.Progress };
        var isNew = await inbox.PutAsync(stored, cancellation).ConfigureAwait(false);
        await journal.AppendAsync(attempt.CastId, [Told(stored)], cancellation).ConfigureAwait(false);
        if (record.Status != AttemptStatus.Running)
        {
            return await LateAsync(record, stored, tool, manifest.Account, isNew, cancellation).ConfigureAwait(false);
        }

        if (stored.IsLast)
        {
            await client.RaiseEventAsync(attempt.CastId, JobRun.EventOf(attempt), message.Id, cancellation).ConfigureAwait(false);
        }

        return isNew ? CallbackOutcome.Accepted : CallbackOutcome.Duplicate;
    }

    /// <summary>Nobody waits for it any more. If it tells the end of a job that was given up, what that has cost counts.</summary>
    async Task<CallbackOutcome> LateAsync(
        AttemptRecord record, InboxMessage message, ToolDefinition tool, string account, bool isNew, CancellationToken cancellation)
    {
        if (message.IsLast && record.Job is { EndedBy: null } or null)
        {
            var late = record with { CostUsd = reader.CostOf(tool, record, account, message.Content, message.State), Usage = [], Artifacts = [] };
            await ledger.AmendAsync(late, cancellation).ConfigureAwait(false);
        }

        return isNew ? CallbackOutcome.Late : CallbackOutcome.Duplicate;
    }

    CastEvent Told(InboxMessage message) => message.IsLast
        ? CastEvents.Attempt(CastEvents.JobCallback, message.Attempt, time.GetUtcNow(), new { state = message.Said, messageId = message.Id }, $":{message.Id}")
        : CastEvents.Progress(message.Attempt, time.GetUtcNow(), message.Said ?? "", message.Progress);

    /// <summary>Of a message whose sender does not name it.</summary>
    public static string IdOf(ReadOnlySpan<byte> body) => $"sha256.{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 16))}";
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
