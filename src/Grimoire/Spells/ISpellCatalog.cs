using Grimoire.Tools;

namespace Grimoire.Spells;

/// <summary>What steps may call.</summary>
public interface ISpellCatalog
{
    /// <summary>A tool by its display name or, if none is called so, by its id.</summary>
    ToolDefinition? FindTool(string nameOrId);

    /// <summary>A spell by what a step says: "slug" for the newest version, "slug@3" for that one.</summary>
    Spell? FindSpell(string reference);

    /// <summary>Ids and names of all tools, to say which one was probably meant.</summary>
    IEnumerable<string> ToolNames { get; }

    /// <summary>Slugs of all spells, to say which one was probably meant.</summary>
    IEnumerable<string> SpellNames { get; }
}
