using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Grimoire.Schemas;

/// <summary>
/// Checks values by JSON Schemas. Never throws, whatever it is given: a schema that is none, or that would take too long, is an error like any other.
/// Compiled schemas are kept by their content.
/// </summary>
public sealed class JsonSchemas
{
    const int MaxKept = 1000;

    readonly ConcurrentDictionary<string, CompiledSchema> _compiled = new(StringComparer.Ordinal);

    /// <summary>What is wrong with the schema itself; pointers lead into it.</summary>
    public IReadOnlyList<SchemaError> Check(JsonObject schema) => Compiled(schema).Errors;

    /// <summary>What is wrong with a value; pointers lead into it. A schema that is none lets nothing pass.</summary>
    public IReadOnlyList<SchemaError> Validate(JsonObject schema, JsonNode? value) => Compiled(schema).Validate(value);

    /// <summary>A copy of the value in which what is missing has its default, in objects that are there at any depth.</summary>
    public static JsonNode? WithDefaults(JsonObject schema, JsonNode? value) => SchemaDefaults.Apply(schema, value);

    /// <summary>For whoever has many values to check: to look a schema up costs as much as to check a small value.</summary>
    internal CompiledSchema Compiled(JsonObject schema)
    {
        if (SchemaGate.TooLarge(schema) is { } tooLarge)
        {
            return CompiledSchema.Refused([tooLarge]);
        }

        if (_compiled.Count > MaxKept)
        {
            _compiled.Clear();
        }

        return _compiled.GetOrAdd(schema.ToJsonString(), static (_, schema) => CompiledSchema.Of(schema), schema);
    }
}
