namespace Grimoire.Casts;

/// <summary>The distributed trace that a cast belongs to, in the terms of W3C Trace Context: one for a cast with all its sub-casts.</summary>
/// <param name="TraceId">32 hexadecimal digits.</param>
/// <param name="Recorded">Whoever began the trace wants it to be recorded.</param>
public sealed record CastTrace(string TraceId, bool Recorded)
{
    /// <summary>What has asked for the cast: 16 hexadecimal digits; null: nobody who says so.</summary>
    public string? ParentSpanId { get; init; }

    /// <summary>What others have to say of it, passed on as it is.</summary>
    public string? State { get; init; }
}
