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
        var errors = new List<SchemaError>();
        Collect(Read(schema.ToJsonString()).Validate(value?.ToJsonString(DomainJson.Options) ?? "null"), errors);
        return errors;
    }

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
