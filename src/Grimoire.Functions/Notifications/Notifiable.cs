using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Storage;
using Grimoire.Notifications;

namespace Grimoire.Functions.Notifications;

/// <summary>What others can be told of: a cast, or a cook.</summary>
/// <param name="Id">Whose journal has what there is to tell.</param>
sealed record Notifiable(string Id, string Account, IReadOnlyList<Subscription> Notify)
{
    /// <summary>A message about an event; by what happened until then, that included, and where the app is.</summary>
    public required Func<CastEvent, IEnumerable<CastEvent>, Uri, byte[]> BodyOf { get; init; }

    /// <summary>Whether, by the last of its events, nothing more will happen.</summary>
    public required Func<IReadOnlyList<CastEvent>, bool> IsOver { get; init; }

    public static Notifiable Of(CastManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return new Notifiable(manifest.CastId, manifest.Account, manifest.Notify ?? [])
        {
            BodyOf = (told, events, app) => NotificationMessage.BodyOf(told, CastView.Of(manifest, events), Links(app, "cast", $"api/casts/{manifest.CastId}", "events", "steps", "artifacts")),
            IsOver = tail => tail.Any(e => CastEvents.IsEnd(e.Type)),
        };
    }

    public static Notifiable Of(CookManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return new Notifiable(manifest.CookId, manifest.Account, manifest.Notify ?? [])
        {
            BodyOf = (told, events, app) => NotificationMessage.BodyOf(
                told, CookView.Of(manifest, events).Cook, Links(app, "cook", $"api/cooks/{manifest.CookId}", "events", "pieces", "results", "artifacts")),

            // Its pieces may have been tried again since.
            IsOver = tail => tail.LastOrDefault(e => e.Type == CookEvents.Started || CookEvents.IsEnd(e.Type)) is { } last && CookEvents.IsEnd(last.Type),
        };
    }

    /// <summary>Not from memory: it may have been deleted by another process, and what is written then would bring a part of it back. Null if it is gone.</summary>
    public static async Task<Notifiable?> ReadAsync(IObjectStore objects, string id, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(objects);
        var name = CookIds.IsValid(id) ? CookStore.ManifestName(id) : CastObjects.Manifest(id);
        if (await objects.ReadAsync(name, cancellation).ConfigureAwait(false) is not { } stored)
        {
            return null;
        }

        return CookIds.IsValid(id)
            ? CastStore.Parse<CookManifest>(name, stored.Content) is { } cook ? Of(cook) : null
            : CastStore.Parse<CastManifest>(name, stored.Content) is { } cast ? Of(cast) : null;
    }

    static Dictionary<string, string> Links(Uri app, string self, string path, params string[] parts)
    {
        var address = new Uri(app, path).AbsoluteUri;
        return parts.Select(part => (Name: part, Address: $"{address}/{part}")).Prepend((Name: self, Address: address)).ToDictionary(link => link.Name, link => link.Address);
    }
}
