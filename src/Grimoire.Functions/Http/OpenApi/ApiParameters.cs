using System.Text.Json.Nodes;

namespace Grimoire.Functions.Http.OpenApi;

/// <summary>The parameters of the API, by name.</summary>
static class ApiParameters
{
    public static JsonObject ToJson()
    {
        var parameters = new JsonObject();
        foreach (var (name, place, schema, description) in All)
        {
            parameters.Add($"{place}.{name}", new JsonObject
            {
                ["name"] = name,
                ["in"] = place,
                ["required"] = place == "path",
                ["description"] = description,
                ["schema"] = JsonNode.Parse(schema),
            });
        }

        return parameters;
    }

    static IEnumerable<(string Name, string Place, string Schema, string Description)> All =>
    [
        ("id", "path", """{ "type": "string", "maxLength": 200 }""", "The id of a cast, a cook, a run, a tool or a key."),
        ("slug", "path", """{ "type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 64 }""", "The slug of a spell."),
        ("version", "path", """{ "type": "integer", "minimum": 1 }""", "A version of a spell."),
        ("step", "path", """{ "type": "string" }""", "The id of a step."),
        ("name", "path", """{ "type": "string" }""", "The name of an artifact, which may have slashes, of a subscription, or of an account."),
        ("castId", "path", """{ "type": "string", "maxLength": 200 }""", "The id of a cast."),
        ("stepId", "path", """{ "type": "string" }""", "The id of a step."),
        ("attempt", "path", """{ "type": "integer", "minimum": 1 }""", "Which attempt."),
        ("toolId", "path", """{ "type": "string" }""", "The id of a tool."),
        ("item", "query", """{ "type": "integer", "minimum": 0 }""", "Which element of a forEach."),
        ("token", "query", """{ "type": "string" }""", "What proves that the address was given by this app."),
        ("account", "query", """{ "type": "string", "pattern": "^[a-z0-9]{1,32}$" }""", "Whose; that of the key, if it is not said. Another one is for operators."),
        ("top", "query", """{ "type": "integer", "minimum": 1, "maximum": 200, "default": 50 }""", "How many there are on a page at most."),
        ("continuation", "query", """{ "type": "string" }""", "What the page before gave, as it was."),
        ("status", "query", """{ "type": "string", "examples": ["failed,cancelled"] }""", "pending, running, paused, completed, failed or cancelled, of pieces waiting, running, completed, failed or cancelled; several separated by commas."),
        ("spell", "query", """{ "type": "string" }""", "The slug of the spell that is cast."),
        ("cook", "query", """{ "type": "string" }""", "Only casts of the pieces of that cook."),
        ("version", "query", """{ "type": "integer", "minimum": 1 }""", "Which version of the spell; if it is not said, the newest."),
        ("name", "query", """{ "type": "string" }""", "What the cook is called, for people."),
        ("concurrency", "query", """{ "type": "integer", "minimum": 1, "maximum": 50, "default": 8 }""", "How many pieces are cast at once."),
        ("tolerated", "query", """{ "type": "number", "minimum": 0, "maximum": 100, "default": 0 }""", "How many of a hundred pieces may fail before no further one begins."),
        ("budgetUsd", "query", """{ "type": "number", "exclusiveMinimum": 0 }""", "What the whole cook may cost."),
        ("pieceBudgetUsd", "query", """{ "type": "number", "exclusiveMinimum": 0 }""", "What one piece may cost."),
        ("from", "query", """{ "type": "string", "format": "date-time" }""", "Only casts that began then or later; of usage, the first day of UTC, such as 2030-01-31."),
        ("to", "query", """{ "type": "string", "format": "date-time" }""", "Only casts that began then or earlier; of usage, the last day."),
        ("by", "query", """{ "enum": ["day", "spell", "tool", "account"], "default": "day" }""", "What there is a row of."),
        ("format", "query", """{ "enum": ["json", "jsonl", "csv"] }""", "How it is written: json, if it is not said, or csv; of results of a cook jsonl, if it is not said, or csv."),
        ("children", "query", """{ "type": "boolean", "default": false }""", "Casts that are steps of others too."),
        ("failureCode", "query", """{ "type": "string" }""", "Only those with this code of a failure, or of one that has caused it."),
        ("failedStep", "query", """{ "type": "string" }""", "Only those in which this step has failed."),
        ("since", "query", """{ "type": "string", "format": "date-time" }""", "Only what has failed then or later."),
        ("until", "query", """{ "type": "string", "format": "date-time" }""", "Only what has failed then or earlier."),
        ("after", "query", """{ "type": "integer", "minimum": 0, "default": 0 }""", "Only events after that one: the 'next' of the page before."),
        ("limit", "query", """{ "type": "integer", "minimum": 1, "maximum": 5000, "default": 500 }""", "How many events at most."),
        ("wait", "query", """{ "type": "integer", "minimum": 0, "maximum": 60, "default": 0 }""", "For how many seconds to wait for an event if there is none yet."),
        ("minutes", "query", """{ "type": "integer", "minimum": 0, "maximum": 1000000 }""", "Only steps that have been running for as long; the setting Ops:StalledMinutes, which is 15, if it is not said."),
        ("overlapMinutes", "query", """{ "type": "integer", "minimum": 0, "maximum": 1440, "default": 0 }""", "For how long the old key holds still."),
        ("download", "query", """{ "type": "boolean", "default": false }""", "As an attachment, whatever it is."),
        ("probe", "query", """{ "type": "boolean", "default": false }""", "Ask the servers of the account's tools whether they are there."),
        ("Idempotency-Key", "header", """{ "type": "string", "pattern": "^[A-Za-z0-9._-]{1,128}$" }""", "Sent again with the same key, a request starts nothing again."),
        ("If-Match", "header", """{ "type": "string" }""", "Only if that is the newest version still."),
        ("If-None-Match", "header", """{ "type": "string" }""", "Only if it is another one than that of this ETag."),
        ("Range", "header", """{ "type": "string", "examples": ["bytes=0-1023"] }""", "Only these bytes."),
    ];
}
