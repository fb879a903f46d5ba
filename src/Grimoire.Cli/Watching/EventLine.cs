using System.Globalization;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Cli.Api;
using Grimoire.Cli.Output;

namespace Grimoire.Cli.Watching;

/// <summary>An event as one plain line: time, step, attempt, what it is, what there is to say of it, cost.</summary>
static class EventLine
{
    public static string Of(string castId, JsonNode? happened, DateTimeOffset now)
    {
        var (type, data) = (happened.Text("type") ?? "", happened.Node("data"));
        var place = happened.Text("step") is { } step ? Question.Place(step, happened.Whole("item")) : "";
        var attempt = happened.Whole("attempt") is { } number ? string.Create(CultureInfo.InvariantCulture, $"attempt {number}") : "";
        var cost = data.Usd("costUsd") is { } usd && usd > 0 ? Wording.Money(usd) : "";
        string[] parts =
        [
            Wording.Stamp(happened.Time("at") ?? default),
            place.PadRight(14),
            attempt.PadRight(10),
            type.PadRight(18),
            Details(castId, happened, type, data, now),
            cost,
        ];
        return string.Join("  ", parts.Where(part => part.Length > 0)).TrimEnd();
    }

    static string Details(string castId, JsonNode? happened, string type, JsonNode? data, DateTimeOffset now) => type switch
    {
        "cast.created" => data.Whole("version") is { } version ? $"{data.Text("spell")}, version {version}" : data.Text("spell") ?? "",
        "cast.started" => data.Whole("steps") is { } steps ? Wording.Count(steps, "step") : "",
        "step.started" => data.Text("tool") ?? "",
        "attempt.started" => data.Text("tool") is { } tool && tool.StartsWith("spell:", StringComparison.Ordinal) ? $"{Called.Here} watch {SubCast(castId, happened)}" : "",
        "attempt.retrying" => $"attempt {data.Whole("next")} at {Until(data.Time("at"), now)}, because of {data.Text("code")}",
        "attempt.held" => $"the circuit of its tool is open, until {Until(data.Time("until") ?? data.Time("at"), now)}",
        "job.started" => $"job {data.Text("runId")}, waited for until {Until(data.Time("until"), now)}",
        "job.progress" => data.Number("progress") is { } share ? $"{data.Text("state")} {Wording.Percent(share)}" : data.Text("state") ?? "",
        "job.callback" => data.Text("state") ?? "",
        "approval.requested" => $"{data.Text("question")} Until {Until(data.Time("until"), now)}. Answer: {Question.Command(castId, happened.Text("step") ?? "", happened.Whole("item"))}",
        "approval.answered" => data.Flag("approved") is { } approved ? $"{(approved ? "approved" : "rejected")} by {data.Text("by")}" : "",
        "artifact.stored" => $"{data.Text("artifact")}, {data.Text("contentType")}, {Wording.Bytes(data.Long("bytes") ?? 0)}",
        "llm.usage" => $"{data.Text("model")}: {data.Long("inputTokens")} tokens in, {data.Long("outputTokens")} out",
        "step.failed" => Failure(data) + (data.Text("caughtBy") is { } caught ? $" (caught by {caught})" : ""),
        "step.reused" or "item.reused" => $"taken over from {data.Text("castId")}",
        "cast.redriven" => $"done again as {data.Text("castId")}",
        _ when data.Node("failure") is not null => Failure(data),
        _ => data.Text("reason") ?? data.Text("message") ?? "",
    };

    static string SubCast(string castId, JsonNode? happened) =>
        CastIds.Child(new AttemptKey(castId, happened.Text("step") ?? "", happened.Whole("item"), happened.Whole("attempt") ?? 1));

    static string Failure(JsonNode? data) => $"{data.Node("failure").Text("code")}: {data.Node("failure").Text("message")}";

    static string Until(DateTimeOffset? at, DateTimeOffset now) => at is { } known ? Wording.Until(known, now) : "?";
}
