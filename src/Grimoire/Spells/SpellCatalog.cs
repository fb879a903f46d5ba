using Grimoire.Tools;

namespace Grimoire.Spells;

/// <summary>A catalog of what one puts in: the tools, and the spells by what steps call them.</summary>
public sealed class SpellCatalog : ISpellCatalog
{
    readonly Dictionary<string, ToolDefinition> _byName = new(StringComparer.Ordinal);
    readonly Dictionary<string, ToolDefinition> _byId = new(StringComparer.Ordinal);
    readonly IReadOnlyDictionary<string, Spell> _spells;

    public SpellCatalog(IEnumerable<ToolDefinition> tools, IReadOnlyDictionary<string, Spell>? spells = null)
    {
        foreach (var tool in tools)
        {
            _byId[tool.Id] = tool;
            if (tool.Name is { } name)
            {
                _byName.TryAdd(name, tool);
            }
        }

        _spells = spells ?? new Dictionary<string, Spell>();
    }

    public IEnumerable<string> ToolNames => _byId.Keys.Concat(_byName.Keys);

    public IEnumerable<string> SpellNames => _spells.Keys;

    public ToolDefinition? FindTool(string nameOrId) => _byName.GetValueOrDefault(nameOrId) ?? _byId.GetValueOrDefault(nameOrId);

    public Spell? FindSpell(string reference) => _spells.GetValueOrDefault(reference);
}
