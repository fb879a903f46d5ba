using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Grimoire.Cli.Api;
using Grimoire.Cli.Documents;
using Grimoire.Cli.Output;

namespace Grimoire.Cli.Commands;

/// <summary>Fetches spells into files. What somebody has changed there is not lost.</summary>
static partial class SpellPull
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Verb Build()
    {
        var slugs = new Argument<string[]>("slugs") { Description = "Which; all of them, if it is not said.", Arity = ArgumentArity.ZeroOrMore };
        var folder = new Option<string>("--dir") { Description = "Where to [default: spells].", HelpName = "folder" };
        var force = new Option<bool>("--force") { Description = "Overwrite files that say something else." };
        return new Verb("pull", "Fetches saved spells into files. A file that says something else is left as it is.", "grimoire spells pull --dir spells").With(slugs, folder, force)
            .Does((session, cancellation) => RunAsync(session, session.Get(slugs), session.Get(folder) ?? "spells", session.Get(force), cancellation));
    }

    static async Task<ExitCode> RunAsync(Session session, string[] slugs, string folder, bool force, CancellationToken cancellation)
    {
        var wanted = slugs.Length > 0 ? slugs : [.. (await session.Client.ListAsync(Call.Get("spells").OfAccount(), "spells", null, cancellation).ConfigureAwait(false))
            .Select(spell => spell.Text("slug") ?? "")];
        var (results, worst) = (new JsonArray(), ExitCode.Done);
        foreach (var slug in wanted)
        {
            // It becomes the name of a file, whoever has said it.
            if (!SlugForm().IsMatch(slug))
            {
                throw CliException.Usage($"'{slug}' cannot be the slug of a spell.");
            }

            var spell = await session.AskAsync(Call.Get(SpellsCommands.PathOf(slug)).OfAccount(), cancellation).ConfigureAwait(false);
            var (path, result) = await StoreAsync(folder, slug, spell.Node("document"), force, cancellation).ConfigureAwait(false);
            worst = result == "different" ? ExitCode.Conflict : worst;
            results.Add(new JsonObject { ["slug"] = slug, ["file"] = path, ["version"] = spell.Whole("version"), ["result"] = result });
            if (!session.Terminal.IsJson)
            {
                Terminal.Say(result == "different" ? $"{path}: says something else, and stays as it is (--force overwrites it)" : $"{path}: {slug}, version {spell.Whole("version")}, {result}");
            }
        }

        if (session.Terminal.IsJson)
        {
            Terminal.Json(results);
        }

        return worst;
    }

    static async Task<(string Path, string Result)> StoreAsync(string folder, string slug, JsonNode? document, bool force, CancellationToken cancellation)
    {
        var path = DocumentFile.Endings.Select(ending => Path.Combine(folder, slug + ending)).FirstOrDefault(File.Exists);
        if (path is not null)
        {
            var there = await DocumentFile.ReadAsync(path, cancellation).ConfigureAwait(false);
            if (Same(there.Content, document))
            {
                return (path, "unchanged");
            }

            if (!force || there.MediaType != "application/json")
            {
                return (path, "different");
            }
        }

        path ??= Path.Combine(folder, slug + ".json");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(path, document?.ToJsonString(Indented) + "\n", cancellation).ConfigureAwait(false);
        return (path, "written");
    }

    /// <summary>The app gives a document the slug that it is saved under, if it has none.</summary>
    static bool Same(JsonObject? there, JsonNode? document)
    {
        if (there is not null && !there.ContainsKey("slug"))
        {
            there["slug"] = document.Text("slug");
        }

        return JsonNode.DeepEquals(there, document);
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$", RegexOptions.CultureInvariant)]
    private static partial Regex SlugForm();
}
