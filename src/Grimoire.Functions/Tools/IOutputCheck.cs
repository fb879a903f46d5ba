using System.Text.Json.Nodes;

namespace Grimoire.Functions.Tools;

/// <summary>Whether a value is what a JSON Schema asks for.</summary>
public interface IOutputCheck
{
    /// <summary>All that is wrong; nothing if it fits.</summary>
    IReadOnlyList<SchemaError> Check(JsonObject schema, JsonNode? value);
}

/// <param name="Pointer">A JSON pointer into the value.</param>
public sealed record SchemaError(string Pointer, string Message);
