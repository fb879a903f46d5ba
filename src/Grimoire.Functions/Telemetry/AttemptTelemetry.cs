using Grimoire.Casts;

namespace Grimoire.Functions.Telemetry;

/// <summary>
/// Tells of attempts what is counted and traced. It is told by whoever has stored the record, right after that: what is delivered again finds the record
/// stored, and tells nothing.
/// </summary>
static class AttemptTelemetry
{
    /// <param name="record">As it was stored: running, or ended already.</param>
    /// <param name="isNew">False: somebody else had begun it.</param>
    public static void Claimed(AttemptRecord record, bool isNew)
    {
        if (isNew)
        {
            CastMetrics.AttemptBegun(record);
        }

        Ended(record);
    }

    /// <summary>Nothing yet, if it goes on as a job.</summary>
    public static void Ended(AttemptRecord record)
    {
        if (record.Status != AttemptStatus.Running)
        {
            CastMetrics.AttemptOver(record);
            Traces.Tell(record);
        }
    }
}
