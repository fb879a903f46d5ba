using System.Text.Json.Nodes;
using Grimoire.Tools;

namespace Grimoire.Spells;

/// <summary>What something is expected to cost, and whether that is all of it.</summary>
readonly record struct Estimate(decimal Usd, bool IsComplete)
{
    public static Estimate Nothing => new(0, true);

    public static Estimate operator +(Estimate left, Estimate right) => new(left.Usd + right.Usd, left.IsComplete && right.IsComplete);

    /// <summary>Of so many calls; null: nobody knows how many.</summary>
    public Estimate Times(int? items) => items is { } count ? this with { Usd = Usd * count } : this with { IsComplete = false };

    public static Estimate Of(Step step, ISpellCatalog catalog, int depth = 0)
    {
        if (step.Tool is { } tool)
        {
            return catalog.FindTool(tool) is { } definition ? Of(definition) : new Estimate(0, false);
        }

        // Of a sub-spell every step is counted, as if none were skipped; how deep they go is limited where they are checked.
        return depth < SpellLimits.Default.SubSpellDepth && step.Spell is { } reference && catalog.FindSpell(reference) is { } spell
            ? spell.Steps.Aggregate(Nothing, (sum, inner) => sum + Of(inner, catalog, depth + 1).Times(Items(inner)))
            : new Estimate(0, false);
    }

    static Estimate Of(ToolDefinition tool) =>
        (tool.Cost.EstimateUsd ?? tool.Cost.Usd) is { } usd ? new Estimate(usd, true) : new Estimate(0, !MayCost(tool));

    static bool MayCost(ToolDefinition tool) => tool.Kind == ToolKinds.Http || ToolKinds.AsksModel(tool.Kind);

    static int? Items(Step step) => step.ForEach switch
    {
        null => 1,
        JsonArray items => items.Count,
        _ => null,
    };
}
