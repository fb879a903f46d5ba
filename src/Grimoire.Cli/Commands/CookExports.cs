using System.CommandLine;
using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Output;
using Grimoire.Cli.Watching;

namespace Grimoire.Cli.Commands;

/// <summary>What a cook has come to, as a file.</summary>
static class CookExports
{
    const int BufferSize = 128 * 1024;

    public static Verb Results()
    {
        var id = CommonOptions.CookId();
        var format = new Option<string>("--format") { Description = "jsonl (if it is not said) or csv.", HelpName = "jsonl|csv" };
        format.AcceptOnlyFromAmong("jsonl", "csv");
        var status = CommonOptions.Status("waiting", "running", "completed", "failed", "cancelled");
        var file = new Option<string>("--output", "-o") { Description = "A file; stdout, if it is not said.", HelpName = "file" };
        return new Verb("results", "The pieces of a cook with inputs, outputs, errors and costs, as a table.", "grimoire cook results main.cook-ybqz66n09ndcnzx72jt --format csv -o covers.csv")
            .With(id, format, status, file).Does(async (session, cancellation) =>
            {
                var call = Call.Get(CookWatch.PathOf(session.Get(id)) + "/results", ("format", session.Get(format)), ("status", session.Get(status)));
                if (session.Get(file) is { } path)
                {
                    return await StoreAsync(session, call, path, cancellation).ConfigureAwait(false);
                }

                await WriteAsync(session, call, cancellation).ConfigureAwait(false);
                return ExitCode.Done;
            });
    }

    public static Verb Artifacts()
    {
        var id = CommonOptions.CookId();
        var status = CommonOptions.Status("waiting", "running", "completed", "failed", "cancelled");
        var file = new Option<string>("--output", "-o") { Description = "The file.", HelpName = "file.zip", Required = true };
        return new Verb("artifacts", "What the casts of a cook have made, as a ZIP archive.", "grimoire cook artifacts main.cook-ybqz66n09ndcnzx72jt -o covers.zip").With(id, status, file)
            .Does((session, cancellation) => StoreAsync(
                session, Call.Get(CookWatch.PathOf(session.Get(id)) + "/artifacts", ("status", session.Get(status))), session.Get(file)!, cancellation));
    }

    static async Task<ExitCode> StoreAsync(Session session, Call call, string path, CancellationToken cancellation)
    {
        var bytes = await ArtifactDownload.StreamAsync(session, call, path, sha256: null, cancellation).ConfigureAwait(false);
        return session.Answer(new JsonObject { ["file"] = path, ["bytes"] = bytes }, () => Terminal.Say($"{path}  {Wording.Bytes(bytes)}"));
    }

    /// <summary>To a file or a pipe as it comes; for the eyes of a person line by line, made harmless.</summary>
    static async Task WriteAsync(Session session, Call call, CancellationToken cancellation)
    {
        using var response = await session.Client.StreamAsync(call, cancellation).ConfigureAwait(false);
        using var from = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        if (Console.IsOutputRedirected)
        {
            using var to = Console.OpenStandardOutput();
            await from.CopyToAsync(to, BufferSize, cancellation).ConfigureAwait(false);
            return;
        }

        using var reader = new StreamReader(from);
        while (await reader.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
        {
            Terminal.Say(line);
        }
    }
}
