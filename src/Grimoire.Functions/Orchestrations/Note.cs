using Grimoire.Functions.Storage;

namespace Grimoire.Functions.Orchestrations;

/// <summary>What <see cref="PublishNote"/> is started with.</summary>
/// <param name="ApproveWithin">How long it waits for an answer.</param>
public sealed record Note(string Title, string Text, TimeSpan ApproveWithin);

/// <summary>The answer that <see cref="PublishNote"/> waits for.</summary>
public sealed record Approval(bool Approved, string? Comment);

/// <summary>How <see cref="PublishNote"/> ended.</summary>
/// <param name="Outcome">One of <see cref="NoteOutcome"/>.</param>
/// <param name="Artifact">The page, if it was published.</param>
public sealed record PublishedNote(string Outcome, string? Comment, ArtifactReference? Artifact);

public static class NoteOutcome
{
    public const string Published = "published";
    public const string Rejected = "rejected";
    public const string Unanswered = "unanswered";
}
