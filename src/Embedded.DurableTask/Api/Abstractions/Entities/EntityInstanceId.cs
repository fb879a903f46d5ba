using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.DurableTask.Entities;

/// <summary>Identifies an entity by its name, which is kept in lower case, and its key.</summary>
[JsonConverter(typeof(Converter))]
public readonly record struct EntityInstanceId
{
    /// <summary>Creates an ID. The name must not contain '@'; the key may be anything, also empty.</summary>
    public EntityInstanceId(string name, string key)
    {
        Check.NotNullOrEmpty(name);
        Check.Argument(!name.Contains('@', StringComparison.Ordinal), nameof(name), "The name of an entity must not contain '@'.");
        Check.NotNull(key);
        Name = name.ToLowerInvariant();
        Key = key;
    }

    public string Name { get; }

    public string Key { get; }

    /// <summary>Reads an ID of the form <c>@name@key</c>.</summary>
    public static EntityInstanceId FromString(string instanceId)
    {
        Check.NotNullOrEmpty(instanceId);
        return instanceId[0] == '@' && instanceId.IndexOf('@', 1) is > 0 and var end
            ? new(instanceId[1..end], instanceId[(end + 1)..])
            : throw new ArgumentException($"'{instanceId}' is not an entity ID: those have the form '@name@key'.", nameof(instanceId));
    }

    /// <summary>Gives the form <c>@name@key</c>, which is also the instance ID of the entity.</summary>
    public override string ToString() => $"@{Name}@{Key}";

    private sealed class Converter : JsonConverter<EntityInstanceId>
    {
        public override EntityInstanceId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => FromString(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, EntityInstanceId value, JsonSerializerOptions options)
            => writer.WriteStringValue(value.ToString());
    }
}
