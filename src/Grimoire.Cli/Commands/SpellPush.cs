using System.Net;
using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Documents;

namespace Grimoire.Cli.Commands;

/// <summary>Saves the spells of files, each after those that it casts.</summary>
static class SpellPush
{
    public static Verb Build()
    {
        var files = CommonOptions.Files("Files with spells, or folders of them.");
        return new Verb(
            "push", "Saves spells. One comes after those that it casts; of one that is as it was nothing is saved.",
            "grimoire spells push spells").With(files).Does((session, cancellation) => RunAsync(session, session.Get(files), cancellation));
    }

    static async Task<ExitCode> RunAsync(Session session, string[] paths, CancellationToken cancellation)
    {
        var spells = new List<DocumentFile>();
        foreach (var path in DocumentFile.Named(paths))
        {
            spells.Add(await DocumentFile.ReadAsync(path, cancellation).ConfigureAwait(false));
        }

        var twice = spells.GroupBy(Slug).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            throw CliException.Usage($"'{twice.Key}' is in {string.Join(" and in ", twice.Select(spell => spell.Path))}: only one of them can be saved.");
        }

        var push = new DocumentPush(session);
        foreach (var spell in Ordered(spells))
        {
            var result = new JsonObject { ["file"] = spell.Path, ["slug"] = Slug(spell) };
            await push.SaveAsync(spell, SpellsCommands.PathOf(Slug(spell)), result, reply =>
            {
                var isNew = reply.Status == HttpStatusCode.Created;
                (result["result"], result["version"]) = (isNew ? "saved" : "unchanged", reply.Json.Whole("version"));
                return $"{spell.Path}: {reply.Json.Text("slug")} {(isNew ? "saved as" : "unchanged,")} version {reply.Json.Whole("version")}";
            }, cancellation).ConfigureAwait(false);
        }

        return push.End();
    }

    static string Slug(DocumentFile spell) => spell.Content.Text("slug") ?? spell.FileName;

    /// <summary>What is cast comes first. Of a circle, which the app refuses, the order is that of the files.</summary>
    static List<DocumentFile> Ordered(List<DocumentFile> spells)
    {
        var bySlug = spells.ToDictionary(Slug);
        var (ordered, seen) = (new List<DocumentFile>(), new HashSet<DocumentFile>());
        spells.ForEach(Visit);
        return ordered;

        void Visit(DocumentFile spell)
        {
            if (!seen.Add(spell))
            {
                return;
            }

            foreach (var step in spell.Content.List("steps"))
            {
                if (step.Text("spell")?.Split('@')[0] is { } cast && bySlug.TryGetValue(cast, out var first))
                {
                    Visit(first);
                }
            }

            ordered.Add(spell);
        }
    }
}
