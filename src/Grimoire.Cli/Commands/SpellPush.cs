using System.Net;
using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Documents;
using Grimoire.Cli.Output;

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

        var (results, worst) = (new JsonArray(), ExitCode.Done);
        foreach (var spell in Ordered(spells))
        {
            var result = new JsonObject { ["file"] = spell.Path, ["slug"] = Slug(spell) };
            results.Add(result);
            try
            {
                await PushAsync(session, spell, result, cancellation).ConfigureAwait(false);
            }
            catch (ProblemException problem) when (problem.Code is ExitCode.Invalid or ExitCode.Usage)
            {
                SpellCheck.WriteRefusal(spell, problem);
                result["result"] = "invalid";
                result["errors"] = new JsonArray([.. problem.Findings.Select(finding => spell.Placed(finding))]);
                worst = problem.Code;
            }
        }

        if (session.Terminal.IsJson)
        {
            Terminal.Json(results);
        }

        return worst;
    }

    static async Task PushAsync(Session session, DocumentFile spell, JsonObject result, CancellationToken cancellation)
    {
        var call = new Call(HttpMethod.Put, SpellsCommands.PathOf(Slug(spell))) { Body = spell.Bytes, MediaType = spell.MediaType };
        var reply = await session.Client.SendAsync(call.OfAccount(), cancellation).ConfigureAwait(false);
        var isNew = reply.Status == HttpStatusCode.Created;
        (result["result"], result["version"]) = (isNew ? "saved" : "unchanged", reply.Json.Whole("version"));
        SpellCheck.WriteWarnings(spell, reply.Json);
        if (!session.Terminal.IsJson)
        {
            Terminal.Say($"{spell.Path}: {reply.Json.Text("slug")} {(isNew ? "saved as" : "unchanged,")} version {reply.Json.Whole("version")}");
        }
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
