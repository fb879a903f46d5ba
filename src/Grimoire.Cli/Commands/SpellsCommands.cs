using System.CommandLine;
using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Documents;
using Grimoire.Cli.Output;

namespace Grimoire.Cli.Commands;

/// <summary>Spells: what is saved, and what is in files.</summary>
static class SpellsCommands
{
    public static Command Build() => new Verb("spells", "Lists, shows, checks, saves, fetches and removes spells.")
        .With(List(), Show(), Validate(), SpellPush.Build(), SpellPull.Build(), Remove());

    public static string PathOf(string slug) => "spells/" + Call.Part(slug);

    static Verb List() => new Verb("list", "Lists the saved spells.", "grimoire spells list").Does(async (session, cancellation) =>
    {
        var spells = await session.Client.ListAsync(Call.Get("spells").OfAccount(), "spells", null, cancellation).ConfigureAwait(false);
        return session.Answer("spells", spells, ["SLUG", "VERSION", "SAVED", "NAME"], spell =>
            [spell.Text("slug") ?? "", $"{spell.Whole("version")}", Wording.Date(spell.Time("savedAt")), spell.Text("name") ?? ""]);
    });

    static Verb Show()
    {
        var slug = new Argument<string>("slug") { Description = "The slug of a spell; slug@3 for that version." };
        return new Verb("show", "Shows a saved spell: its document, as JSON.", "grimoire spells show greeting > greeting.json").With(slug).Does(async (session, cancellation) =>
        {
            var (name, version) = SpellName.Parse(session.Get(slug));
            var path = PathOf(name) + (version is { } number ? $"/versions/{number}" : "");
            var spell = await session.AskAsync(Call.Get(path).OfAccount(), cancellation).ConfigureAwait(false);
            return session.Answer(spell, () =>
            {
                Terminal.Note($"{spell.Text("slug")}, version {spell.Whole("version")}, saved {Wording.Date(spell.Time("savedAt"))}");
                Terminal.SayJson(spell.Node("document"));
            });
        });
    }

    static Verb Validate()
    {
        var files = CommonOptions.Files("Files with spells, or folders of them.");
        var (inputs, input) = (CommonOptions.Inputs(), CommonOptions.Input());
        return new Verb(
            "validate", "Checks spells without saving them. With inputs it is told what a cast would do (a dry run).",
            "grimoire spells validate spells\ngrimoire spells validate spells/greeting.json --input name=Ada").With(files, inputs, input)
            .Does(async (session, cancellation) =>
            {
                var given = await InputValues.ReadAsync(session.Get(inputs), session.Get(input), cancellation).ConfigureAwait(false);
                var (results, worst) = (new JsonArray(), ExitCode.Done);
                foreach (var path in DocumentFile.Named(session.Get(files)))
                {
                    var file = await DocumentFile.ReadAsync(path, cancellation).ConfigureAwait(false);
                    var result = await SpellCheck.OfAsync(session, file, given, cancellation).ConfigureAwait(false);
                    worst = result.Flag("valid") == true ? worst : ExitCode.Invalid;
                    results.Add(result);
                }

                if (session.Terminal.IsJson)
                {
                    Terminal.Json(results);
                }

                return worst;
            });
    }

    static Verb Remove()
    {
        var slug = new Argument<string>("slug") { Description = "The slug of a spell." };
        return new Verb("remove", "Removes a saved spell. Casts that have begun go on, and its versions stay.", "grimoire spells remove greeting").With(slug).Does(async (session, cancellation) =>
        {
            await session.AskAsync(Call.Delete(PathOf(session.Get(slug))).OfAccount(), cancellation).ConfigureAwait(false);
            return session.Answer(new JsonObject { ["removed"] = session.Get(slug) }, () => Terminal.Say($"{session.Get(slug)} is removed"));
        });
    }
}
