using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Output;

namespace Grimoire.Cli.Watching;

/// <summary>How a cook stands, and what it has come to.</summary>
static class CookReport
{
    public static ExitCode Write(Session session, JsonNode? cook)
    {
        var exit = CastWatch.EndOf(cook) ?? ExitCode.Done;
        if (session.Terminal.IsJson)
        {
            Terminal.Json(cook);
            return exit;
        }

        var id = cook.Text("id") ?? "";
        Terminal.Say($"{id}  {cook.Text("spell")}{(cook.Node("settings").Text("name") is { } name ? $"  {name}" : "")}  {cook.Text("status")}");
        Terminal.Say(Progress(cook, session.Time.GetUtcNow()));
        if (cook.Node("hold") is { } hold)
        {
            Terminal.Say($"held: {hold.Text("code")}: {hold.Text("message")}");
        }

        if (cook.Node("failure") is { } failure)
        {
            Terminal.Say($"failed: {failure.Text("code")}: {failure.Text("message")}");
        }

        if (cook.Text("reason") is { } reason)
        {
            Terminal.Say($"reason: {reason}");
        }

        if (cook.Node("progress").Whole("failed") > 0)
        {
            Terminal.Note($"To see why: {Called.Here} cook pieces {id} --status failed. To try those again: {Called.Here} cook retry {id} --watch");
        }

        return exit;
    }

    /// <summary>How far it is, as a line.</summary>
    public static string Progress(JsonNode? cook, DateTimeOffset now)
    {
        var progress = cook.Node("progress");
        var (ended, total) = (progress.Whole("ended") ?? 0, progress.Whole("total") ?? 0);
        string[] parts =
        [
            $"{ended} of {Wording.Count(total, "piece")} done",
            progress.Whole("failed") is > 0 and var failed ? $"{failed} failed" : "",
            progress.Whole("cancelled") is > 0 and var cancelled ? $"{cancelled} cancelled" : "",
            progress.Whole("running") is > 0 and var running ? $"{running} running" : "",
            progress.Whole("waiting") is > 0 and var waiting ? $"{waiting} waiting" : "",
            Wording.Money(progress.Usd("costUsd") ?? 0),
            cook.Usd("estimatedRestUsd") is > 0 and var rest ? $"about {Wording.Money(rest)} more" : "",
            cook.Time("expectedEnd") is { } end && cook.Time("endedAt") is null ? $"ends about {Wording.Until(end, now)} ({Wording.Duration(end - now)})" : "",
        ];
        return string.Join(", ", parts.Where(part => part.Length > 0));
    }
}
