using Grimoire.Casts;
using Grimoire.Notifications;
using Grimoire.Spells;
using Grimoire.Tools;

namespace Grimoire.Cooks;

/// <summary>Everything that a cook starts from but its pieces, written once before it starts: what is saved or changed later does not touch it.</summary>
public sealed record CookManifest
{
    public required string CookId { get; init; }

    public required string Account { get; init; }

    public required Spell Spell { get; init; }

    /// <summary>Null for a spell that came with the request.</summary>
    public int? SpellVersion { get; init; }

    public IReadOnlyDictionary<string, Spell> Spells { get; init; } = new Dictionary<string, Spell>();

    public required IReadOnlyDictionary<string, ToolDefinition> Tools { get; init; }

    /// <summary>How many pieces there are.</summary>
    public required int Pieces { get; init; }

    public required CookSettings Settings { get; init; }

    /// <summary>Who is told how the cook, or each piece of it, goes on; null for nobody.</summary>
    public IReadOnlyList<Subscription>? Notify { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The trace that all casts of its pieces belong to; null for a cook that began before there was one.</summary>
    public CastTrace? Trace { get; init; }

    /// <summary>Of the request that has started it.</summary>
    public string? IdempotencyKey { get; init; }
}

/// <summary>The cook that a cast is a piece of.</summary>
/// <param name="Piece">Its place among the pieces, from 0.</param>
/// <param name="Generation">1, and one more each time that the piece is tried again.</param>
public sealed record CookPiece(string CookId, int Piece, int Generation);

/// <summary>How one piece has ended.</summary>
public sealed record PieceEnd(int Piece, int Generation, CastStatus Status, decimal CostUsd)
{
    /// <summary>The cook hears of it by the event of this name.</summary>
    public const string EventName = "piece.ended";

    /// <summary>Of the failure.</summary>
    public string? Code { get; init; }

    public string? Message { get; init; }
}
