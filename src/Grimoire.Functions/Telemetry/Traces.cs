using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Grimoire.Casts;

namespace Grimoire.Functions.Telemetry;

/// <summary>
/// The spans of casts; source "Grimoire". The ids of spans follow from the ids of what they stand for, so that any process, at any time, can hang something
/// below a span that will be told only when it has ended: nothing is kept open while a cast waits.
/// </summary>
static class Traces
{
    public const string SourceName = "Grimoire";

    public static ActivitySource Source { get; } = new(SourceName);

    /// <summary>The trace of a cast that begins, or of a cook with all its casts: the one that has asked for it, or a new one.</summary>
    /// <param name="traceParent">What the request says, if it says something.</param>
    /// <param name="traceState">The same.</param>
    /// <param name="spell">What is cast.</param>
    /// <param name="what">Is begun.</param>
    public static CastTrace Begin(string? traceParent, string? traceState, string spell, string what = "start cast")
    {
        const int longestState = 512;
        var state = traceState?.Length <= longestState ? traceState : null;
        var asked = ActivityContext.TryParse(traceParent, state, isRemote: true, out var parsed) ? parsed : Activity.Current?.Context ?? default;

        // Whoever listens decides here, for all of the trace, whether it is recorded.
        using var span = Source.StartActivity(what, ActivityKind.Producer, asked);
        span?.SetTag("grimoire.spell", spell);
        return span is not null ? new CastTrace(span.TraceId.ToHexString(), span.Recorded) { ParentSpanId = span.SpanId.ToHexString(), State = asked.TraceState }
            : asked != default ? new CastTrace(asked.TraceId.ToHexString(), asked.TraceFlags.HasFlag(ActivityTraceFlags.Recorded)) { ParentSpanId = asked.SpanId.ToHexString(), State = asked.TraceState }
            : new CastTrace(ActivityTraceId.CreateRandom().ToHexString(), Recorded: false);
    }

    /// <summary>The context of the span of a cast; nothing if the cast has begun before there were traces.</summary>
    public static ActivityContext OfCast(CastTrace? trace, string castId) => Of(trace, SpanIdOf(castId));

    /// <summary>The context of the span of an attempt.</summary>
    public static ActivityContext OfAttempt(CastTrace? trace, AttemptKey attempt) => Of(trace, SpanIdOf(attempt.IdempotencyKey));

    /// <summary>Tells of an attempt that has ended.</summary>
    public static void Tell(AttemptRecord record)
    {
        if (record.Trace is not { } trace || !Source.HasListeners())
        {
            return;
        }

        using var span = Start($"attempt {record.Tool}", trace, SpanIdOf(record.Key.IdempotencyKey), SpanIdOf(record.CastId), record.StartedAt);
        if (span is null)
        {
            return;
        }

        span.SetTag("grimoire.cast.id", record.CastId).SetTag("grimoire.step.id", record.Step).SetTag("grimoire.attempt", record.Attempt)
            .SetTag("grimoire.tool", record.Tool).SetTag("grimoire.status", Name(record.Status));
        if (record.Item is { } item)
        {
            span.SetTag("grimoire.step.item", item);
        }

        if (record.CostUsd != 0)
        {
            span.SetTag("grimoire.cost.usd", (double)record.CostUsd);
        }

        Fail(span, record.Failure);
        span.SetEndTime((record.EndedAt ?? record.StartedAt).UtcDateTime);
    }

    /// <summary>Tells of a cast that has ended.</summary>
    public static void Tell(CastManifest manifest, CastOutcome outcome, DateTimeOffset endedAt)
    {
        if (manifest.Trace is not { } trace || !Source.HasListeners())
        {
            return;
        }

        var parent = manifest.Parent is { } step ? SpanIdOf(new AttemptKey(step.CastId, step.Step, step.Item, step.Attempt).IdempotencyKey)
            : trace.ParentSpanId is { } asked ? ActivitySpanId.CreateFromString(asked)
            : default;
        using var span = Start($"cast {manifest.Spell.Slug}", trace, SpanIdOf(manifest.CastId), parent, manifest.CreatedAt);
        if (span is null)
        {
            return;
        }

        span.SetTag("grimoire.cast.id", manifest.CastId).SetTag("grimoire.spell", manifest.Spell.Slug).SetTag("grimoire.status", Name(outcome.Status))
            .SetTag("grimoire.cost.usd", (double)outcome.CostUsd);
        if (manifest.SpellVersion is { } version)
        {
            span.SetTag("grimoire.spell.version", version);
        }

        Fail(span, outcome.Failure);
        span.SetEndTime(endedAt.UtcDateTime);
    }

    /// <summary>A callback that is being taken: it belongs to the attempt that it is for, and to the request that has brought it.</summary>
    public static Activity? StartCallback(CastTrace? trace, AttemptKey attempt)
    {
        if (trace is null || !Source.HasListeners())
        {
            return null;
        }

        IEnumerable<ActivityLink>? request = Activity.Current is { } current ? [new ActivityLink(current.Context)] : null;
        var span = Source.StartActivity("callback", ActivityKind.Consumer, OfAttempt(trace, attempt), links: request);
        return span?.SetTag("grimoire.cast.id", attempt.CastId).SetTag("grimoire.step.id", attempt.Step).SetTag("grimoire.attempt", attempt.Number);
    }

    /// <summary>The W3C header that says it.</summary>
    public static string HeaderOf(ActivityContext context) =>
        $"00-{context.TraceId.ToHexString()}-{context.SpanId.ToHexString()}-{(context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? "01" : "00")}";

    static ActivityContext Of(CastTrace? trace, ActivitySpanId span) => trace is null ? default : new ActivityContext(
        ActivityTraceId.CreateFromString(trace.TraceId), span, trace.Recorded ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None, trace.State, isRemote: true);

    static Activity? Start(string name, CastTrace trace, ActivitySpanId id, ActivitySpanId parent, DateTimeOffset at)
    {
        var span = Source.StartActivity(name, ActivityKind.Internal, Of(trace, parent), startTime: at);
        if (span is not null)
        {
            SpanIdField(span) = id.ToHexString();
            IdField(span) = null;
        }

        return span;
    }

    /// <summary>The message may have in it what a tool has answered: the code says enough, and the rest is in the cast.</summary>
    static void Fail(Activity span, Failure? failure)
    {
        if (failure is not null)
        {
            span.SetStatus(ActivityStatusCode.Error, failure.Code).SetTag("error.type", failure.Code);
        }
    }

    static ActivitySpanId SpanIdOf(string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), hash);
        return ActivitySpanId.CreateFromBytes(hash[..8]);
    }

    static string Name<TEnum>(TEnum value)
        where TEnum : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>The base library gives every span a new id, and has no public way to give it one that others know already.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_spanId")]
    static extern ref string? SpanIdField(Activity span);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_id")]
    static extern ref string? IdField(Activity span);
}
