using System.Collections.Concurrent;
using System.Collections.Frozen;
using Grimoire.Accounts;
using Grimoire.Functions.Storage;
using Grimoire.Tools;

namespace Grimoire.Functions.Casting;

/// <summary>
/// The tools that an account may use: those that it has saved, then those of the app's folder, then those that are part of the app. Read again
/// after two seconds, and at once after a change by this process.
/// </summary>
public sealed class ToolCatalog(ToolStore store, ToolFolder folder, TimeProvider time)
{
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    readonly ConcurrentDictionary<string, ToolSet> _sets = new();
    long _changes;

    public async Task<ToolSet> OfAsync(string account, CancellationToken cancellation)
    {
        if (_sets.TryGetValue(account, out var known) && time.GetUtcNow() - known.ReadAt < Fresh)
        {
            return known;
        }

        var (readAt, changes) = (time.GetUtcNow(), Interlocked.Read(ref _changes));
        var saved = await store.ListAsync(account, cancellation).ConfigureAwait(false);
        var all = new Dictionary<string, SavedTool>();
        foreach (var tool in folder.Tools.Concat(saved))
        {
            all[tool.Id] = tool;
        }

        var set = new ToolSet(account, [.. all.Values.OrderBy(tool => tool.Id, StringComparer.Ordinal)], readAt);
        _sets[account] = set;
        if (Interlocked.Read(ref _changes) != changes)
        {
            // Something was changed while it was read: whether it is in there is not known.
            _sets.TryRemove(KeyValuePair.Create(account, set));
        }

        return set;
    }

    /// <summary>The account's tools have changed.</summary>
    public void Forget(string account)
    {
        Interlocked.Increment(ref _changes);
        _sets.TryRemove(account, out _);
    }
}

/// <summary>The tools of an account at one moment.</summary>
public sealed class ToolSet
{
    readonly FrozenDictionary<string, ToolDefinition> _byId;
    readonly FrozenDictionary<string, ToolDefinition> _byName;

    internal ToolSet(string account, IReadOnlyList<SavedTool> tools, DateTimeOffset readAt)
    {
        (Tools, ReadAt) = (tools, readAt);
        var definitions = tools.Select(tool => Definition(account, tool)).OfType<ToolDefinition>().ToList();
        _byId = definitions.ToFrozenDictionary(tool => tool.Id);
        _byName = definitions.Where(tool => tool.Name is not null).DistinctBy(tool => tool.Name).ToFrozenDictionary(tool => tool.Name!);
    }

    public IReadOnlyList<SavedTool> Tools { get; }

    public DateTimeOffset ReadAt { get; }

    /// <summary>Versions of spells that have been found to be valid with these tools.</summary>
    public ConcurrentDictionary<(string Slug, int Version), bool> Checked { get; } = new();

    public IEnumerable<string> Ids => _byId.Keys;

    static ToolDefinition? Definition(string account, SavedTool tool) =>
        ToolDocument.Read(tool.Document).Tool is { } definition
            ? definition with { WrittenBy = tool.Source == ToolSource.Saved ? account : Account.Operators }
            : null;

    /// <summary>By display name, else by id.</summary>
    public ToolDefinition? Find(string nameOrId) => _byName.GetValueOrDefault(nameOrId) ?? _byId.GetValueOrDefault(nameOrId);
}
