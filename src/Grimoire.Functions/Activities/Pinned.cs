using Grimoire.Casts;
using Grimoire.Spells;
using Grimoire.Tools;

namespace Grimoire.Functions.Activities;

/// <summary>What the manifest of a cast has pinned for a step, or a message that says what is missing from it.</summary>
static class Pinned
{
    public static ToolDefinition ToolOf(this CastManifest manifest, Step step) => step.Tool is { } name && manifest.Tools.GetValueOrDefault(name) is { } tool
        ? tool
        : throw Missing(manifest, step, step.Tool is null ? "calls no tool" : $"calls the tool '{step.Tool}', which the cast has not got");

    public static Spell SpellOf(this CastManifest manifest, Step step) => step.Spell is { } name && manifest.Spells.GetValueOrDefault(name) is { } spell
        ? spell
        : throw Missing(manifest, step, step.Spell is null ? "casts no spell" : $"casts the spell '{step.Spell}', which the cast has not got");

    static InvalidDataException Missing(CastManifest manifest, Step step, string what) => new($"Step '{step.Id}' of the cast '{manifest.CastId}' {what}.");
}
