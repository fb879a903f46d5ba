namespace Grimoire.Cli.Watching;

/// <summary>A step of a cast that is watched, as far as its events tell.</summary>
sealed class StepState(string id)
{
    readonly List<Question> _questions = [];
    readonly HashSet<(int? Item, int Attempt)> _answered = [];

    public string Id => id;

    public string? Tool { get; set; }

    /// <summary>The slug of what it casts, if it does.</summary>
    public string? Spell { get; set; }

    public string Status { get; set; } = "pending";

    public int Attempt { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public decimal CostUsd { get; set; }

    /// <summary>What it waits for: "job", "retry", "circuit", "time"; null while it works, and while it only asks.</summary>
    public string? WaitsFor { get; set; }

    public DateTimeOffset? WaitsUntil { get; set; }

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

    /// <summary>What it asks and nobody has answered yet, in the order in which it was asked: with forEach several at once.</summary>
    public IReadOnlyList<Question> Questions => _questions;

    public bool IsRunning => Status == "running";

    public bool IsWaiting => WaitsFor is not null || _questions.Count > 0;

    public void WorksAgain() => (WaitsFor, WaitsUntil, JobState, Progress) = (null, null, null, null);

    public void Asks(Question question)
    {
        (WaitsFor, WaitsUntil) = (null, null);
        if (!_answered.Contains((question.Item, question.Attempt)) && !_questions.Any(open => (open.Item, open.Attempt) == (question.Item, question.Attempt)))
        {
            _questions.Add(question);
        }
    }

    /// <summary>An attempt that nobody is asked about any more: it is answered, or has ended.</summary>
    public void IsAnswered(int? item, int attempt)
    {
        // An answer may be told of before its question.
        _answered.Add((item, attempt));
        _questions.RemoveAll(question => (question.Item, question.Attempt) == (item, attempt));
    }

    public void AsksNothing() => _questions.Clear();
}
