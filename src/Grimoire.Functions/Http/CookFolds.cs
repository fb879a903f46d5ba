using Grimoire.Cooks;
using Grimoire.Functions.Storage;

namespace Grimoire.Functions.Http;

/// <summary>
/// The cooks that were looked at last, as far as their journals were read. Who looks again reads only what was added since, also by other processes;
/// what was forgotten is read anew.
/// </summary>
public sealed class CookFolds(Journal journal)
{
    /// <summary>Of all cooks that are remembered: of 100,000 pieces, the views take about 30 MiB.</summary>
    const int MostPieces = 250_000;

    readonly NameLocks _locks = new();
    readonly Lock _lock = new();
    readonly Dictionary<string, Known> _known = [];
    long _looks;

    public async Task<(CookView Cook, IReadOnlyList<PieceView> Pieces)> ReadAsync(CookManifest manifest, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        using var mine = await _locks.EnterAsync(manifest.CookId, cancellation).ConfigureAwait(false);
        var known = Find(manifest.CookId);
        var part = await journal.ReadSinceAsync(manifest.CookId, known?.Mark, cancellation).ConfigureAwait(false);
        var fold = known is null || part.IsAll ? new CookFold(manifest) : known.Fold;
        fold.Add(part.Events);
        Keep(manifest, new Known(fold, part.Mark));
        return (fold.Cook, fold.Pieces);
    }

    Known? Find(string cookId)
    {
        lock (_lock)
        {
            return _known.GetValueOrDefault(cookId);
        }
    }

    void Keep(CookManifest manifest, Known known)
    {
        lock (_lock)
        {
            _known[manifest.CookId] = known with { LastLook = ++_looks };
            while (_known.Count > 1 && _known.Values.Sum(other => other.Fold.Pieces.Count) > MostPieces)
            {
                _known.Remove(_known.MinBy(other => other.Value.LastLook).Key);
            }
        }
    }

    /// <param name="Mark">How far its journal is in the fold.</param>
    sealed record Known(CookFold Fold, JournalMark? Mark)
    {
        public long LastLook { get; init; }
    }
}
