using Grimoire.Casts;
using Grimoire.Functions.Notifications;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tools;
using Grimoire.Functions.Tools.Http;
using Grimoire.Functions.Webhooks;
using Grimoire.Tools;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Activities;

/// <summary>
/// Looks how the job of an attempt is going: at what has come for it, and if it is asked to, at what its provider says. A job that has ended ends its attempt,
/// whichever way that becomes known, and however often.
/// </summary>
public sealed class CheckJob(CastStore casts, AttemptStore attempts, Inbox inbox, EarlyMessages early, Journal journal, AttemptLedger ledger, AttemptEnding ending,
    ToolRunners runners, JobReader reader, IObjectStore objects, CastOptions options, TimeProvider time)
{
    [Function(nameof(CheckJob))]
    public async Task<JobAnswer> RunAsync([ActivityTrigger] JobQuestion question, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(question);
        var answer = await LookAsync(question, cancellation).ConfigureAwait(false);
        if (answer.Outcome is { Unstored: null })
        {
            await CastNotifiers.WakeAsync(client, await casts.FindAsync(question.Attempt.CastId, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        }

        return answer;
    }

    public async Task<JobAnswer> LookAsync(JobQuestion question, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(question);
        var key = question.Attempt;
        using var scope = ledger.Scope(key);
        var (record, _) = await attempts.FindAsync(key, cancellation).ConfigureAwait(false);
        if (record is null)
        {
            throw new StorageException($"The record of the attempt {key.IdempotencyKey} is gone.");
        }

        if (record.Status == AttemptStatus.Running && record.Job is null)
        {
            throw new StorageException($"The record of the attempt {key.IdempotencyKey} does not know of a job.");
        }

        if (record.Status != AttemptStatus.Running || record.Job is not { } job)
        {
            // Whoever has ended it may have died before that was told.
            return new JobAnswer { Outcome = await ledger.SettleAsync(record, cancellation).ConfigureAwait(false) };
        }

        var manifest = await casts.GetAsync(key.CastId, cancellation).ConfigureAwait(false);
        var tool = manifest.ToolOf(manifest.Step(key.Step));
        if (job.Wait.LooksFirst && !question.Ask)
        {
            await early.ExpectAsync(tool, manifest.Account, record, cancellation).ConfigureAwait(false);
        }

        var sink = new ArtifactSink(objects, key, tool.Id, options.MaxArtifactBytes);
        var last = await inbox.FindEndAsync(key, cancellation).ConfigureAwait(false);
        if (last is null && (!question.Ask || job.Question is not null))
        {
            return new JobAnswer { HeardAt = await inbox.HeardAtAsync(key, cancellation).ConfigureAwait(false) };
        }

        if (job.Question is not null)
        {
            var answered = ending.Of(record with { Job = job with { EndedBy = last?.Id } }, ToolResult.Of(last?.Content.DeepClone()), []);
            return new JobAnswer { Outcome = await ledger.SettleAsync(answered, cancellation).ConfigureAwait(false) };
        }

        var call = new ToolCall(tool, record.Input as System.Text.Json.Nodes.JsonObject ?? [], key, manifest.Account, sink) { Job = new JobErrand(job, last?.Content), Trace = manifest.Trace };
        var result = await runners.RunAsync(call, cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        var reading = result.Reading;
        if (reading is null && last is not null)
        {
            // What has come says that the job has ended, whether the tool can be called just now or not.
            reading = new JobReading(last.State, last.Said ?? "", IsTransient: false, last.Progress);
            result = result with { CostUsd = reader.CostOf(tool, record, manifest.Account, last.Content, last.State) };
        }
        else if (reading is not { HasEnded: true })
        {
            return await GoesOnAsync(record, result, question, cancellation).ConfigureAwait(false);
        }

        if (result.Failure is { Transient: true } && (reading!.State == JobState.Succeeded || result.Reading is null) && question.Try < options.CollectTries)
        {
            // The work is done and paid for: what it has made is worth another try.
            return new JobAnswer { CollectAgain = true, HeardAt = time.GetUtcNow() };
        }

        var ended = ending.Of(record with { Job = job with { EndedBy = last?.Id ?? "answer" } }, result, sink.Stored);
        return new JobAnswer { Outcome = await ledger.SettleAsync(ended, cancellation).ConfigureAwait(false) };
    }

    async Task<JobAnswer> GoesOnAsync(AttemptRecord record, ToolResult result, JobQuestion question, CancellationToken cancellation)
    {
        if (result.Reading is not { } reading)
        {
            return new JobAnswer { Trouble = result.Failure, HeardAt = await inbox.HeardAtAsync(record.Key, cancellation).ConfigureAwait(false) };
        }

        if (reading.Said != question.Said || reading.Progress != question.Progress)
        {
            await journal.AppendAsync(record.CastId, [CastEvents.Progress(record.Key, time.GetUtcNow(), reading.Said, reading.Progress)], cancellation).ConfigureAwait(false);
        }

        return new JobAnswer { HeardAt = time.GetUtcNow(), Said = reading.Said, Progress = reading.Progress };
    }
}
