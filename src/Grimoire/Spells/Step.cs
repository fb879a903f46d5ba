using System.Text.Json.Nodes;

namespace Grimoire.Spells;

/// <summary>One step of a spell: a call of a tool, or a cast of another spell.</summary>
public sealed record Step
{
    public required string Id { get; init; }

    /// <summary>For people; the id if there is none.</summary>
    public string? Name { get; init; }

    /// <summary>Id or display name of a tool; null for a sub-spell.</summary>
    public string? Tool { get; init; }

    /// <summary>Slug of a spell to cast, or "slug@3" for that version of it; null for a tool.</summary>
    public string? Spell { get; init; }

    /// <summary>A template: the input of the tool, or the inputs of the sub-spell.</summary>
    public JsonObject? With { get; init; }

    /// <summary>A template. What comes to false or null skips the step.</summary>
    public JsonNode? When { get; init; }

    /// <summary>A template that comes to an array: the step runs once for each element, as ${item} and ${index}.</summary>
    public JsonNode? ForEach { get; init; }

    /// <summary>How many elements of <see cref="ForEach"/> run at once.</summary>
    public int? MaxParallel { get; init; }

    /// <summary>Steps that have to end first, beside those that it references (order: graph).</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    public RetrySettings? Retry { get; init; }

    /// <summary>How long the step may take in all: its attempts and the pauses between them.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What to do when it fails for good; the first clause that matches counts. "onTimeout" of a document is one of them.</summary>
    public IReadOnlyList<CatchClause> Catch { get; init; } = [];

    public OnError OnError { get; init; }
}

/// <summary>What becomes of the cast when a step has failed and nothing catches it.</summary>
public enum OnError
{
    /// <summary>It fails; nothing after the step runs.</summary>
    Fail,

    /// <summary>It goes on; the step has no output.</summary>
    Continue,
}

/// <summary>Routes a failure: to a step that runs instead, or to a value that stands for the output.</summary>
public sealed record CatchClause
{
    /// <summary>Codes of failures, "http.*" for all that begin so, "*" for all.</summary>
    public IReadOnlyList<string> Errors { get; init; } = ["*"];

    /// <summary>The step that runs in place of the failed one, with ${error}. It runs at no other time.</summary>
    public string? Step { get; init; }

    /// <summary>A template, with ${error}. Counts if there is no <see cref="Step"/>.</summary>
    public JsonNode? Value { get; init; }

    public bool Catches(string code) => Errors.Any(pattern => ErrorPattern.Matches(pattern, code));
}
