using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Casts;

namespace Grimoire.Functions.Http;

/// <summary>A cast in the words of a control plane.</summary>
static class RunView
{
    public static object Of(CastView cast, IReadOnlyList<AttemptRecord> records)
    {
        var byStep = records.ToLookup(record => record.Step);
        return new
        {
            cast.Id,
            cast.Goal,
            Status = StatusOf(cast.Status),
            Steps = cast.Steps.Select(step => new
            {
                Name = step.Name ?? step.Id,
                step.Id,
                step.Tool,
                Status = StatusOf(step.Status),
                Output = StepsApi.OutputOf(step, [.. byStep[step.Id]]),
                Error = step.Failure,
                Usage = byStep[step.Id].SelectMany(record => record.Usage),
                step.CostUsd,
                step.StartedAt,
                FinishedAt = step.EndedAt,
            }),
            cast.Artifacts,
            cast.CostUsd,
            Error = cast.Failure,
            cast.CreatedAt,
            cast.StartedAt,
            FinishedAt = cast.EndedAt,
            Links = LinksOf(cast.Id),
        };
    }

    public static JsonObject LinksOf(string id) => new()
    {
        ["self"] = $"/api/runs/{id}",
        ["events"] = $"/api/runs/{id}/events",
        ["artifacts"] = $"/api/runs/{id}/artifacts",
        ["cast"] = $"/api/casts/{id}",
    };

    /// <summary>The event as a run has it; null for what runs do not tell.</summary>
    public static CastEvent? EventOf(CastEvent e) => e.Type switch
    {
        CastEvents.CastCreated => e with { Id = "run.created", Type = "run.created", Data = Data(new { goal = (string?)e.Data?["goal"] }) },
        CastEvents.StepStarted or CastEvents.LlmUsage => e,
        CastEvents.StepCompleted or CastEvents.StepReused => Finished(e, "succeeded"),
        CastEvents.StepFailed => Finished(e, "failed", e.Data?["failure"]),
        CastEvents.StepSkipped => Finished(e, "skipped"),
        CastEvents.StepCancelled => Finished(e, "cancelled"),
        CastEvents.CastCompleted => Ended(e, "succeeded"),
        CastEvents.CastFailed => Ended(e, "failed"),
        CastEvents.CastCancelled => Ended(e, "cancelled"),
        _ => null,
    };

    static CastEvent Finished(CastEvent e, string status, JsonNode? error = null) =>
        e with { Id = $"step.finished:{e.Step}", Type = "step.finished", Data = Data(new { status, error, costUsd = e.Data?["costUsd"] }) };

    static CastEvent Ended(CastEvent e, string status) =>
        e with { Id = "run.finished", Type = "run.finished", Data = Data(new { status, error = e.Data?["failure"], costUsd = e.Data?["costUsd"], reason = e.Data?["reason"] }) };

    static JsonObject Data(object data) => JsonSerializer.SerializeToNode(data, DomainJson.Options)!.AsObject();

    static string StatusOf(CastStatus status) => status switch
    {
        CastStatus.Pending => "pending",
        CastStatus.Completed => "succeeded",
        CastStatus.Failed => "failed",
        CastStatus.Cancelled => "cancelled",
        _ => "running",
    };

    static string StatusOf(StepStatus status) => status switch
    {
        StepStatus.Pending => "pending",
        StepStatus.Completed => "succeeded",
        StepStatus.Failed => "failed",
        StepStatus.Skipped => "skipped",
        StepStatus.Cancelled => "cancelled",
        _ => "running",
    };
}
