using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Storage;

namespace Grimoire.Functions.Casting;

/// <summary>
/// Casts that have failed for good, until somebody does them again or says that nothing more is to be done. A sub-cast has no letter: its failure is that of
/// the cast that it belongs to.
/// </summary>
public sealed class DeadLetters(DeadLetterStore letters, Journal journal, TimeProvider time)
{
    /// <summary>Before the end of the cast is told: whoever hears of it finds the letter.</summary>
    /// <param name="manifest">Of the cast.</param>
    /// <param name="outcome">How it has ended.</param>
    /// <param name="isFirst">False: it had ended before, and whoever ended it may have died before the letter was written.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task WriteAsync(CastManifest manifest, CastOutcome outcome, bool isFirst, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(outcome);
        if (outcome.Status != CastStatus.Failed || manifest.Parent is not null)
        {
            return;
        }

        // When the end is told the letter has been written, and it may have been dealt with since.
        if (isFirst || !(await journal.ReadAllAsync(manifest.CastId, cancellation).ConfigureAwait(false)).Any(e => CastEvents.IsEnd(e.Type)))
        {
            await WriteAsync(DeadLetter.Of(manifest, outcome, time.GetUtcNow()), cancellation).ConfigureAwait(false);
        }
    }

    public async Task WriteAsync(DeadLetter letter, CancellationToken cancellation)
    {
        if (await letters.CreateAsync(letter, cancellation).ConfigureAwait(false))
        {
            Count("written");
        }
    }

    /// <summary>A cast is done again as another one: its letter goes, and its journal says so. Said twice, it is heard once.</summary>
    public async Task RedrivenAsync(string castId, string again, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await journal.AppendIfThereAsync(castId, [CastEvents.Redriven(again, now)], cancellation).ConfigureAwait(false);
        if (CookIds.TryCookOf(castId, out var cookId, out var piece, out var generation))
        {
            await journal.AppendIfThereAsync(cookId, [CookEvents.OfRedrive(piece, generation, again, now)], cancellation).ConfigureAwait(false);
        }

        await TakeAsync(castId, "redriven", cancellation).ConfigureAwait(false);
    }

    /// <summary>A piece is cast again, as this generation: the letters of those before it go.</summary>
    public async Task RecastAsync(string cookId, int piece, int generation, CancellationToken cancellation)
    {
        var prefix = CookIds.PieceOf(cookId, piece, generation);
        prefix = prefix[..(prefix.LastIndexOf('-') + 1)];
        var earlier = new List<string>();
        await foreach (var letter in letters.ListAsync(CookIds.AccountOf(cookId), prefix, after: null, cancellation).ConfigureAwait(false))
        {
            if (letter.Cook?.Generation < generation)
            {
                earlier.Add(letter.CastId);
            }
        }

        foreach (var castId in earlier)
        {
            await TakeAsync(castId, "redriven", cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Nothing more is to be done about it. The cast stays, and says who has said so, and why.</summary>
    /// <returns>False if there is no letter.</returns>
    public async Task<bool> DiscardAsync(string castId, string? by, string? reason, CancellationToken cancellation)
    {
        if (await letters.FindAsync(castId, cancellation).ConfigureAwait(false) is not { } letter)
        {
            return false;
        }

        var now = time.GetUtcNow();
        if (letter is { NeverBegun: true, Cook: { } piece })
        {
            await journal.AppendIfThereAsync(piece.CookId, [CookEvents.OfDiscard(piece.Piece, piece.Generation, now, by, reason)], cancellation).ConfigureAwait(false);
        }
        else
        {
            await journal.AppendIfThereAsync(castId, [CastEvents.Discarded(now, by, reason)], cancellation).ConfigureAwait(false);
        }

        await TakeAsync(castId, "discarded", cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>The cast is deleted.</summary>
    public Task ForgetAsync(string castId, CancellationToken cancellation) => TakeAsync(castId, "deleted", cancellation);

    async Task TakeAsync(string castId, string what, CancellationToken cancellation)
    {
        if (await letters.RemoveAsync(castId, cancellation).ConfigureAwait(false))
        {
            Count(what);
        }
    }

    static void Count(string what) => CastMetrics.DeadLetters.Add(1, new KeyValuePair<string, object?>("what", what));
}
