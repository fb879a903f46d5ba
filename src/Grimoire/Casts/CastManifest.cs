using System.Text.Json.Nodes;
using Grimoire.Cooks;
using Grimoire.Notifications;
using Grimoire.Spells;
using Grimoire.Tools;

namespace Grimoire.Casts;

/// <summary>Everything that a cast starts from, written once before it starts: what is saved or changed later does not touch it.</summary>
public sealed record CastManifest
{
    public required string CastId { get; init; }

    public required string Account { get; init; }

    public required Spell Spell { get; init; }

    /// <summary>Null for a spell that came with the request.</summary>
    public int? SpellVersion { get; init; }

    /// <summary>Every spell that this one casts, directly or not, by what steps call it ("slug" or "slug@3").</summary>
    public IReadOnlyDictionary<string, Spell> Spells { get; init; } = new Dictionary<string, Spell>();

    /// <summary>Every tool of it and of those, by what steps call it.</summary>
    public required IReadOnlyDictionary<string, ToolDefinition> Tools { get; init; }

    public required JsonObject Inputs { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public decimal? BudgetUsd { get; init; }

    /// <summary>The cast and step that this is a sub-cast of.</summary>
    public CastParent? Parent { get; init; }

    /// <summary>The cook that this is a piece of. Its redrives keep it.</summary>
    public CookPiece? Cook { get; init; }

    /// <summary>The cast that this one does again, from which step on, and what is taken over from it.</summary>
    public RedriveOrigin? Redrive { get; init; }

    /// <summary>For a run: what it is for.</summary>
    public string? Goal { get; init; }

    /// <summary>Who is told how it goes on, beginning with those that the request names; null for nobody. Its sub-casts tell nobody.</summary>
    public IReadOnlyList<Subscription>? Notify { get; init; }

    /// <summary>Null for a cast that began before there were traces.</summary>
    public CastTrace? Trace { get; init; }

    /// <summary>Of the request that has started it.</summary>
    public string? IdempotencyKey { get; init; }

    /// <exception cref="ArgumentException">The spell has no such step.</exception>
    public Step Step(string id) => Spell.Steps.FirstOrDefault(step => step.Id == id)
        ?? throw new ArgumentException($"The cast '{CastId}' of '{Spell.Slug}' has {Spell.Steps.Count} steps, and no step '{id}' among them.", nameof(id));
}

/// <param name="Depth">1 for the sub-cast of a cast that nobody else has started.</param>
public sealed record CastParent(string CastId, string Step, int? Item, int Attempt, int Depth);

/// <param name="Reused">By step: what is not run again.</param>
/// <param name="Resumed">By step that goes on where it stopped: its elements, if it has a forEach, that are not run again.</param>
public sealed record RedriveOrigin(
    string CastId, string FromStep, IReadOnlyDictionary<string, ReusedStep> Reused, IReadOnlyDictionary<string, IReadOnlyList<ReusedItem>> Resumed);

/// <param name="CastId">The cast that did the work.</param>
public sealed record ReusedItem(int Item, Payload Output, string CastId, IReadOnlyList<StoredArtifact> Artifacts);

/// <param name="Skipped">It has no output: it had not run there either, or failed and was passed over.</param>
/// <param name="CastId">The cast that did the work.</param>
public sealed record ReusedStep(Payload Output, string CastId, bool Skipped, IReadOnlyList<StoredArtifact> Artifacts);
