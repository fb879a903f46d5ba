using System.CommandLine;
using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Output;
using Grimoire.Cli.Watching;

namespace Grimoire.Cli.Commands;

/// <summary>What casts have made.</summary>
static class ArtifactsCommands
{
    public static Command Build() => new Verb("artifacts", "Lists and downloads what a cast has made.").With(List(), Download());

    static Verb List()
    {
        var id = CommonOptions.CastId();
        return new Verb("list", "Lists what a cast has made.", "grimoire artifacts list main-ybqz67ph83qb3f9jgmj").With(id).Does(async (session, cancellation) =>
        {
            var made = await session.AskAsync(Call.Get(CastWatch.PathOf(session.Get(id)) + "/artifacts"), cancellation).ConfigureAwait(false);
            var list = (JsonArray?)made.Node("artifacts")?.DeepClone() ?? [];
            return session.Answer("artifacts", list, ["NAME", "TYPE", "SIZE", "SHA-256"], artifact =>
                [artifact.Text("artifact") ?? "", artifact.Text("contentType") ?? "", Wording.Bytes(artifact.Long("bytes") ?? 0), artifact.Text("sha256") ?? ""]);
        });
    }

    static Verb Download()
    {
        var id = CommonOptions.CastId();
        var names = new Argument<string[]>("names") { Description = "Which; all of them, if it is not said.", Arity = ArgumentArity.ZeroOrMore };
        var folder = new Option<string>("--dir") { Description = "Where to [default: .].", HelpName = "folder" };
        return new Verb(
            "download", "Downloads what a cast has made, and checks it by its SHA-256.", "grimoire artifacts download main-ybqz67ph83qb3f9jgmj --dir covers").With(id, names, folder)
            .Does((session, cancellation) => ArtifactDownload.OfCastAsync(session, session.Get(id), session.Get(names), session.Get(folder) ?? ".", isAnswer: true, cancellation));
    }
}
