using System.CommandLine;
using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Documents;
using Grimoire.Cli.Watching;

namespace Grimoire.Cli.Commands;

/// <summary>Does a cast again that has ended.</summary>
static class RedriveCommand
{
    public static Command Build()
    {
        var id = CommonOptions.CastId();
        var from = CommonOptions.Text("--from-step", "Where it begins; the step that failed, if it is not said.", "step");
        var (inputs, input, budget) = (CommonOptions.Inputs(), CommonOptions.Input(), CommonOptions.Budget());
        var version = new Option<string>("--version") { Description = "Of the spell: original (if it is not said) or newest.", HelpName = "original|newest" };
        version.AcceptOnlyFromAmong("original", "newest");
        var (key, watch) = (CommonOptions.Idempotency(), CommonOptions.Watch());
        return new Verb(
            "redrive", "Does a cast again that has ended, from the step that failed or another one. What ran before it is taken over.",
            "grimoire redrive main-ybqz67ph83qb3f9jgmj --from-step image --input hd=true --watch").With(id, from, inputs, input, version, budget, key, watch)
            .Does(async (session, cancellation) =>
            {
                var body = new JsonObject();
                Put("fromStep", session.Get(from));
                Put("inputs", await InputValues.ReadAsync(session.Get(inputs), session.Get(input), cancellation).ConfigureAwait(false));
                Put("version", session.Get(version));
                Put("budgetUsd", session.Get(budget));
                var call = Call.Post(CastWatch.PathOf(session.Get(id)) + "/redrive", body).Once(session.Get(key));
                var started = await Starting.SendAsync(session, call, "castId", cancellation).ConfigureAwait(false);
                return session.Get(watch)
                    ? await Starting.WatchAsync(session, started.Json.Text("castId")!, save: null, cancellation).ConfigureAwait(false)
                    : Starting.Answer(session, started, "castId", "watch");

                void Put(string name, JsonNode? value)
                {
                    if (value is not null)
                    {
                        body[name] = value;
                    }
                }
            });
    }
}
