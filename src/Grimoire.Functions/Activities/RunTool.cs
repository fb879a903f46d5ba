using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tools;
using Grimoire.Schemas;
using Grimoire.Spells;
using Grimoire.Tools;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Grimoire.Functions.Activities;

/// <summary>
/// One attempt at a step: bind its input, claim the attempt, call the tool, store what came of it. Delivered again, it answers what it has answered
/// before: a tool is called at most once for one attempt.
/// </summary>
public sealed partial class RunTool(
    CastStore casts, StepBinding binding, JsonSchemas schemas, AttemptLedger ledger, ToolRunners runners, IObjectStore objects, CastOptions options, TimeProvider time, ILogger<RunTool> logger)
{
    static readonly Func<ILogger, string, string, int, IDisposable?> AttemptScope =
        LoggerMessage.DefineScope<string, string, int>("Cast {Cast}, step {Step}, attempt {Attempt}");

    static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    [Function(nameof(RunTool))]
    public async Task<AttemptOutcome> RunAsync([ActivityTrigger] StepRequest order, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        var manifest = await casts.GetAsync(order.CastId, cancellation).ConfigureAwait(false);
        var step = manifest.Step(order.Step);
        var tool = manifest.ToolOf(step);

        var (input, failure) = await BindAsync(manifest, step, tool, order, cancellation).ConfigureAwait(false);
        var record = Record(order, tool, input, failure);
        if (tool.Kind == WaitTime.Kind)
        {
            // Nobody runs it: it ends when its time has come.
            var opened = await ledger.OpenAsync(record, cancellation).ConfigureAwait(false);
            return opened.Status == AttemptStatus.Running ? new AttemptOutcome { WaitsUntil = opened.LeaseUntil } : AttemptLedger.OutcomeOf(opened);
        }

        var claim = await ledger.BeginAsync(record, runners.IsPure(tool.Kind), cancellation).ConfigureAwait(false);
        if (claim.Existing is { } existing)
        {
            return existing.Status == AttemptStatus.Running ? ledger.Busy(existing) : AttemptLedger.OutcomeOf(existing);
        }

        var lease = claim.Lease!;
        await using var held = lease.ConfigureAwait(false);
        var sink = new ArtifactSink(objects, order.Key, tool.Id, options.MaxArtifactBytes);
        var ended = await CallAsync(manifest, tool, lease.Record, sink, order, cancellation).ConfigureAwait(false);

        // What has been paid for is stored even while the app stops.
        return await ledger.EndAsync(lease, ended, CancellationToken.None).ConfigureAwait(false);
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
        using var logScope = AttemptScope(logger, order.CastId, order.Key.Place, order.Attempt);
        using var alarm = new CancellationTokenSource(Left(order.Deadline), time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, alarm.Token);

        // A copy: the runner may do with it what it likes, and the record keeps what was passed.
        var input = (JsonObject)record.Input!.DeepClone();
        var result = await runners.RunAsync(new ToolCall(tool, input, order.Key, manifest.Account, sink), limit.Token).ConfigureAwait(false);
        var isStopped = result.Failure?.Code == Codes.Stopped;
        if (isStopped && cancellation.IsCancellationRequested)
        {
            LogStopped(order.Key.IdempotencyKey);
            return Billed(Ended(record, sink), result) with { Status = AttemptStatus.Lost, Failure = Stopped(record) };
        }

        if (isStopped || (result.Failure is not null && time.GetUtcNow() >= order.Deadline))
        {
            result = result with { Failure = TimedOut(order, isStopped ? null : result.Failure) };
        }

        return Checked(
            Billed(Ended(record, sink), result) with
            {
                Status = result.Failure is null ? AttemptStatus.Succeeded : AttemptStatus.Failed,
                Output = result.Failure is null ? result.Output : null,
                Failure = result.Failure?.In(record.Step, record.Item, record.Attempt, record.Tool),
            });
    }

    static AttemptRecord Billed(AttemptRecord record, ToolResult result) =>
        record with { CostUsd = result.CostUsd, Usage = result.Usage, Warnings = result.Warnings };

    AttemptRecord Ended(AttemptRecord record, ArtifactSink sink) => record with { EndedAt = time.GetUtcNow(), LeaseUntil = null, Artifacts = sink.Stored };

    /// <summary>What cannot be kept is a failure of the attempt: what it has cost, and the rest of it, is kept.</summary>
    AttemptRecord Checked(AttemptRecord record)
    {
        if (Unwritable(record.Output, out var bytes) is { } reason)
        {
            return Failed("output.unserialisable", $"The output cannot be written as JSON: {reason}");
        }

        if (bytes > options.MaxOutputBytes)
        {
            return Failed("output.tooLarge", string.Create(CultureInfo.InvariantCulture,
                $"The output has {bytes} bytes; it may have {options.MaxOutputBytes}. Large results belong into artifacts."));
        }

        return record.Failure is { } failure && Unwritable(failure, out _) is not null
            ? record with { Failure = WithoutDetails(failure) }
            : record;

        AttemptRecord Failed(string code, string message) => record with
        {
            Status = AttemptStatus.Failed,
            Output = null,
            Failure = new Failure { Code = code, Message = message, Phase = Phase.Complete }.In(record.Step, record.Item, record.Attempt, record.Tool),
        };
    }

    static Failure WithoutDetails(Failure failure) => failure with { Details = null, Cause = failure.Cause is { } cause ? WithoutDetails(cause) : null };

    static string? Unwritable<T>(T value, out int bytes)
    {
        bytes = 0;
        try
        {
            bytes = CastStore.Bytes(value).Length;
            return null;
        }
        catch (Exception unwritable) when (unwritable is JsonException or NotSupportedException or ArgumentException or InvalidOperationException)
        {
            return unwritable.Message;
        }
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
