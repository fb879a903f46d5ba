using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Notifications;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tools;
using Grimoire.Functions.Webhooks;
using Grimoire.Schemas;
using Grimoire.Spells;
using Grimoire.Tools;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Grimoire.Functions.Activities;

/// <summary>
/// One attempt at a step: bind its input, claim the attempt, call the tool, store what came of it. Delivered again, it answers what it has answered
/// before: a tool is called at most once for one attempt.
/// </summary>
public sealed partial class RunTool(
    CastStore casts, StepBinding binding, JsonSchemas schemas, AttemptLedger ledger, AttemptEnding ending, ToolRunners runners, CallbackUrls callbacks,
    IObjectStore objects, CastOptions options, TimeProvider time, ILogger<RunTool> logger)
{
    /// <summary>So that a tool that is just being tried again is not asked after without a pause.</summary>
    static readonly TimeSpan ShortestHold = TimeSpan.FromSeconds(0.5);

    static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    /// <summary>Until then whoever tells of the cast still looks every second.</summary>
    static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    [Function(nameof(RunTool))]
    public async Task<AttemptOutcome> RunAsync([ActivityTrigger] StepRequest order, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        var began = time.GetTimestamp();
        var outcome = await AttemptAsync(order, cancellation).ConfigureAwait(false);

        // What could not be stored is nowhere but in the outcome: nothing may come between.
        if (outcome.Unstored is null && (outcome.Job is not null || time.GetElapsedTime(began) > Long))
        {
            await CastNotifiers.WakeAsync(client, await casts.FindAsync(order.CastId, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        }

        return outcome;
    }

    public async Task<AttemptOutcome> AttemptAsync(StepRequest order, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        using var scope = ledger.Scope(order.Key);
        var manifest = await casts.GetAsync(order.CastId, cancellation).ConfigureAwait(false);
        var step = manifest.Step(order.Step);
        var tool = manifest.ToolOf(step);

        var (input, failure) = await BindAsync(manifest, step, tool, order, cancellation).ConfigureAwait(false);
        var record = Record(order, tool, input, failure) with { Trace = manifest.Trace };
        if (tool.Kind == WaitTime.Kind)
        {
            // Nobody runs it: it ends when its time has come.
            var opened = await ledger.OpenAsync(record, cancellation).ConfigureAwait(false);
            return opened.Status == AttemptStatus.Running ? new AttemptOutcome { WaitsUntil = opened.LeaseUntil } : AttemptLedger.OutcomeOf(opened);
        }

        if (tool.Kind == ToolKinds.Approval)
        {
            // A person ends it.
            return Again(await ledger.OpenAsync(Asking(record, order), cancellation).ConfigureAwait(false));
        }

        if (order.IsHeld && failure is null && runners.AskAgainAt(manifest.Account, tool) is { } later)
        {
            return new AttemptOutcome { OpenUntil = BeforeEnd(later, order) };
        }

        var claim = await ledger.BeginAsync(record, runners.IsPure(tool.Kind), dead => Unsure(tool, dead, order), cancellation).ConfigureAwait(false);
        if (claim.Existing is { } existing)
        {
            return existing is { Status: AttemptStatus.Running, Job: null } ? ledger.Busy(existing) : Again(existing);
        }

        var lease = claim.Lease!;
        if (order.ReadyAt is { } ready)
        {
            CastMetrics.Waited(tool.Id, lease.Record.StartedAt - ready);
        }

        await using var held = lease.ConfigureAwait(false);
        var sink = new ArtifactSink(objects, order.Key, tool.Id, options.MaxArtifactBytes);
        var ended = await CallAsync(manifest, tool, lease.Record, sink, order, cancellation).ConfigureAwait(false);

        if (tool.Limits.WhenOpen == WhenOpen.Wait && ended.Failure is { Code: Codes.BreakerOpen } open)
        {
            var pause = open.RetryAfter > ShortestHold ? open.RetryAfter.Value : ShortestHold;
            return await ledger.HoldAsync(lease, BeforeEnd(time.GetUtcNow() + pause, order), CancellationToken.None).ConfigureAwait(false);
        }

        // What has been paid for is stored even while the app stops.
        return await ledger.EndAsync(lease, ended, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Whoever comes back to a job, or to a question, may have missed what has come for it: that is looked for first.</summary>
    static AttemptOutcome Again(AttemptRecord existing)
    {
        var outcome = AttemptLedger.OutcomeOf(existing);
        return outcome.Job is { } wait ? outcome with { Job = wait with { LooksFirst = true } } : outcome;
    }

    /// <summary>The tool's input, or why there is none.</summary>
    async Task<(JsonObject? Input, Failure? Failure)> BindAsync(
        CastManifest manifest, Step step, ToolDefinition tool, StepRequest order, CancellationToken cancellation)
    {
        if (order.Deadline is { } deadline && time.GetUtcNow() >= deadline)
        {
            return (null, TimedOut(order, cause: null));
        }

        var (bound, failure) = await binding.InputAsync(manifest, step, order, cancellation).ConfigureAwait(false);
        if (bound is null || tool.Input is null)
        {
            return (bound, failure);
        }

        var input = (JsonObject)JsonSchemas.WithDefaults(tool.Input, bound)!;
        var errors = schemas.Validate(tool.Input, input);
        return errors.Count == 0 ? (input, null) : (input, Invalid(order, tool, errors));
    }

    AttemptRecord Record(StepRequest order, ToolDefinition tool, JsonObject? input, Failure? failure)
    {
        var now = time.GetUtcNow();
        DateTimeOffset? until = null;
        if (failure is null && tool.Kind == WaitTime.Kind && !WaitTime.TryRead(input!, now, out until, out var wrong))
        {
            failure = new Failure { Code = "input.invalid", Message = wrong!, Phase = Phase.Validate };
        }

        return new AttemptRecord
        {
            CastId = order.CastId,
            Step = order.Step,
            Item = order.Item,
            Attempt = order.Attempt,
            Tool = tool.Id,
            Status = failure is null ? AttemptStatus.Running : AttemptStatus.Failed,
            IdempotencyKey = order.Key.IdempotencyKey,
            StartedAt = now,
            EndedAt = failure is null ? null : now,
            LeaseUntil = until,
            Input = input,
            Failure = failure?.In(order.Step, order.Item, order.Attempt, tool.Id),
        };
    }

    async Task<AttemptRecord> CallAsync(
        CastManifest manifest, ToolDefinition tool, AttemptRecord record, ArtifactSink sink, StepRequest order, CancellationToken cancellation)
    {
        using var alarm = new CancellationTokenSource(Left(order.Deadline), time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, alarm.Token);

        // A copy: the runner may do with it what it likes, and the record keeps what was passed.
        var input = (JsonObject)record.Input!.DeepClone();
        var call = new ToolCall(tool, input, order.Key, manifest.Account, sink)
        {
            Trace = manifest.Trace,
            CallbackUrl = tool.Job?.Callback is null ? null : await callbacks.OfAsync(order.Key, JobEnd(tool, order) + CallbackUrls.Grace, cancellation).ConfigureAwait(false),
        };
        var result = await runners.RunAsync(call, limit.Token).ConfigureAwait(false);
        if (result.Started is { } job)
        {
            var now = time.GetUtcNow();
            var known = new JobRecord { RunId = job.RunId, Start = job.Start, StartedAt = now, Wait = JobWait.Of(tool, now, JobEnd(tool, order)) };
            return record with { Job = known, Owner = null, LeaseUntil = null, Warnings = result.Warnings };
        }

        var isStopped = result.Failure?.Code == Codes.Stopped;
        if (isStopped && cancellation.IsCancellationRequested)
        {
            LogStopped(order.Key.IdempotencyKey);
            return Unsure(tool, record, order) ?? ending.Of(record, result with { Failure = Stopped(record) }, sink.Stored) with { Status = AttemptStatus.Lost };
        }

        if (isStopped || (result.Failure is not null && time.GetUtcNow() >= order.Deadline))
        {
            result = result with { Failure = TimedOut(order, isStopped ? null : result.Failure) };
        }

        return ending.Of(record, result, sink.Stored);
    }

    /// <summary>
    /// The worker has died while it started the job. If the provider was reached, its callback will come to the attempt's own address: that is waited for,
    /// a while, before the attempt is taken for lost.
    /// </summary>
    AttemptRecord? Unsure(ToolDefinition tool, AttemptRecord dead, StepRequest order)
    {
        if (tool.Job is not { Callback: { RunId: null } })
        {
            return null;
        }

        var now = time.GetUtcNow();
        var end = JobEnd(tool, order);
        var wait = new JobWait(now + options.UnsureWait < end ? now + options.UnsureWait : end) { Heartbeat = tool.Job.Heartbeat };
        return dead with { Job = new JobRecord { StartedAt = dead.StartedAt, Wait = wait, IsUnsure = true }, Owner = null, LeaseUntil = null };
    }

    AttemptRecord Asking(AttemptRecord record, StepRequest order)
    {
        if (record.Status != AttemptStatus.Running)
        {
            return record;
        }

        var now = time.GetUtcNow();
        var end = now + options.ApprovalTimeout;
        var wait = new JobWait(order.Deadline < end ? order.Deadline.Value : end) { IsApproval = true };
        return record with { Job = new JobRecord { StartedAt = now, Wait = wait, Question = (string?)record.Input?["question"] ?? "" } };
    }

    static DateTimeOffset BeforeEnd(DateTimeOffset at, StepRequest order) => order.Deadline < at ? order.Deadline.Value : at;

    /// <summary>When a job that starts now has to be done.</summary>
    DateTimeOffset JobEnd(ToolDefinition tool, StepRequest order)
    {
        var end = time.GetUtcNow() + (tool.Timeout ?? options.JobTimeout);
        return order.Deadline < end ? order.Deadline.Value : end;
    }

    static Failure Invalid(StepRequest order, ToolDefinition tool, IReadOnlyList<SchemaError> errors) => new()
    {
        Code = "input.invalid",
        Message = $"The input does not fit the tool '{tool.Id}': {string.Join("; ", errors.Take(5).Select(error => $"{error.Pointer} {error.Message}".TrimStart()))}",
        Phase = Phase.Validate,
        Step = order.Step,
        Details = new JsonObject
        {
            ["errors"] = new JsonArray([.. errors.Take(50).Select(error => (JsonNode)new JsonObject { ["pointer"] = error.Pointer, ["message"] = error.Message })]),
        },
    };

    static Failure TimedOut(StepRequest order, Failure? cause) => new()
    {
        Code = "step.timeout",
        Message = "The time for the step is over." + (cause is null ? "" : $" {cause.Message}"),
        Phase = Phase.Execute,
        Step = order.Step,
        Cause = cause,
    };

    static Failure Stopped(AttemptRecord record) => new Failure
    {
        Code = AttemptLedger.LostCode,
        Message = "The app was stopped while the tool ran. Nobody can tell whether the tool has done its work.",
        Phase = Phase.Execute,
        Transient = true,
    }.In(record.Step, record.Item, record.Attempt, record.Tool);

    /// <summary>No timer takes more than about 49 days, and no attempt comes near that.</summary>
    TimeSpan Left(DateTimeOffset? deadline) => deadline is not { } end || end - time.GetUtcNow() is var left && left > LongestTimer
        ? Timeout.InfiniteTimeSpan
        : left > TimeSpan.Zero ? left : TimeSpan.Zero;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The app stops while the attempt {Attempt} runs: it is lost.")]
    partial void LogStopped(string attempt);
}
