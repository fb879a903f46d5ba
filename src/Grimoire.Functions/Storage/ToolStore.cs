using System.Text.Json.Nodes;

namespace Grimoire.Functions.Storage;

/// <summary>A tool as it was saved; <paramref name="Source"/> says where it comes from.</summary>
public sealed record SavedTool(string Id, JsonObject Document, DateTimeOffset SavedAt, ToolSource Source = ToolSource.Saved);

public enum ToolSource
{
    /// <summary>By somebody, through the API.</summary>
    Saved,

    /// <summary>Comes with the app, in its folder "tools".</summary>
    Folder,

    /// <summary>Is part of the app.</summary>
    BuiltIn,
}

/// <summary>The tools that accounts have saved. A cast has its own copies, so saving one again changes no cast.</summary>
public sealed class ToolStore(IObjectStore objects, TimeProvider time)
{
    /// <summary>True if there was none of that id.</summary>
    public async Task<(SavedTool Saved, bool IsNew)> SaveAsync(string account, string id, JsonObject document, CancellationToken cancellation)
    {
        var saved = new SavedTool(id, (JsonObject)document.DeepClone(), time.GetUtcNow());
        var bytes = CastStore.Bytes(saved);
        while (true)
        {
            if (await objects.CreateAsync(Name(account, id), bytes, cancellation).ConfigureAwait(false) is not null)
            {
                return (saved, true);
            }

            if (await objects.ReadAsync(Name(account, id), cancellation).ConfigureAwait(false) is { } stored
                && await objects.ReplaceAsync(Name(account, id), bytes, stored.Version, cancellation).ConfigureAwait(false) is not null)
            {
                return (saved, false);
            }
        }
    }

    public async Task<SavedTool?> FindAsync(string account, string id, CancellationToken cancellation) =>
        await objects.ReadAsync(Name(account, id), cancellation).ConfigureAwait(false) is { } stored
            ? CastStore.Parse<SavedTool>(Name(account, id), stored.Content)
            : null;

    public async Task<IReadOnlyList<SavedTool>> ListAsync(string account, CancellationToken cancellation)
    {
        var tools = new List<SavedTool>();
        await foreach (var name in objects.ListAsync(Prefix(account), after: null, cancellation).ConfigureAwait(false))
        {
            if (await objects.ReadAsync(name, cancellation).ConfigureAwait(false) is { } stored
                && CastStore.Parse<SavedTool>(name, stored.Content) is { } saved)
            {
                tools.Add(saved);
            }
        }

        return tools;
    }

    /// <summary>False if there is none.</summary>
    public async Task<bool> DeleteAsync(string account, string id, CancellationToken cancellation)
    {
        if (await FindAsync(account, id, cancellation).ConfigureAwait(false) is null)
        {
            return false;
        }

        await objects.DeleteAsync(Name(account, id), cancellation).ConfigureAwait(false);
        return true;
    }

    static string Prefix(string account) => $"tools/{account}/";

    static string Name(string account, string id) => $"{Prefix(account)}{id}.json";
}
