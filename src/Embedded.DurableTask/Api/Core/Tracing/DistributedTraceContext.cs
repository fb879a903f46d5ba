namespace DurableTask.Core.Tracing;

/// <summary>A W3C trace context.</summary>
public class DistributedTraceContext(string traceParent, string? traceState = null)
{
    private const int MaxTraceStateLength = 513;

    private string? _traceState = traceState;

    /// <summary>The <c>traceparent</c> value.</summary>
    public string TraceParent { get; set; } = traceParent;

    /// <summary>The <c>tracestate</c> value. Setting one which is too long leaves none.</summary>
    public string? TraceState
    {
        get => _traceState;
        set => _traceState = value is { Length: <= MaxTraceStateLength } ? value : null;
    }

    /// <summary>ID of the activity (in the sense of tracing).</summary>
    public string? Id { get; set; }

    public string? SpanId { get; set; }

    public DateTimeOffset? ActivityStartTime { get; set; }

    internal DistributedTraceContext Clone() => (DistributedTraceContext)MemberwiseClone();
}
