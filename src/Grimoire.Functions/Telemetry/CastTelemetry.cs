using Grimoire.Casts;

namespace Grimoire.Functions.Telemetry;

/// <summary>Tells of casts what is counted and traced.</summary>
static class CastTelemetry
{
    /// <param name="manifest">Null if it is gone.</param>
    /// <param name="outcome">As it was stored, for the first time.</param>
    /// <param name="at">When.</param>
    public static void Ended(CastManifest? manifest, CastOutcome outcome, DateTimeOffset at)
    {
        CastMetrics.CastOver(manifest, outcome.Status, at);
        if (manifest is not null)
        {
            Traces.Tell(manifest, outcome, at);
        }
    }

    /// <summary>What a step calls, as it is told of its attempts.</summary>
    public static string? ToolOf(CastManifest? manifest, string stepId)
    {
        var step = manifest?.Spell.Steps.FirstOrDefault(step => step.Id == stepId);
        return step is null ? null
            : step.Tool is not { } name ? "spell:"
            : manifest!.Tools.TryGetValue(name, out var tool) ? tool.Id : name;
    }
}
