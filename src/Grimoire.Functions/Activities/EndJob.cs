using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Notifications;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tools;
using Grimoire.Functions.Webhooks;
using Grimoire.Tools;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Grimoire.Functions.Activities;

/// <summary>
/// Ends an attempt whose job nobody waits for any more, and tells its provider so, where the definition says how. What had come for it and was not heard counts:
/// as its end, or, where the cast was stopped, as its cost.
/// </summary>
public sealed partial class EndJob(
    CastStore casts, AttemptStore attempts, Inbox inbox, Journal journal, AttemptLedger ledger, CheckJob check, LateCosts costs, ToolRunners runners, IObjectStore objects,
    CastOptions options, TimeProvider time, ILogger<EndJob> logger)
{
    [Function(nameof(EndJob))]
    public async Task<AttemptOutcome> RunAsync([ActivityTrigger] JobEnd end, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(end);
        var outcome = await EndAsync(end, cancellation).ConfigureAwait(false);
        if (outcome.Unstored is null)
        {
            await CastNotifiers.WakeAsync(client, await casts.FindAsync(end.Attempt.CastId, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        }

        return outcome;
    }

    public async Task<AttemptOutcome> EndAsync(JobEnd end, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(end);
        using var scope = ledger.Scope(end.Attempt);
        var (record, _) = await attempts.FindAsync(end.Attempt, cancellation).ConfigureAwait(false);
        if (record is null)
        {
            throw new StorageException($"The record of the attempt {end.Attempt.IdempotencyKey} is gone.");
        }

        // The last chance of what was stored by a process that died before it could wake anybody.
        if (end.Why != JobEndReason.Cancelled
            && await check.LookAsync(new JobQuestion(end.Attempt, Ask: false) { Try = int.MaxValue }, cancellation).ConfigureAwait(false) is { Outcome: { } outcome })
        {
            return outcome;
        }

        var manifest = await casts.GetAsync(record.CastId, cancellation).ConfigureAwait(false);
        var tool = manifest.ToolOf(manifest.Step(record.Step));
        if (record is { Status: AttemptStatus.Running, Job: { IsUnsure: false } job })
        {
            await TellProviderAsync(record, job, tool, manifest.Account, cancellation).ConfigureAwait(false);
        }

        var failure = FailureOf(end, record).In(record.Step, record.Item, record.Attempt, record.Tool);
        var settled = await ledger.SettleAsync(
            record with
            {
                Status = end.Why == JobEndReason.Cancelled ? AttemptStatus.Cancelled : record.Job is { IsUnsure: true } ? AttemptStatus.Lost : AttemptStatus.Failed,
                EndedAt = time.GetUtcNow(),
                LeaseUntil = null,
                Failure = failure,
            },
            cancellation).ConfigureAwait(false);
        return await UnheardAsync(end.Attempt, tool, manifest.Account, cancellation).ConfigureAwait(false) ?? settled;
    }

    /// <summary>The outcome with the cost that a message tells which came too late to be its end; null if there is none.</summary>
    async Task<AttemptOutcome?> UnheardAsync(AttemptKey attempt, ToolDefinition tool, string account, CancellationToken cancellation)
    {
        if (await inbox.FindEndAsync(attempt, cancellation).ConfigureAwait(false) is not { } last
            || (await attempts.FindAsync(attempt, cancellation).ConfigureAwait(false)).Record is not { } ended)
        {
            return null;
        }

        await costs.CountAsync(ended, last, tool, account, cancellation).ConfigureAwait(false);
        return (await attempts.FindAsync(attempt, cancellation).ConfigureAwait(false)).Record is { } amended ? AttemptLedger.OutcomeOf(amended) : null;
    }

    /// <summary>Whether the provider takes notice does not change that the attempt has ended.</summary>
    async Task TellProviderAsync(AttemptRecord record, JobRecord job, ToolDefinition tool, string account, CancellationToken cancellation)
    {
        if (tool.Job?.Cancel is null)
        {
            return;
        }

        var sink = new ArtifactSink(objects, record.Key, tool.Id, options.MaxArtifactBytes);
        var call = new ToolCall(tool, record.Input as JsonObject ?? [], record.Key, account, sink) { Job = new JobErrand(job, IsOver: true), Trace = record.Trace };
        var result = await runners.RunAsync(call, cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        if (result.Failure is { } refused)
        {
            LogNotCancelled(record.Key.IdempotencyKey, refused.Code, refused.Message);
        }

        var told = CastEvents.Attempt(CastEvents.JobCancelled, record.Key, time.GetUtcNow(), new { job.RunId, Told = result.Failure is null, result.Failure?.Code });
        await journal.AppendAsync(record.CastId, [told], cancellation).ConfigureAwait(false);
    }

    static Failure FailureOf(JobEnd end, AttemptRecord record) => end.Why switch
    {
        JobEndReason.Cancelled => Failed(AttemptRun.CancelledCode, "The cast was stopped while the step waited.", false),
        _ when record.Job is { Question: not null } => Failed("step.timeout", "Nobody has answered in time.", false),
        _ when record.Job is { IsUnsure: true } => Failed(
            AttemptLedger.LostCode, "The worker died while it started the job, and no callback has come. Nobody can tell whether there is a job.", true),
        JobEndReason.StepIsOver => Failed("step.timeout", "The time for the step is over, and its job has not ended.", false),
        JobEndReason.TimeIsOver => Failed("job.timeout", $"The job of '{record.Tool}' has not ended in its time.", true),
        JobEndReason.Silence => Failed("job.silent", $"Nothing was heard of the job of '{record.Tool}' for {record.Job?.Wait.Heartbeat}.", true),
        _ => Failed("job.gone", $"The provider of '{record.Tool}' does not know the job, or does not say how it is: {end.Cause?.Message}", true) with { Cause = end.Cause },
    };

    static Failure Failed(string code, string message, bool transient) => new() { Code = code, Message = message, Phase = Phase.Execute, Transient = transient };

    [LoggerMessage(Level = LogLevel.Warning, Message = "The provider of the attempt {Attempt} could not be told that nobody waits for its job any more: {Code}: {Reason}")]
    partial void LogNotCancelled(string attempt, string code, string reason);
}
