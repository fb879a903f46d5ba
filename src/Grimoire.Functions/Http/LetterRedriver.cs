using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>A letter was dealt with by casting again.</summary>
public sealed record LetterRedriven(string CastId)
{
    /// <summary>The new cast.</summary>
    public string? Again { get; init; }

    /// <summary>It was there already.</summary>
    public bool? Replayed { get; init; }

    /// <summary>The cook that casts the piece again.</summary>
    public string? CookId { get; init; }

    /// <summary>As which generation.</summary>
    public int? Generation { get; init; }
}

/// <summary>
/// Does casts again that have failed, each once however often it is asked: a letter is redriven under a key of its own. Pieces are cast again by their cook,
/// all those of one cook at once.
/// </summary>
public sealed class LetterRedriver(Redriver redriver, CookRetries cooks)
{
    public static string NoLetter(string castId) => $"The cast '{castId}' has no letter: it has not failed, or was redriven, discarded or deleted.";

    public async Task<(IReadOnlyList<LetterRedriven> Redriven, IReadOnlyList<LetterRefusal> Refused)> RedriveAsync(
        DurableTaskClient client, IReadOnlyList<DeadLetter> letters, RedriveRequest how, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(letters);
        ArgumentNullException.ThrowIfNull(how);
        var (redriven, refused) = (new List<LetterRedriven>(), new List<LetterRefusal>());
        foreach (var group in letters.GroupBy(letter => CookIds.TryCookOf(letter.CastId, out var cookId, out _, out _) ? cookId : ""))
        {
            if (group.Key.Length > 0)
            {
                await RecastAsync(client, group.Key, [.. group], how, redriven, refused, cancellation).ConfigureAwait(false);
                continue;
            }

            foreach (var letter in group)
            {
                await RedriveAsync(client, letter.CastId, how, redriven, refused, cancellation).ConfigureAwait(false);
            }
        }

        return (redriven, refused);
    }

    async Task RedriveAsync(
        DurableTaskClient client, string castId, RedriveRequest how, List<LetterRedriven> redriven, List<LetterRefusal> refused, CancellationToken cancellation)
    {
        try
        {
            // No caller can have such a key: it has a colon.
            var started = await redriver.RedriveAsync(client, castId, how with { IdempotencyKey = $"deadletter:{castId}" }, cancellation).ConfigureAwait(false);
            if (started.CastId is { } again)
            {
                redriven.Add(new LetterRedriven(castId) { Again = again, Replayed = started.IsNew ? null : true });
            }
            else
            {
                refused.Add(LetterRefusal.Of(castId, started.Refusal!));
            }
        }
        catch (RefusedException why)
        {
            refused.Add(new LetterRefusal(castId, why.Problem.Code, why.Problem.Detail));
        }
        catch (StorageException away)
        {
            // Those before it are started, and the caller has to know.
            refused.Add(new LetterRefusal(castId, "storage.unavailable", away.Message));
        }
    }

    async Task RecastAsync(
        DurableTaskClient client, string cookId, IReadOnlyList<DeadLetter> letters, RedriveRequest how, List<LetterRedriven> redriven, List<LetterRefusal> refused, CancellationToken cancellation)
    {
        if (how.Version != RedriveVersion.Original || how.BudgetUsd is not null)
        {
            var pinned = new Refusal(
                RefusalKind.State, "cook.pinned", $"It is a piece of the cook '{cookId}', whose spell and budgets are those that it began with: without 'version' and 'budgetUsd' it is cast again.");
            refused.AddRange(letters.Select(letter => LetterRefusal.Of(letter.CastId, pinned)));
            return;
        }

        var pieces = letters.Select(letter => letter.Cook!.Piece).ToHashSet();
        try
        {
            var retried = await cooks.RetryAsync(client, cookId, pieces, cancellation).ConfigureAwait(false);
            foreach (var (letter, piece) in letters.Select(letter => (letter, letter.Cook!.Piece)))
            {
                if (retried.Pieces.Contains(piece))
                {
                    redriven.Add(new LetterRedriven(letter.CastId) { CookId = cookId, Generation = retried.Generation });
                }
                else
                {
                    refused.Add(LetterRefusal.Of(letter.CastId, new Refusal(RefusalKind.State, "cook.running", $"The cook '{cookId}' is being tried again already, without this piece.")));
                }
            }
        }
        catch (RefusedException why)
        {
            refused.AddRange(letters.Select(letter => new LetterRefusal(letter.CastId, why.Problem.Code, why.Problem.Detail)));
        }
        catch (StorageException away)
        {
            refused.AddRange(letters.Select(letter => new LetterRefusal(letter.CastId, "storage.unavailable", away.Message)));
        }
    }
}
