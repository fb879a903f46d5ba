using System.CommandLine;
using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Output;
using Grimoire.Cli.Watching;

namespace Grimoire.Cli.Commands;

/// <summary>Ends, holds and goes on with casts, and gets those going that are stuck.</summary>
static class ControlCommands
{
    public static IEnumerable<Command> Build() =>
    [
        Control("cancel", "Ends a cast: what runs is finished, nothing new starts.", "grimoire cancel main-ybqz67ph83qb3f9jgmj --reason \"Prices went up\""),
        Control("pause", "Holds a cast: what runs is finished, nothing new starts.", "grimoire pause main-ybqz67ph83qb3f9jgmj"),
        Control("resume", "Lets a cast go on that is held.", "grimoire resume main-ybqz67ph83qb3f9jgmj"),
        Recover(),
    ];

    /// <summary>Asks something of a cast or a cook, and says that it was asked.</summary>
    public static async Task<ExitCode> AskAsync(Session session, string path, string id, string action, string? reason, CancellationToken cancellation)
    {
        var taken = await session.AskAsync(Call.Post($"{path}/{action}", reason is null ? null : new JsonObject { ["reason"] = reason }), cancellation).ConfigureAwait(false);
        return session.Answer(taken, () => Terminal.Say($"{id}: {action} has been asked for"));
    }

    static Verb Control(string action, string description, string example)
    {
        var (id, reason) = (CommonOptions.CastId(), CommonOptions.Reason());
        return new Verb(action, description, example).With(id, reason)
            .Does((session, cancellation) => AskAsync(session, CastWatch.PathOf(session.Get(id)), session.Get(id), action, session.Get(reason), cancellation));
    }

    static Verb Recover()
    {
        var (id, reason) = (CommonOptions.CastId(), CommonOptions.Reason());
        var fail = new Option<bool>("--fail") { Description = "End it as failed, instead of getting it going." };
        return new Verb("recover", "Gets a cast going again that does not go on, or ends it.", "grimoire recover main-ybqz67ph83qb3f9jgmj").With(id, fail, reason)
            .Does(async (session, cancellation) =>
            {
                var body = new JsonObject { ["action"] = session.Get(fail) ? "fail" : "resume" };
                if (session.Get(reason) is { } why)
                {
                    body["reason"] = why;
                }

                var done = await session.AskAsync(Call.Post(CastWatch.PathOf(session.Get(id)) + "/recover", body), cancellation).ConfigureAwait(false);
                return session.Answer(done, () => Terminal.Say($"{session.Get(id)}: {Meaning(done.Text("done"))}"));
            });
    }

    static string Meaning(string? done) => done switch
    {
        "restarted" => "restarted: its orchestration was gone, and goes over what is stored",
        "resumed" => "resumed: it was suspended",
        "woken" => "woken: something had come for it that it had not taken",
        "nothing" => "nothing: it goes on by itself",
        _ => done ?? "?",
    };
}
