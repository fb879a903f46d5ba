using System.CommandLine;
using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Documents;

namespace Grimoire.Cli.Commands;

/// <summary>Casts a spell that is saved, or one of a file.</summary>
static class CastCommand
{
    public static Command Build()
    {
        var spell = new Argument<string>("spell") { Description = "The slug of a saved spell (slug@3 for a version of it), or a file." };
        var (inputs, input, budget) = (CommonOptions.Inputs(), CommonOptions.Input(), CommonOptions.Budget());
        var (key, watch) = (CommonOptions.Idempotency(), CommonOptions.Watch());
        var save = CommonOptions.Text("--save", "Watch, and at the end download what it has made to there.", "folder");
        return new Verb("cast", "Casts a spell.", "grimoire cast greeting --input name=Ada --watch\ngrimoire cast spells/greeting.json --inputs inputs.json --json")
            .With(spell, inputs, input, budget, key, watch, save)
            .Does(async (session, cancellation) =>
            {
                var given = await InputValues.ReadAsync(session.Get(inputs), session.Get(input), cancellation).ConfigureAwait(false);
                var call = await CallAsync(session.Get(spell), given, session.Get(budget), cancellation).ConfigureAwait(false);
                var started = await Starting.SendAsync(session, call.OfAccount().Once(session.Get(key)), "castId", cancellation).ConfigureAwait(false);
                if (!session.Get(watch) && session.Get(save) is null)
                {
                    return Starting.Answer(session, started, "castId", "watch");
                }

                return await Starting.WatchAsync(session, started.Json.Text("castId") ?? "", session.Get(save), cancellation).ConfigureAwait(false);
            });
    }

    static async Task<Call> CallAsync(string spell, JsonObject? inputs, decimal? budget, CancellationToken cancellation)
    {
        var body = new JsonObject();
        await SpellName.PutAsync(spell, body, "slug", cancellation).ConfigureAwait(false);
        if (inputs is not null)
        {
            body["inputs"] = inputs;
        }

        if (budget is not null)
        {
            body["budgetUsd"] = budget;
        }

        return Call.Post("casts", body);
    }
}
