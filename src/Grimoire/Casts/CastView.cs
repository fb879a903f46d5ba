using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Cooks;

namespace Grimoire.Casts;

/// <summary>A cast as people see it: a fold over its journal.</summary>
public sealed record CastView
{
    public required string Id { get; init; }

    public required string Account { get; init; }

    public required string Spell { get; init; }

    public int? SpellVersion { get; init; }

    public string? Goal { get; init; }

    public CastStatus Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public required JsonObject Inputs { get; init; }

    public IReadOnlyList<StepSummary> Steps { get; init; } = [];

    public IReadOnlyList<StoredArtifact> Artifacts { get; init; } = [];

    /// <summary>Since when they are not stored any more, because they are not kept for longer.</summary>
    public DateTimeOffset? ArtifactsRemovedAt { get; init; }

    public decimal CostUsd { get; init; }

    public decimal? BudgetUsd { get; init; }

    public Failure? Failure { get; init; }

    public string? Reason { get; init; }

    /// <summary>Something of it could not be written; what it shows may lack that.</summary>
    public bool NeedsReconciliation { get; init; }

    public CastParent? Parent { get; init; }

    /// <summary>The cook that it is a piece of.</summary>
    public CookPiece? Cook { get; init; }

    /// <summary>"cook" for a piece of one.</summary>
    public string? Platform => Cook is null ? null : "cook";

    public string? RedriveOf { get; init; }

    public static CastView Of(CastManifest manifest, IEnumerable<CastEvent> events)
    {
        var fold = new Fold(manifest);
        var seen = new HashSet<string>();
        foreach (var e in events)
        {
            if (seen.Add(e.Id))
            {
                fold.Add(e);
            }
        }

        return fold.View();
    }

    sealed class Fold
    {
        readonly Dictionary<string, StepSummary> _steps = [];
        readonly List<string> _order = [];
        readonly List<StoredArtifact> _artifacts = [];
        readonly OpenWaits _waits = new();
        readonly CastManifest _manifest;
        CastView _view;

        public Fold(CastManifest manifest)
        {
            _manifest = manifest;
            _view = new CastView
            {
                Id = manifest.CastId,
                Account = manifest.Account,
                Spell = manifest.Spell.Slug,
                SpellVersion = manifest.SpellVersion,
                Goal = manifest.Goal,
                CreatedAt = manifest.CreatedAt,
                UpdatedAt = manifest.CreatedAt,
                Inputs = manifest.Inputs,
                BudgetUsd = manifest.BudgetUsd ?? manifest.Spell.BudgetUsd,
                Parent = manifest.Parent,
                Cook = manifest.Cook,
                RedriveOf = manifest.Redrive?.CastId,
            };
            foreach (var step in manifest.Spell.Steps)
            {
                _order.Add(step.Id);
                _steps[step.Id] = new StepSummary { Id = step.Id, Name = step.Name, Tool = step.Tool, Spell = step.Spell };
            }
        }

        public void Add(CastEvent e)
        {
            _view = _view with { UpdatedAt = e.At > _view.UpdatedAt ? e.At : _view.UpdatedAt };
            _waits.Add(e);
            if (e.Step is { } step && _steps.TryGetValue(step, out var summary))
            {
                _steps[step] = Step(summary, e);
            }

            _view = e.Type switch
            {
                CastEvents.CastStarted => Turned(CastStatus.Running) with { StartedAt = e.At },
                CastEvents.ArtifactsRemoved => _view with { ArtifactsRemovedAt = e.At },
                CastEvents.StorageIncident => _view with { NeedsReconciliation = true },
                CastEvents.CastPaused => Turned(CastStatus.Paused),
                CastEvents.CastResumed => Turned(CastStatus.Running),
                _ when HasEnded => _view,
                CastEvents.CastCompleted => _view with { Status = CastStatus.Completed, EndedAt = e.At },
                CastEvents.CastCancelled => _view with { Status = CastStatus.Cancelled, EndedAt = e.At, Reason = (string?)e.Data?["reason"] },
                CastEvents.CastFailed => _view with { Status = CastStatus.Failed, EndedAt = e.At, Failure = Read<Failure>(e.Data?["failure"]) },
                _ => _view,
            };
        }

        bool HasEnded => _view.EndedAt is not null;

        /// <summary>What has ended stays so, whatever is heard of it late.</summary>
        CastView Turned(CastStatus status) => HasEnded ? _view : _view with { Status = status };

        public CastView View()
        {
            // A step that failed before it had started is told of by the cast alone.
            if (_view.Failure is { Step: { } failed } failure && _steps.TryGetValue(failed, out var step) && step.Status is StepStatus.Pending or StepStatus.Running)
            {
                _steps[failed] = step with { Status = StepStatus.Failed, Failure = failure };
            }

            foreach (var wait in _waits.All.GroupBy(open => open.Step))
            {
                if (_steps.TryGetValue(wait.Key, out var waiting))
                {
                    _steps[wait.Key] = waiting with { Waits = wait.First().Wait };
                }
            }

            // What a cast that went well has not run was a step for failures that did not come.
            return _view with
            {
                Steps = [.. _order.Select(id => _steps[id]).Select(step =>
                    _view.Status == CastStatus.Completed && step.Status == StepStatus.Pending ? step with { Status = StepStatus.Skipped } : step)],
                Artifacts = [.. _artifacts],
                CostUsd = _steps.Values.Sum(step => step.CostUsd),
            };
        }

        StepSummary Step(StepSummary step, CastEvent e)
        {
            var attempts = Math.Max(step.Attempts, e.Attempt ?? 0);
            var hasEnded = step.EndedAt is not null;
            switch (e.Type)
            {
                case CastEvents.StepStarted:
                    return step with { Status = hasEnded ? step.Status : StepStatus.Running, StartedAt = e.At };
                case CastEvents.StepCompleted or CastEvents.StepSkipped or CastEvents.StepReused or CastEvents.StepFailed or CastEvents.StepCancelled when hasEnded:
                    return step with { CostUsd = step.CostUsd + Cost(e) };
                case CastEvents.StepCompleted:
                    return step with { Status = StepStatus.Completed, EndedAt = e.At, CostUsd = step.CostUsd + Cost(e), RetryAt = null, Warnings = Read<string[]>(e.Data?["warnings"]) };
                case CastEvents.StepSkipped:
                    return step with { Status = StepStatus.Skipped, EndedAt = e.At, RetryAt = null };
                case CastEvents.StepReused:
                    AddArtifacts(e.Data?["artifacts"]);
                    return step with
                    {
                        Status = (bool?)e.Data?["skipped"] == true ? StepStatus.Skipped : StepStatus.Completed,
                        EndedAt = e.At,
                        RetryAt = null,
                        ReusedFrom = (string?)e.Data?["castId"],
                    };
                case CastEvents.ItemReused:
                    AddArtifacts(e.Data?["artifacts"]);
                    return step;
                case CastEvents.StepFailed:
                    return step with { Status = StepStatus.Failed, EndedAt = e.At, Failure = Read<Failure>(e.Data?["failure"]), CaughtBy = (string?)e.Data?["caughtBy"], RetryAt = null };
                case CastEvents.StepCancelled:
                    return step with { Status = StepStatus.Cancelled, EndedAt = e.At, RetryAt = null };
                case CastEvents.AttemptStarted:
                    return step with { Attempts = attempts, RetryAt = null };
                case CastEvents.AttemptRetrying:
                    return step with { RetryAt = hasEnded ? null : Read<DateTimeOffset?>(e.Data?["at"]) };
                case CastEvents.AttemptFailed or CastEvents.AttemptLost or CastEvents.AttemptCompleted or CastEvents.AttemptCancelled or CastEvents.AttemptLate:
                    return step with { Attempts = attempts, CostUsd = step.CostUsd + Cost(e) };
                case CastEvents.ArtifactStored:
                    if (Read<StoredArtifact>(e.Data) is { } artifact)
                    {
                        _artifacts.Add(artifact);
                    }

                    return step;
                default:
                    return step;
            }
        }

        void AddArtifacts(JsonNode? list) => _artifacts.AddRange(Read<StoredArtifact[]>(list) ?? []);

        static decimal Cost(CastEvent e) => (decimal?)e.Data?["costUsd"] ?? 0;

        static T? Read<T>(JsonNode? node) => node.Deserialize<T>(DomainJson.Options);
    }
}

public enum CastStatus
{
    /// <summary>Accepted, not begun.</summary>
    Pending,
    Running,
    Paused,
    Completed,
    Failed,
    Cancelled,
}

/// <summary>A step of a cast as people see it.</summary>
public sealed record StepSummary
{
    public required string Id { get; init; }

    public string? Name { get; init; }

    public string? Tool { get; init; }

    public string? Spell { get; init; }

    public StepStatus Status { get; init; }

    public int Attempts { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>It waits for its next attempt until then.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>What it waits for that comes from outside; of a step with forEach, what has been waited for longest.</summary>
    public StepWait? Waits { get; init; }

    public decimal CostUsd { get; init; }

    public Failure? Failure { get; init; }

    /// <summary>The step that ran in its place, or "value".</summary>
    public string? CaughtBy { get; init; }

    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>The cast whose result it took over.</summary>
    public string? ReusedFrom { get; init; }
}
