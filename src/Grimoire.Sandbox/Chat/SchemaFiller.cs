using System.Globalization;
using System.Text.Json.Nodes;
using Grimoire.Sandbox.Requests;

namespace Grimoire.Sandbox.Chat;

/// <summary>Makes a value that satisfies a JSON Schema: of the common part of it, and what cannot be satisfied is refused by name.</summary>
sealed class SchemaFiller(JsonObject root, Topic topic, ulong seed)
{
    const int MostDepth = 16;
    const decimal FinestStep = 0.000000001m;
    const string Param = "response_format.json_schema.schema";

    static readonly string[] Unsupported = ["pattern", "not", "if", "patternProperties", "prefixItems", "contains", "minProperties", "allOf"];

    ulong _place;

    public JsonNode? Fill() => Fill(root, "answer", 0, 0);

    JsonNode? Fill(JsonNode? schema, string name, int index, int depth)
    {
        JsonObject of = SchemaNode.Resolve(root, schema);
        if (depth > MostDepth)
        {
            throw Invalid($"it nests more than {MostDepth} deep where it is required");
        }

        if (Unsupported.FirstOrDefault(of.ContainsKey) is { } keyword)
        {
            throw Invalid($"the sandbox cannot satisfy '{keyword}'");
        }

        if (of.TryGetPropertyValue("const", out JsonNode? constant))
        {
            return constant?.DeepClone();
        }

        if (of["enum"] is JsonArray { Count: > 0 } values)
        {
            return values[(int)(Next() % (ulong)values.Count)]?.DeepClone();
        }

        if ((of["anyOf"] ?? of["oneOf"]) is JsonArray { Count: > 0 } choices)
        {
            return Fill(choices.FirstOrDefault(choice => SchemaNode.Type(choice) != "null") ?? choices[0], name, index, depth + 1);
        }

        return SchemaNode.Type(of) switch
        {
            "object" => Object(of, depth),
            "array" => Array(of, name, depth),
            "string" => Text(of, name, index),
            "integer" => JsonValue.Create((long)Number(of, 1)),
            "number" => JsonValue.Create(Number(of, 0.25m)),
            "boolean" => JsonValue.Create(Next() % 2 == 0),
            "null" => null,
            var other => throw Invalid($"there is no type '{other}'"),
        };
    }

    JsonObject Object(JsonObject of, int depth)
    {
        var filled = new JsonObject();
        JsonObject properties = of["properties"] as JsonObject ?? [];
        string[] required = of["required"] is JsonArray names ? [.. names.OfType<JsonNode>().Select(name => name.ToString())] : [];
        foreach ((string name, JsonNode? schema) in properties)
        {
            // An optional property is filled as well, unless the schema has no end.
            if (required.Contains(name) || depth < 4)
            {
                filled[name] = Fill(schema, name, 0, depth + 1);
            }
        }

        foreach (string name in required.Where(name => !properties.ContainsKey(name)))
        {
            filled[name] = of["additionalProperties"] is JsonObject schema ? Fill(schema, name, 0, depth + 1) : topic.Name;
        }

        return filled;
    }

    JsonArray Array(JsonObject of, string name, int depth)
    {
        int least = SchemaNode.Count(of, "minItems") ?? 0;
        int most = SchemaNode.Count(of, "maxItems") ?? int.MaxValue;
        int count = Math.Min(most, Math.Max(least, depth < 4 ? 2 : 0));
        if (count < least || count > 10_000)
        {
            throw Invalid($"'{name}' cannot have from {least} to {most} items");
        }

        JsonNode items = of["items"] ?? new JsonObject { ["type"] = "string" };
        return new JsonArray([.. Enumerable.Range(0, count).Select(i => Fill(items, name, i, depth + 1))]);
    }

    JsonValue Text(JsonObject of, string name, int index)
    {
        string text = SchemaNode.Text(of, "format") switch
        {
            "date-time" => "2025-01-01T00:00:00Z",
            "date" => "2025-01-01",
            "time" => "00:00:00Z",
            "email" => "someone@example.com",
            "uri" => $"https://example.com/{StableHash.Hex(Next())}",
            "uuid" => Guid(Next(), Next()),
            _ => name.ToLowerInvariant() switch
            {
                "title" or "name" or "headline" or "topic" => topic.Name,
                "summary" or "text" or "description" or "content" or "answer" or "body" => Prose.About(topic, Next()),
                _ => topic.Words.Count == 0 ? name : topic.Words[index % topic.Words.Count],
            },
        };
        if (index > 0 && index >= topic.Words.Count)
        {
            text += string.Create(CultureInfo.InvariantCulture, $" {index + 1}");
        }

        int least = SchemaNode.Count(of, "minLength") ?? 0;
        int most = SchemaNode.Count(of, "maxLength") ?? int.MaxValue;
        if (least > most || least > 1_000_000)
        {
            throw Invalid($"'{name}' cannot have a length from {least} to {most}");
        }

        text = text.Length < least ? text.PadRight(least, '.') : text;
        return JsonValue.Create(text.Length > most ? text[..most] : text);
    }

    decimal Number(JsonObject of, decimal grain)
    {
        decimal step = SchemaNode.Number(of, "multipleOf") is { } multiple and >= FinestStep ? multiple : grain;
        decimal? least = SchemaNode.Number(of, "minimum");
        decimal? most = SchemaNode.Number(of, "maximum");
        decimal? above = SchemaNode.Number(of, "exclusiveMinimum");
        decimal? below = SchemaNode.Number(of, "exclusiveMaximum");
        least = above is null || least > above ? least : Math.Floor(above.Value / step) * step + step;
        most = below is null || most < below ? most : Math.Ceiling(below.Value / step) * step - step;
        decimal from = Math.Ceiling((least ?? Math.Min(0, most ?? 0)) / step);
        decimal to = Math.Floor((most ?? Math.Max(10, (least ?? 0) + 10)) / step);
        if (from > to)
        {
            // Between two close limits there may be no multiple of a grain that nobody asked for.
            return grain < 1 && least is { } low && most is { } high && low <= high && of["multipleOf"] is null
                ? (low + high) / 2
                : throw Invalid("no number lies within its limits");
        }

        return (from + Next() % (ulong)Math.Min(to - from + 1, 1000)) * step;
    }

    ulong Next() => StableHash.At(seed, _place++);

    static string Guid(ulong first, ulong second)
    {
        string digits = StableHash.Hex(first) + StableHash.Hex(second);
        return $"{digits[..8]}-{digits[8..12]}-4{digits[13..16]}-8{digits[17..20]}-{digits[20..]}";
    }

    static RefusedException Invalid(string why) => new(400, $"Invalid schema for response_format: {why}.", "invalid_json_schema", Param);
}
