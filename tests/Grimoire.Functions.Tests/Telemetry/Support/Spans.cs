using System.Collections.Concurrent;
using System.Diagnostics;
using Grimoire.Functions.Telemetry;

namespace Grimoire.Functions.Tests.Telemetry.Support;

/// <summary>Every span of the source "Grimoire" that belongs to one trace. It listens without any exporter, as whoever wants may.</summary>
sealed class Spans : IDisposable
{
    readonly ConcurrentQueue<Activity> _ended = new();
    readonly ActivityListener _listener;

    public Spans(string? traceId = null)
    {
        TraceId = traceId ?? ActivityTraceId.CreateRandom().ToHexString();
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Traces.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> asked) =>
                asked.Parent.TraceId.ToHexString() == TraceId ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public string TraceId { get; }

    public IReadOnlyList<Activity> All => [.. _ended];

    public Activity One(string name) => Assert.Single(All, span => span.DisplayName == name);

    public void Dispose() => _listener.Dispose();
}
