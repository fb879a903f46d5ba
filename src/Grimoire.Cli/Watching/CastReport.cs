using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Output;

namespace Grimoire.Cli.Watching;

/// <summary>What a cast has come to: its status, why it failed, its output, what it has made.</summary>
static class CastReport
{
    /// <param name="session">Where to.</param>
    /// <param name="cast">As the app has told it at last.</param>
    /// <returns>How the cast ended; done if it has not.</returns>
    public static ExitCode Write(Session session, JsonNode? cast)
    {
        if (session.Terminal.IsJson)
        {
            Terminal.Json(cast);
            return CastWatch.EndOf(cast) ?? ExitCode.Done;
        }

        var id = cast.Text("id") ?? "";
        Terminal.Say($"{id}  {cast.Text("spell")}{(cast.Whole("spellVersion") is { } version ? $" {version}" : "")}  {Summary(session, cast)}");
        if (cast.Node("failure") is { } failure)
        {
            WriteFailure(failure);
        }

        if (cast.Text("reason") is { } reason)
        {
            Terminal.Say($"reason: {reason}");
        }

        if (cast.Node("output") is { } output)
        {
            Terminal.Say("output:");
            Terminal.SayJson(output);
        }

        var artifacts = cast.List("artifacts").ToList();
        if (artifacts.Count > 0)
        {
            Terminal.Say("artifacts:");
            foreach (var artifact in artifacts)
            {
                Terminal.Say($"  {artifact.Text("artifact")}  {artifact.Text("contentType")}  {Wording.Bytes(artifact.Long("bytes") ?? 0)}");
            }
        }

        WriteHints(id, cast);
        return CastWatch.EndOf(cast) ?? ExitCode.Done;
    }

    /// <summary>What a person is asked by the steps of a cast, and how to answer.</summary>
    public static IEnumerable<string> Questions(string castId, JsonNode? cast) =>
        from step in cast.List("steps")
        let waits = step.Node("waits")
        where step.Text("status") == "running" && waits.Text("for") == "approval"
        let id = step.Text("id") ?? ""
        let item = waits.Whole("item")
        select $"{Question.Place(id, item)} asks: {waits.Text("question")} Answer: {Question.Command(castId, id, item)}";

    static string Summary(Session session, JsonNode? cast)
    {
        var (begun, ended) = (cast.Time("startedAt") ?? cast.Time("createdAt"), cast.Time("endedAt"));
        var took = begun is { } since ? $" after {Wording.Duration((ended ?? session.Time.GetUtcNow()) - since)}" : "";
        return $"{cast.Text("status")}{took}, {Wording.Money(cast.Usd("costUsd") ?? 0)}{(cast.Usd("budgetUsd") is { } budget ? $" of {Wording.Money(budget)}" : "")}";
    }

    static void WriteFailure(JsonNode failure)
    {
        var where = failure.Text("step") is { } step
            ? $"step {step}{(failure.Whole("item") is { } item ? $"[{item}]" : "")}{(failure.Whole("attempt") is { } attempt ? $", attempt {attempt}" : "")}, phase {failure.Text("phase")}"
            : $"phase {failure.Text("phase")}";
        Terminal.Say($"failed: {where}: {failure.Text("code")}: {failure.Text("message")}");
        var cause = failure.Node("cause");
        for (var depth = 0; cause is not null && depth < 10; depth++, cause = cause.Node("cause"))
        {
            Terminal.Say($"  because of {cause.Text("code")}: {cause.Text("message")}");
        }
    }

    static void WriteHints(string id, JsonNode? cast)
    {
        foreach (var question in Questions(id, cast))
        {
            Terminal.Say(question);
        }

        if (CastWatch.EndOf(cast) == ExitCode.Failed)
        {
            Terminal.Note($"To do it again from there: {Called.Here} redrive {id} --watch");
        }
    }
}
