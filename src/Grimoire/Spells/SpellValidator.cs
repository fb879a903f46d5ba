using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Schemas;

namespace Grimoire.Spells;

/// <summary>Checks a spell that has been read against what it calls and what flows through it. All findings at once; nothing is called.</summary>
public sealed class SpellValidator(JsonSchemas schemas, SpellLimits? limits = null)
{
    readonly SpellLimits _limits = limits ?? SpellLimits.Default;

    /// <param name="spell">As <see cref="SpellDocument"/> has read it.</param>
    /// <param name="catalog">What its steps may call.</param>
    /// <param name="document">What it was read from: findings point into it. Null: they point to where things are in <paramref name="spell"/>.</param>
    public ValidationResult Validate(Spell spell, ISpellCatalog catalog, JsonObject? document = null)
    {
        var subject = new SpellSubject(spell, catalog, schemas, document);
        SettingsCheck.Run(subject, _limits);
        CallCheck.Run(subject, _limits);
        CatchCheck.Run(subject);
        ReferenceCheck.Run(subject);
        OrderCheck.Run(subject);
        FlowCheck.Run(subject);
        return subject.Result();
    }
}
