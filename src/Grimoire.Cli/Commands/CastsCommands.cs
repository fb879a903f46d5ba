using System.CommandLine;
using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Output;
using Grimoire.Cli.Watching;

namespace Grimoire.Cli.Commands;

/// <summary>Casts there are and were.</summary>
static class CastsCommands
{
    public static Command Build() => new Verb("casts", "Lists, shows and removes casts.").With(List(), Show(), Remove());

    static Verb List()
    {
        var status = CommonOptions.Status("pending", "running", "paused", "completed", "failed", "cancelled");
        var spell = CommonOptions.Text("--spell", "Only those of that spell.", "slug");
        var from = CommonOptions.Text("--from", "Only those that began then or later: 2030-01-31T12:00:00Z.", "time");
        var to = CommonOptions.Text("--to", "Only those that began then or earlier.", "time");
        var cook = CommonOptions.Text("--cook", "Only pieces of that cook.", "cookId");
        var children = new Option<bool>("--children") { Description = "Casts that are steps of others too." };
        var (top, all) = (CommonOptions.Top(), CommonOptions.All());
        return new Verb("list", "Lists casts, newest first.", "grimoire casts list --status failed,cancelled --spell greeting --top 20").With(status, spell, from, to, cook, children, top, all)
            .Does(async (session, cancellation) =>
            {
                var call = Call.Get(
                    "casts", ("status", session.Get(status)), ("spell", session.Get(spell)), ("from", session.Get(from)), ("to", session.Get(to)), ("cook", session.Get(cook)),
                    ("children", session.Get(children) ? "true" : null)).OfAccount();
                var casts = await session.Client.ListAsync(call, "casts", CommonOptions.Wanted(session, top, all), cancellation).ConfigureAwait(false);
                return session.Answer("casts", casts, ["ID", "SPELL", "STATUS", "STEPS", "COST", "STARTED", "ERROR"], cast =>
                [
                    cast.Text("id") ?? "", cast.Text("spell") ?? "", cast.Text("status") ?? "", cast.Text("steps") ?? "", Wording.Money(cast.Usd("costUsd") ?? 0),
                    Wording.Date(cast.Time("createdAt")), cast.Text("error") ?? "",
                ]);
            });
    }

    static Verb Show()
    {
        var id = CommonOptions.CastId();
        return new Verb("show", "Shows a cast with its steps, output, failure and artifacts.", "grimoire casts show main-ybqz67ph83qb3f9jgmj").With(id).Does(async (session, cancellation) =>
        {
            var cast = await session.AskAsync(Call.Get(CastWatch.PathOf(session.Get(id))), cancellation).ConfigureAwait(false);
            return session.Answer(cast, () => Write(session, cast));
        });
    }

    static void Write(Session session, JsonNode? cast)
    {
        Terminal.Table(["STEP", "STATUS", "ATTEMPTS", "COST", "TOOK", "NOTE"], cast.List("steps").Select(step => (IReadOnlyList<string>)
        [
            step.Text("id") ?? "",
            step.Text("status") ?? "",
            $"{step.Whole("attempts")}",
            Wording.Money(step.Usd("costUsd") ?? 0),
            step.Time("startedAt") is { } since ? Wording.Duration((step.Time("endedAt") ?? session.Time.GetUtcNow()) - since) : "",
            NoteOf(step),
        ]));
        CastReport.Write(session, cast);
    }

    static string NoteOf(JsonNode? step)
    {
        if (step.Node("failure") is { } failure)
        {
            return $"{failure.Text("code")}: {failure.Text("message")}{(step.Text("caughtBy") is { } caught ? $" (caught by {caught})" : "")}";
        }

        return step.Time("retryAt") is { } at ? $"waits for its next attempt until {Wording.Date(at)}"
            : step.Node("waits") is { } waits ? $"waits for its {waits.Text("for")} until {Wording.Date(waits.Time("until"))}"
            : "";
    }

    static Verb Remove()
    {
        var id = CommonOptions.CastId();
        return new Verb("remove", "Removes a cast that has ended, with all that it has made. For admins.", "grimoire casts remove main-ybqz67ph83qb3f9jgmj").With(id)
            .Does(async (session, cancellation) =>
            {
                await session.AskAsync(Call.Delete(CastWatch.PathOf(session.Get(id))), cancellation).ConfigureAwait(false);
                return session.Answer(new JsonObject { ["removed"] = session.Get(id) }, () => Terminal.Say($"{session.Get(id)} is removed"));
            });
    }
}
