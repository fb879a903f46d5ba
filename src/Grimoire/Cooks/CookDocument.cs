using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Spells;

namespace Grimoire.Cooks;

/// <summary>A cook as it was asked for: what is cast, over what, and how.</summary>
public sealed record CookDocument
{
    /// <summary>Of a saved spell; null if the spell came with the request.</summary>
    public string? Slug { get; init; }

    /// <summary>Of the saved spell; null: the newest.</summary>
    public int? Version { get; init; }

    /// <summary>The spell that came with the request.</summary>
    public Spell? Spell { get; init; }

    public CookSettings Settings { get; init; } = new();

    /// <summary>The inputs of each piece, as they were written; null if they are generated, or come as a table.</summary>
    public IReadOnlyList<JsonObject>? Pieces { get; init; }

    public PieceGenerator? Generate { get; init; }

    /// <summary>As casts have it; it is not read here.</summary>
    public JsonNode? Notify { get; init; }
}

/// <summary>A cook as it came out of a document, or everything that is wrong with the document.</summary>
/// <param name="Cook">Null if there are errors.</param>
/// <param name="Errors">Pointers lead into the document.</param>
public sealed record CookReading(CookDocument? Cook, IReadOnlyList<Finding> Errors);
