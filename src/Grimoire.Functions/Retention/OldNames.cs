using System.Runtime.CompilerServices;
using Grimoire.Casts;
using Grimoire.Functions.Storage;

namespace Grimoire.Functions.Retention;

/// <summary>
/// What is stored of casts that were asked for long ago. The newest of an account come first, and ids tell when they were asked for: those that are too young
/// are not looked at.
/// </summary>
static class OldNames
{
    const string Folder = "casts/";

    /// <summary>Names of objects, in order, over all accounts; pieces of cooks and sub-casts among them.</summary>
    public static async IAsyncEnumerable<string> OfCastsAsync(
        IObjectStore objects, DateTimeOffset before, string? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var at = after ?? Folder;
        while (await FirstAsync(objects, at, cancellation).ConfigureAwait(false) is { } first)
        {
            if (!CastIds.IsValid(IdOf(first)))
            {
                // Nothing of ours.
                at = first;
                continue;
            }

            // The casts of an account, or the pieces of its cooks.
            var kind = CastIds.KindOf(IdOf(first));
            var start = Folder + CastIds.Since(kind, before);
            await foreach (var name in objects
                .ListAsync(Folder + kind, string.CompareOrdinal(at, start) > 0 ? at : start, cancellation).ConfigureAwait(false))
            {
                yield return name;
            }

            // A dot comes behind the hyphen with which the kind ends, and before all that accounts are made of.
            at = $"{Folder}{kind[..^1]}.";
        }
    }

    public static string IdOf(string name) => name.Split('/')[1];

    /// <summary>Behind all that belongs to a cast, its sub-casts too.</summary>
    public static string Behind(string root) => $"{Folder}{root}{CastIds.ChildSeparator}{CastIds.ChildSeparator}";

    static async Task<string?> FirstAsync(IObjectStore objects, string after, CancellationToken cancellation)
    {
        await foreach (var name in objects.ListAsync(Folder, after, cancellation).ConfigureAwait(false))
        {
            return name;
        }

        return null;
    }
}
