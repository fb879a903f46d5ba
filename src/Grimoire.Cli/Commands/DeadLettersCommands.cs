using System.CommandLine;
using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Output;

namespace Grimoire.Cli.Commands;

/// <summary>Casts that have failed for good and that nobody has dealt with.</summary>
static class DeadLettersCommands
{
    public static Command Build() => new Verb("deadletters", "Lists casts that have failed for good, and does them again or takes them off the list.").With(List(), Redrive(), Discard());

    static Verb List()
    {
        var filter = new LetterFilter();
        var (top, all) = (CommonOptions.Top(), CommonOptions.All());
        return new Verb("list", "Lists them.", "grimoire deadletters list --spell greeting --code http.status").With([.. filter.Options, top, all]).Does(async (session, cancellation) =>
        {
            var call = Call.Get("deadletters", [.. filter.Given(session)]).OfAccount();
            var letters = await session.Client.ListAsync(call, "letters", CommonOptions.Wanted(session, top, all), cancellation).ConfigureAwait(false);
            return session.Answer("letters", letters, ["CAST", "SPELL", "STEP", "FAILED", "COST", "FAILURE"], letter =>
            [
                letter.Text("castId") ?? "", letter.Text("spell") ?? "", letter.Node("failure").Text("step") ?? "", Wording.Date(letter.Time("failedAt")),
                Wording.Money(letter.Usd("costUsd") ?? 0), $"{letter.Node("failure").Text("code")}: {letter.Node("failure").Text("message")}",
            ]);
        });
    }

    static Verb Redrive()
    {
        var (casts, filter, all) = (Casts(), new LetterFilter(), EveryOne());
        var version = new Option<string>("--version") { Description = "Of the spell: original (if it is not said) or newest.", HelpName = "original|newest" };
        version.AcceptOnlyFromAmong("original", "newest");
        var budget = CommonOptions.Budget();
        return new Verb("redrive", "Does casts of the list again: those that are named, or what a filter finds.", "grimoire deadletters redrive --spell greeting --version newest")
            .With([casts, .. filter.Options, all, version, budget]).Does((session, cancellation) =>
            {
                var body = Body(session, casts, filter, all);
                if (session.Get(version) is { } chosen)
                {
                    body["version"] = chosen;
                }

                if (session.Get(budget) is { } usd)
                {
                    body["budgetUsd"] = usd;
                }

                return PagesAsync(session, "redrive", "redriven", body, letter => letter.Text("again") is { } again ? $"done again as {again}" : $"done again by {letter.Text("cookId")}", cancellation);
            });
    }

    static Verb Discard()
    {
        var (casts, filter, all, reason) = (Casts(), new LetterFilter(), EveryOne(), CommonOptions.Reason());
        return new Verb("discard", "Takes casts off the list: those that are named, or what a filter finds. The casts stay.", "grimoire deadletters discard --spell greeting --reason \"An old supplier\"")
            .With([casts, .. filter.Options, all, reason]).Does((session, cancellation) =>
            {
                var body = Body(session, casts, filter, all);
                if (session.Get(reason) is { } why)
                {
                    body["reason"] = why;
                }

                return PagesAsync(session, "discard", "discarded", body, _ => "discarded", cancellation);
            });
    }

    static Argument<string[]> Casts() => new("castIds") { Description = "Which casts; else what the filter finds.", Arity = ArgumentArity.ZeroOrMore };

    static Option<bool> EveryOne() => new("--all") { Description = "All of the list: without a filter." };

    static JsonObject Body(Session session, Argument<string[]> casts, LetterFilter filter, Option<bool> all)
    {
        var (named, given) = (session.Get(casts), filter.Given(session).Where(one => one.Value is not null).ToList());
        if ((named.Length > 0 ? 1 : 0) + (given.Count > 0 ? 1 : 0) + (session.Get(all) ? 1 : 0) != 1)
        {
            throw CliException.Usage("Either ids of casts, or a filter (--spell, --code, ...), or --all is wanted.");
        }

        return named.Length > 0
            ? new JsonObject { ["casts"] = new JsonArray([.. named.Select(id => (JsonNode)id)]) }
            : new JsonObject { ["filter"] = new JsonObject(given.Select(one => KeyValuePair.Create(one.Name, (JsonNode?)one.Value))) };
    }

    static async Task<ExitCode> PagesAsync(
        Session session, string action, string done, JsonObject body, Func<JsonNode?, string> telling, CancellationToken cancellation)
    {
        var (all, refused) = (new JsonArray(), new JsonArray());
        for (string? continuation = null; ;)
        {
            // Nothing is done twice, however often the same is asked.
            var call = Call.Post($"deadletters/{action}", body).OfAccount().Again() with { Query = [("top", "200"), ("continuation", continuation)] };
            var page = await session.AskAsync(call, cancellation).ConfigureAwait(false);
            foreach (var letter in page.List(done))
            {
                all.Add(letter?.DeepClone());
                session.Terminal.Progress($"{letter.Text("castId")}: {telling(letter)}");
            }

            foreach (var letter in page.List("refused"))
            {
                refused.Add(letter?.DeepClone());
                Terminal.Note($"{letter.Text("castId")}: {letter.Text("code")}: {letter.Text("message")}");
            }

            if (page.Text("continuation") is not { } next || next == continuation || body.ContainsKey("casts"))
            {
                break;
            }

            continuation = next;
        }

        session.Answer(
            new JsonObject { [done] = all, ["refused"] = refused },
            () => Terminal.Note($"{Wording.Count(all.Count, "cast")} {done}{(refused.Count > 0 ? $", {refused.Count} refused" : "")}"));
        return refused.Count > 0 ? ExitCode.Conflict : ExitCode.Done;
    }
}

/// <summary>Which letters are meant.</summary>
sealed class LetterFilter
{
    readonly (string Name, Option<string> Option)[] _fields =
    [
        ("spell", CommonOptions.Text("--spell", "Only those of that spell.", "slug")),
        ("cook", CommonOptions.Text("--cook", "Only pieces of that cook.", "cookId")),
        ("failureCode", CommonOptions.Text("--code", "Only those with that code of a failure, or of its cause.", "code")),
        ("failedStep", CommonOptions.Text("--step", "Only those in which that step has failed.", "step")),
        ("since", CommonOptions.Text("--since", "Only those that failed then or later: 2030-01-31T12:00:00Z.", "time")),
        ("until", CommonOptions.Text("--until", "Only those that failed then or earlier.", "time")),
    ];

    public IEnumerable<Symbol> Options => _fields.Select(one => one.Option);

    public IEnumerable<(string Name, string? Value)> Given(Session session) => _fields.Select(one => (one.Name, session.Get(one.Option)));
}
