using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Documents;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker.Http;

namespace Grimoire.Functions.Http;

/// <param name="Casts">Of these casts; null: what the filter finds.</param>
/// <param name="Top">How many at most.</param>
public sealed record LettersWanted(string Account, DeadLetterFilter Filter, IReadOnlyList<string>? Casts, int Top, string? Continuation);

/// <param name="Continuation">For the next page; null on the last one.</param>
public sealed record LetterPage(IReadOnlyList<DeadLetter> Letters, string? Continuation);

/// <param name="Letters">About which something is to be done now.</param>
/// <param name="Refused">There are none of these.</param>
/// <param name="Remaining">How many more the filter finds behind them.</param>
/// <param name="More">It was not looked further: there may be more than that.</param>
/// <param name="Continuation">Where to go on.</param>
public sealed record LettersChosen(IReadOnlyList<DeadLetter> Letters, IReadOnlyList<LetterRefusal> Refused, int Remaining, bool? More, string? Continuation);

/// <summary>Which letters a request is about.</summary>
public sealed class LetterSelection(DeadLetterStore store)
{
    const int MaxCasts = 200;

    /// <summary>A filter that almost nothing passes ends a page short rather than late.</summary>
    const int MaxLooked = 5000;

    /// <summary>The parameters of the URL.</summary>
    public static DeadLetterFilter FilterOf(HttpRequestData request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new DeadLetterFilter
        {
            Spell = request.Query["spell"] is { Length: > 0 } slug ? RouteNames.Spell(slug) : null,
            Cook = request.Query["cook"] is { Length: > 0 } cook ? RouteNames.Cook(cook) : null,
            Code = NoneIsNull(request.Query["failureCode"]),
            Step = NoneIsNull(request.Query["failedStep"]),
            Since = request.Time("since"),
            Until = request.Time("until"),
        };
    }

    /// <summary>The body of what is to be done with letters: a filter, or ids of casts.</summary>
    internal static LettersWanted Read(HttpRequestData request, RequestFields fields)
    {
        var casts = fields.Read("casts", Ids);
        if (fields.Has("casts") == fields.Has("filter"))
        {
            fields.Error("filter", "field.missing", "Either 'filter', which may be {} for all of them, or 'casts', a list of ids, is wanted.");
        }

        var filter = fields.Object("filter") is { } inner ? FilterOf(fields.Inner(inner, "filter")) : new DeadLetterFilter();
        return new LettersWanted(request.Account(), filter, casts, request.Whole("top", 50, 1, MaxCasts), request.Continuation());
    }

    public async Task<LetterPage> PageAsync(string account, DeadLetterFilter filter, int top, string? continuation, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var (found, looked) = (new List<DeadLetter>(), 0);
        await foreach (var letter in store.ListAsync(account, prefix: "", After(continuation, account), cancellation).ConfigureAwait(false))
        {
            if (filter.Passes(letter))
            {
                found.Add(letter);
            }

            if (found.Count == top || ++looked == MaxLooked)
            {
                return new LetterPage(found, letter.CastId);
            }
        }

        return new LetterPage(found, null);
    }

    public async Task<LettersChosen> ChooseAsync(LettersWanted wanted, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return wanted.Casts is { } casts
            ? await FindAsync(wanted.Account, casts, cancellation).ConfigureAwait(false)
            : await FilterAsync(wanted, cancellation).ConfigureAwait(false);
    }

    async Task<LettersChosen> FindAsync(string account, IReadOnlyList<string> casts, CancellationToken cancellation)
    {
        var (found, refused) = (new List<DeadLetter>(), new List<LetterRefusal>());
        foreach (var castId in casts.Distinct())
        {
            // The cast of another account is one that does not exist: it is not even looked for.
            if (CastIds.AccountOf(castId) == account && await store.FindAsync(castId, cancellation).ConfigureAwait(false) is { } letter)
            {
                found.Add(letter);
            }
            else
            {
                refused.Add(LetterRefusal.Of(castId, new Refusal(RefusalKind.NotFound, "deadletter.notFound", LetterRedriver.NoLetter(castId))));
            }
        }

        return new LettersChosen(found, refused, Remaining: 0, More: null, Continuation: null);
    }

    async Task<LettersChosen> FilterAsync(LettersWanted wanted, CancellationToken cancellation)
    {
        var page = await PageAsync(wanted.Account, wanted.Filter, wanted.Top, wanted.Continuation, cancellation).ConfigureAwait(false);
        if (page.Continuation is not { } last)
        {
            return new LettersChosen(page.Letters, [], Remaining: 0, More: null, Continuation: null);
        }

        var (remaining, looked) = (0, 0);
        await foreach (var letter in store.ListAsync(wanted.Account, prefix: "", last, cancellation).ConfigureAwait(false))
        {
            remaining += wanted.Filter.Passes(letter) ? 1 : 0;
            if (++looked == MaxLooked)
            {
                return new LettersChosen(page.Letters, [], remaining, More: true, last);
            }
        }

        return new LettersChosen(page.Letters, [], remaining, More: null, remaining > 0 ? last : null);
    }

    static DeadLetterFilter FilterOf(RequestFields fields)
    {
        var filter = new DeadLetterFilter
        {
            Spell = fields.Text("spell", 64),
            Cook = fields.Text("cook", CastIds.MaxLength),
            Code = fields.Text("failureCode", 100),
            Step = fields.Text("failedStep", 64),
            Since = Time(fields, "since"),
            Until = Time(fields, "until"),
        };
        if (filter.Cook is { } cook && !CookIds.IsValid(cook))
        {
            fields.Error("cook", "field.value", "'cook' cannot be the id of a cook.");
        }

        fields.End();
        return filter;
    }

    static DateTimeOffset? Time(RequestFields fields, string name)
    {
        if (fields.Text(name, 40) is not { } text)
        {
            return null;
        }

        if (RequestQuery.TimeOf(text) is { } time)
        {
            return time;
        }

        fields.Error(name, "field.value", $"'{name}' is a time such as 2030-01-31T12:00:00Z.");
        return null;
    }

    static IReadOnlyList<string>? Ids(JsonNode? value, string pointer, ICollection<Finding> errors)
    {
        switch (value)
        {
            case null:
                return null;
            case JsonArray { Count: > 0 and <= MaxCasts } list:
                foreach (var (index, item) in list.Index())
                {
                    if (item?.GetValueKind() != JsonValueKind.String || !CastIds.IsValid(item.GetValue<string>()))
                    {
                        errors.Add(new Finding(JsonPointer.Append(pointer, index), "field.value", "This cannot be the id of a cast."));
                    }
                }

                return errors.Count > 0 ? [] : [.. list.Select(item => item!.GetValue<string>())];
            default:
                errors.Add(new Finding(pointer, "field.value", $"'casts' is a list of 1 to {MaxCasts} ids of casts."));
                return [];
        }
    }

    static string? After(string? continuation, string account) => continuation is null ? null
        : CastIds.IsValid(continuation) && CastIds.AccountOf(continuation) == account ? continuation
        : throw RequestQuery.BadContinuation();

    static string? NoneIsNull(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
