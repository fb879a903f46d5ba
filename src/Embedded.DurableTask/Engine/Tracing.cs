using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Embedded.DurableTask.Engine.History;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Engine;

/// <summary>
/// Spans as the official worker emits them: source "Microsoft.DurableTask", the same names, kinds and tags. An orchestration's span
/// has an id from its start on, so that what happens meanwhile (also in another process) can hang below it; it is emitted at the end.
/// </summary>
internal static class Tracing
{
    static readonly ActivitySource Source = new("Microsoft.DurableTask");

    public static bool IsOn => Source.HasListeners();

    public static Activity? StartCreation(InstanceRow row)
    {
        Activity? span = Source.StartActivity(Name("create_orchestration", row.Name, row.Version), ActivityKind.Producer);
        return Tag(span, "orchestration", row.Name, row.Version, row.Id)
            ?.SetTag("durabletask.task.execution_id", HistoryView.ExecutionId(row.Execution));
    }

    public static Activity? StartEvent(string eventName, string targetId, string? sourceId = null)
    {
        Activity? span = Source.StartActivity($"orchestration_event:{eventName}", ActivityKind.Producer);
        span?.SetTag("durabletask.type", "event")
            .SetTag("durabletask.task.name", eventName)
            .SetTag("durabletask.event.target_instance_id", targetId);
        if (sourceId is not null)
        {
            span?.SetTag("durabletask.task.instance_id", sourceId);
        }

        return span;
    }

    /// <summary>The span around the code of an activity; its parent is the span that stands for the task in the orchestration.</summary>
    public static Activity? StartActivityExecution(Entry action, string instanceId)
    {
        if (action.Trace is null || !ActivityContext.TryParse(action.Trace, null, out ActivityContext parent))
        {
            return null;
        }

        Activity? span = Source.StartActivity(Name("activity", action.Name!, action.Version), ActivityKind.Server, parent);
        return Tag(span, "activity", action.Name!, action.Version, instanceId)?.SetTag("durabletask.task.task_id", action.Id);
    }

    public static void EndActivityExecution(Activity span, Entry? result)
    {
        if (result?.Failure is { } failure)
        {
            span.SetStatus(ActivityStatusCode.Error, failure.ErrorMessage);
        }

        span.Dispose();
    }

    /// <summary>
    /// A traceparent for something that the orchestration asks for: same trace, a span of its own, the same one at each replay.
    /// </summary>
    public static string? ChildTrace(InstanceRow row, int taskId) =>
        row.Trace is not null && ActivityContext.TryParse(row.Trace, null, out ActivityContext context)
            ? Format(context, SpanIdOf(row.Execution, taskId))
            : null;

    /// <summary>The context of an orchestration's own span, derived from the instance so that it need not be stored.</summary>
    public static string? OrchestrationTrace(InstanceRow row) =>
        row.Trace is not null && ActivityContext.TryParse(row.Trace, null, out ActivityContext context)
            ? Format(context, SpanIdOf(row.Key, -1))
            : null;

    /// <summary>Emits what ended with a stored turn: its tasks, its timers, and the orchestration itself.</summary>
    public static void TurnStored(InstanceRow before, InstanceRow after, IReadOnlyList<EndedTask> ended, DateTime now)
    {
        if (OrchestrationTrace(before) is not { } trace || !ActivityContext.TryParse(trace, null, out ActivityContext own))
        {
            return;
        }

        foreach ((Entry answer, Entry asked, DateTime since) in ended)
        {
            if (answer.Kind == EntryKind.TimerFired)
            {
                Activity? timer = Source.StartActivity($"orchestration:{before.Name}:timer", ActivityKind.Internal, own, startTime: since);
                timer?.SetTag("durabletask.type", "timer")
                    .SetTag("durabletask.task.name", before.Name)
                    .SetTag("durabletask.task.instance_id", before.Id)
                    .SetTag("durabletask.fire_at", new DateTime(asked.At, DateTimeKind.Utc).ToString("o"))
                    .SetTag("durabletask.task.task_id", answer.Id)
                    .SetEndTime(now)
                    .Dispose();
                continue;
            }

            bool isActivity = asked.Kind == EntryKind.TaskScheduled;
            if (!isActivity && asked.Kind != EntryKind.SubOrchestrationCreated)
            {
                continue;
            }

            string type = isActivity ? "activity" : "orchestration";
            Activity? span = Source.StartActivity(Name(type, asked.Name!, asked.Version), ActivityKind.Client, own, startTime: since);
            if (span is null)
            {
                continue;
            }

            Tag(span, type, asked.Name!, asked.Version, before.Id);
            if (isActivity)
            {
                span.SetTag("durabletask.task.task_id", asked.Id);
            }

            if (asked.Trace is not null && ActivityContext.TryParse(asked.Trace, null, out ActivityContext task))
            {
                SetSpanId(span, task.SpanId);
            }

            if (answer.Failure is { } failure)
            {
                span.SetStatus(ActivityStatusCode.Error, failure.ErrorMessage);
            }

            span.SetEndTime(now).Dispose();
        }

        if (after.IsTerminal && ActivityContext.TryParse(before.Trace, null, out ActivityContext parent))
        {
            Activity? span = Source.StartActivity(
                Name("orchestration", after.Name, after.Version), ActivityKind.Server, parent, startTime: new DateTime(after.Created, DateTimeKind.Utc));
            if (span is not null)
            {
                Tag(span, "orchestration", after.Name, after.Version, after.Id)!.SetTag("durabletask.task.status", after.Status.ToString());
                SetSpanId(span, own.SpanId);
                if (after.Status == OrchestrationRuntimeStatus.Failed)
                {
                    span.SetStatus(ActivityStatusCode.Error, after.Failure?.ErrorMessage);
                }

                span.SetEndTime(now).Dispose();
            }
        }
    }

    static Activity? Tag(Activity? span, string type, string name, string? version, string instanceId)
    {
        span?.SetTag("durabletask.type", type)
            .SetTag("durabletask.task.name", name)
            .SetTag("durabletask.task.instance_id", instanceId);
        if (!string.IsNullOrEmpty(version))
        {
            span?.SetTag("durabletask.task.version", version);
        }

        return span;
    }

    static string Name(string type, string name, string? version) =>
        string.IsNullOrEmpty(version) ? $"{type}:{name}" : $"{type}:{name}@({version})";

    static string Format(ActivityContext context, ActivitySpanId span) =>
        $"00-{context.TraceId}-{span}-{(context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? "01" : "00")}";

    static ActivitySpanId SpanIdOf(long number, int taskId)
    {
        Span<byte> name = stackalloc byte[12];
        BinaryPrimitives.WriteInt64BigEndian(name, number);
        BinaryPrimitives.WriteInt32BigEndian(name[8..], taskId);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(name, hash);
        return ActivitySpanId.CreateFromBytes(hash[..8]);
    }

    /// <summary>The base library gives every span a new id; there is no public way to give it one that others know already.</summary>
    static void SetSpanId(Activity span, ActivitySpanId id)
    {
        SpanIdField(span) = id.ToHexString();
        IdField(span) = null;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_spanId")]
    static extern ref string? SpanIdField(Activity span);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_id")]
    static extern ref string? IdField(Activity span);
}

/// <summary>A task that a turn brought to its end: the answer, what was asked, and when.</summary>
internal sealed record EndedTask(Entry Answer, Entry Asked, DateTime Since);
