namespace Grimoire.Cli.Watching;

/// <summary>A step of a cast that is watched, as far as its events tell.</summary>
sealed class StepState(string id)
{
    public string Id => id;

    public string? Tool { get; set; }

    /// <summary>The slug of what it casts, if it does.</summary>
    public string? Spell { get; set; }

    public string Status { get; set; } = "pending";

    public int Attempt { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public decimal CostUsd { get; set; }

    /// <summary>What it waits for: "job", "approval", "retry", "circuit"; null while it works.</summary>
    public string? WaitsFor { get; set; }

    public DateTimeOffset? WaitsUntil { get; set; }

    public string? Question { get; set; }

    public string? JobState { get; set; }

    public double? Progress { get; set; }

    public string? FailureCode { get; set; }

    public string? FailureMessage { get; set; }

    /// <summary>The step, or "value", that has taken its failure over.</summary>
    public string? CaughtBy { get; set; }

    public bool IsReused { get; set; }

    /// <summary>The elements of a forEach that have begun, with the attempt of each.</summary>
    public SortedDictionary<int, int> Items { get; } = [];

    public HashSet<int> ItemsEnded { get; } = [];

    public bool IsRunning => Status == "running";

    public void WorksAgain() => (WaitsFor, WaitsUntil, Question, JobState, Progress) = (null, null, null, null, null);
}
