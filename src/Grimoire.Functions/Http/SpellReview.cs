using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Storage;
using Grimoire.Spells;

namespace Grimoire.Functions.Http;

/// <summary>A document of a spell that has been read and checked against everything that it calls.</summary>
/// <param name="Spell">Null if it could not be read.</param>
/// <param name="Catalog">What it may call; null if it could not be read.</param>
public sealed record ReviewedSpell(Spell? Spell, CastCatalog? Catalog, IReadOnlyList<Finding> Errors, IReadOnlyList<Finding> Warnings);

/// <summary>Checks documents of spells as fully as they are checked before a cast.</summary>
public sealed class SpellReview(SpellStore spells, ToolCatalog tools, SpellValidator validator)
{
    /// <param name="account">Whose tools and spells it may call.</param>
    /// <param name="document">As it was sent.</param>
    /// <param name="findings">What is wrong with its text.</param>
    /// <param name="cancellation">The caller has gone.</param>
    public async Task<ReviewedSpell> OfAsync(string account, JsonNode? document, IReadOnlyList<Finding> findings, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(findings);
        if (findings.Count > 0)
        {
            return new ReviewedSpell(null, null, findings, []);
        }

        var reading = SpellDocument.Read(document);
        if (reading.Spell is not { } spell)
        {
            return new ReviewedSpell(null, null, reading.Errors, []);
        }

        var set = await tools.OfAsync(account, cancellation).ConfigureAwait(false);
        var catalog = await CastCatalog.GatherAsync(spell, account, set, spells, cancellation).ConfigureAwait(false);
        var result = validator.Validate(spell, catalog, reading.Document);
        return new ReviewedSpell(spell, catalog, result.Errors, result.Warnings);
    }
}
