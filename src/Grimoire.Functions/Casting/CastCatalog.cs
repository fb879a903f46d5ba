using System.Globalization;
using Grimoire.Functions.Storage;
using Grimoire.Spells;
using Grimoire.Tools;

namespace Grimoire.Functions.Casting;

/// <summary>Everything that a spell may call, gathered before it is checked: the tools of the account, and the spells that it casts, directly or not.</summary>
public sealed class CastCatalog : ISpellCatalog
{
    readonly Dictionary<string, Spell> _spells = [];

    CastCatalog(ToolSet tools) => Tools = tools;

    public ToolSet Tools { get; }

    /// <summary>By what steps call them.</summary>
    public IReadOnlyDictionary<string, Spell> Spells => _spells;

    public IEnumerable<string> ToolNames => Tools.Ids;

    public IEnumerable<string> SpellNames => _spells.Keys;

    public ToolDefinition? FindTool(string nameOrId) => Tools.Find(nameOrId);

    public Spell? FindSpell(string reference) => _spells.GetValueOrDefault(reference);

    public static async Task<CastCatalog> GatherAsync(Spell spell, string account, ToolSet tools, SpellStore store, CancellationToken cancellation)
    {
        var catalog = new CastCatalog(tools);
        var asked = new HashSet<string>();
        var open = new Queue<Spell>([spell]);
        while (open.TryDequeue(out var next))
        {
            foreach (var reference in next.Steps.Select(step => step.Spell).OfType<string>().Where(asked.Add))
            {
                if (await ReadAsync(reference, account, store, cancellation).ConfigureAwait(false) is { } found)
                {
                    catalog._spells[reference] = found;
                    open.Enqueue(found);
                }
            }
        }

        return catalog;
    }

    static async Task<Spell?> ReadAsync(string reference, string account, SpellStore store, CancellationToken cancellation)
    {
        var at = reference.IndexOf('@', StringComparison.Ordinal);
        var slug = at < 0 ? reference : reference[..at];
        if (!Names.Slug().IsMatch(slug))
        {
            return null;
        }

        var saved = await store.FindAsync(account, slug, cancellation).ConfigureAwait(false);
        if (saved is not null && at >= 0)
        {
            saved = int.TryParse(reference.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                ? await store.FindAsync(account, slug, version, cancellation).ConfigureAwait(false)
                : null;
        }

        return saved is null ? null : SpellDocument.Read(saved.Document).Spell;
    }
}
