using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using NJsonSchema;
using NJsonSchema.Validation;

namespace Grimoire.Functions.Tools;

/// <summary>Checks values with NJsonSchema. Schemas are read once.</summary>
sealed class NJsonOutputCheck : IOutputCheck
{
    const int MaxKept = 1024;

    readonly ConcurrentDictionary<string, JsonSchema> _schemas = new(StringComparer.Ordinal);

    public IReadOnlyList<SchemaError> Check(JsonObject schema, JsonNode? value)
    {
        if (LeadsElsewhere(schema))
        {
            return [new SchemaError("", "cannot be checked: the schema refers to another document, which is never fetched")];
        }

        var errors = new List<SchemaError>();
        try
        {
            Collect(Read(schema.ToJsonString()).Validate(value?.ToJsonString(DomainJson.Options) ?? "null"), errors);
        }
        catch (Exception unusable) when (unusable is Newtonsoft.Json.JsonException or InvalidOperationException or ArgumentException or NotSupportedException or FormatException)
        {
            errors.Add(new SchemaError("", $"cannot be checked: {unusable.Message}"));
        }

        return errors;
    }

    /// <summary>NJsonSchema would fetch it, past the egress policy.</summary>
    static bool LeadsElsewhere(JsonNode? node) => node switch
    {
        JsonObject fields => fields.Any(field => field.Key == "$ref"
            ? field.Value is not JsonValue value || !value.TryGetValue<string>(out var target) || !target.StartsWith('#')
            : LeadsElsewhere(field.Value)),
        JsonArray items => items.Any(LeadsElsewhere),
        _ => false,
    };

    JsonSchema Read(string source)
    {
        if (_schemas.TryGetValue(source, out var known))
        {
            return known;
        }

        var schema = JsonSchema.FromJsonAsync(source).GetAwaiter().GetResult();
        if (_schemas.Count < MaxKept)
        {
            _schemas.TryAdd(source, schema);
        }

        return schema;
    }

    static void Collect(IEnumerable<ValidationError> found, List<SchemaError> errors)
    {
        foreach (var error in found)
        {
            errors.Add(new SchemaError(PointerOf(error.Path), $"{error.Kind}{(error.Property is { } property ? $" ({property})" : "")}"));
        }
    }

    /// <summary>"#/a[0].b" as "/a/0/b".</summary>
    static string PointerOf(string? path) => (path ?? "").TrimStart('#').Replace("[", "/", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Replace('.', '/');
}
