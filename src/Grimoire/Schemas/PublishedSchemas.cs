using System.Text.Json.Nodes;

namespace Grimoire.Schemas;

/// <summary>The JSON Schemas of documents that editors complete and check them by; docs/schemas has the same.</summary>
public static class PublishedSchemas
{
    /// <summary>By the name that they are published under.</summary>
    public static IReadOnlyList<string> Names { get; } = ["spell.schema.json", "tool.schema.json"];

    public static JsonObject Spell() => JsonNode.Parse(Text(Names[0]))!.AsObject();

    public static JsonObject Tool() => JsonNode.Parse(Text(Names[1]))!.AsObject();

    /// <summary>The schema as it is published.</summary>
    public static string Text(string name)
    {
        using var stream = typeof(PublishedSchemas).Assembly.GetManifestResourceStream("Grimoire." + name)
            ?? throw new ArgumentException($"No schema is published as '{name}'.", nameof(name));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
