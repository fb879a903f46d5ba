using System.CommandLine;
using Grimoire.Cli.Api;
using Grimoire.Cli.Output;
using Grimoire.Cli.Watching;

namespace Grimoire.Cli.Commands;

/// <summary>Cooks: one spell, cast over a table of inputs.</summary>
static class CookCommands
{
    public static Command Build() => new Verb("cook", "Casts a spell many times, over a table of inputs, and looks after that.").With(
        CookStart.Build(), Watch(), List(), Show(), Pieces(),
        Control("cancel", "Ends a cook: the casts of its pieces are cancelled, nothing new begins."),
        Control("pause", "Holds a cook: what runs is finished, nothing new begins."),
        Control("resume", "Lets a cook go on that is held."),
        Retry(), CookExports.Results(), CookExports.Artifacts());

    static Verb Watch()
    {
        var id = CommonOptions.CookId();
        return new Verb("watch", "Watches a cook, and ends as it ends.", "grimoire cook watch main.cook-ybqz66n09ndcnzx72jt").With(id)
            .Does((session, cancellation) => WatchAsync(session, session.Get(id), cancellation));
    }

    public static async Task<ExitCode> WatchAsync(Session session, string cookId, CancellationToken cancellation)
    {
        Terminal.Note(cookId);
        return CookReport.Write(session, await CookWatch.FollowAsync(session, cookId, cancellation).ConfigureAwait(false));
    }

    static Verb List()
    {
        var status = CommonOptions.Status("pending", "running", "paused", "completed", "failed", "cancelled");
        var (top, all) = (CommonOptions.Top(), CommonOptions.All());
        return new Verb("list", "Lists cooks, newest first.", "grimoire cook list --status running").With(status, top, all).Does(async (session, cancellation) =>
        {
            var call = Call.Get("cooks", ("status", session.Get(status))).OfAccount();
            var cooks = await session.Client.ListAsync(call, "cooks", CommonOptions.Wanted(session, top, all), cancellation).ConfigureAwait(false);
            return session.Answer("cooks", cooks, ["ID", "SPELL", "STATUS", "DONE", "FAILED", "COST", "STARTED", "NAME"], cook =>
            {
                var progress = cook.Node("progress");
                return
                [
                    cook.Text("id") ?? "", cook.Text("spell") ?? "", cook.Text("status") ?? "", $"{progress.Whole("ended")} of {progress.Whole("total")}",
                    $"{progress.Whole("failed")}", Wording.Money(progress.Usd("costUsd") ?? 0), Wording.Date(cook.Time("createdAt")), cook.Text("name") ?? "",
                ];
            });
        });
    }

    static Verb Show()
    {
        var id = CommonOptions.CookId();
        return new Verb("show", "Shows a cook: status, progress, cost, and what is expected of the rest.", "grimoire cook show main.cook-ybqz66n09ndcnzx72jt").With(id)
            .Does(async (session, cancellation) =>
            {
                var cook = await session.AskAsync(Call.Get(CookWatch.PathOf(session.Get(id))), cancellation).ConfigureAwait(false);
                return session.Answer(cook, () => CookReport.Write(session, cook));
            });
    }

    static Verb Pieces()
    {
        var id = CommonOptions.CookId();
        var status = CommonOptions.Status("waiting", "running", "completed", "failed", "cancelled");
        var (top, all) = (CommonOptions.Top(), CommonOptions.All());
        return new Verb("pieces", "Lists the pieces of a cook, with the cast of each.", "grimoire cook pieces main.cook-ybqz66n09ndcnzx72jt --status failed").With(id, status, top, all)
            .Does(async (session, cancellation) =>
            {
                var call = Call.Get(CookWatch.PathOf(session.Get(id)) + "/pieces", ("status", session.Get(status)));
                var pieces = await session.Client.ListAsync(call, "pieces", CommonOptions.Wanted(session, top, all), cancellation).ConfigureAwait(false);
                return session.Answer("pieces", pieces, ["PIECE", "STATUS", "CAST", "COST", "ERROR"], piece =>
                [
                    $"{piece.Whole("piece")}", piece.Text("status") ?? "", piece.Text("castId") ?? "", Wording.Money(piece.Usd("costUsd") ?? 0),
                    piece.Text("code") is { } code ? $"{code}: {piece.Text("error")}" : "",
                ]);
            });
    }

    static Verb Control(string action, string description)
    {
        var (id, reason) = (CommonOptions.CookId(), CommonOptions.Reason());
        return new Verb(action, description, $"grimoire cook {action} main.cook-ybqz66n09ndcnzx72jt").With(id, reason)
            .Does((session, cancellation) => ControlCommands.AskAsync(session, CookWatch.PathOf(session.Get(id)), session.Get(id), action, session.Get(reason), cancellation));
    }

    static Verb Retry()
    {
        var (id, watch) = (CommonOptions.CookId(), CommonOptions.Watch());
        return new Verb("retry", "Casts again the pieces that have not completed.", "grimoire cook retry main.cook-ybqz66n09ndcnzx72jt --watch").With(id, watch)
            .Does(async (session, cancellation) =>
            {
                var tried = await session.AskAsync(Call.Post(CookWatch.PathOf(session.Get(id)) + "/retryFailed"), cancellation).ConfigureAwait(false);
                return session.Get(watch)
                    ? await WatchAsync(session, session.Get(id), cancellation).ConfigureAwait(false)
                    : session.Answer(tried, () => Terminal.Say($"{session.Get(id)}: {Wording.Count(tried.Whole("pieces") ?? 0, "piece")} tried again"));
            });
    }
}
