using System.Diagnostics.Metrics;

namespace Grimoire.Functions;

/// <summary>What somebody should be woken for; meter "Grimoire".</summary>
static class CastMetrics
{
    static readonly Meter Meter = new("Grimoire");

    /// <summary>Casts of which storage has not taken everything for as long as it was tried.</summary>
    public static Counter<long> NeedsReconciliation { get; } = Meter.CreateCounter<long>("grimoire.casts.needs_reconciliation");

    /// <summary>Casts that could not go on by themselves, by what was the matter: tag "what".</summary>
    public static Counter<long> Reconciled { get; } = Meter.CreateCounter<long>("grimoire.casts.reconciled");

    /// <summary>Callbacks, by what became of them: tag "outcome".</summary>
    public static Counter<long> Callbacks { get; } = Meter.CreateCounter<long>("grimoire.callbacks");

    /// <summary>Tries to send notifications, by what became of them: tag "outcome".</summary>
    public static Counter<long> Notifications { get; } = Meter.CreateCounter<long>("grimoire.notifications");
}
