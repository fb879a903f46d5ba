using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Grimoire.Casts;

/// <summary>A value on its way through an orchestration: itself when it is small, else where it is kept, so that histories stay small.</summary>
public sealed record Payload
{
    /// <summary>What is larger than this, as UTF-8 JSON, travels as a reference.</summary>
    public const int MaxInlineBytes = 4 * 1024;

    public static Payload Nothing { get; } = new();

    /// <summary>The value, if <see cref="StoredAs"/> is null.</summary>
    public JsonNode? Value { get; init; }

    /// <summary>How much of it is in here, as UTF-8 JSON.</summary>
    [JsonIgnore]
    public int InlineBytes => Value is null ? 0 : Encoding.UTF8.GetByteCount(Value.ToJsonString(DomainJson.Options));

    /// <summary>The name of the stored object that has it.</summary>
    public string? StoredAs { get; init; }
}
