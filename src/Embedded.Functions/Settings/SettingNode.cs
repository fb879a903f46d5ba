using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Embedded.Functions.Settings;

/// <summary>A value or a group of values, whether it comes from a JSON file or from configuration.</summary>
/// <param name="Text">The value; null for a group, and for JSON's null.</param>
internal sealed record SettingNode(string Name, SettingNodeKind Kind, string? Text, IReadOnlyList<SettingNode> Children)
{
    public static readonly SettingNode Empty = new("", SettingNodeKind.Group, null, []);

    public static SettingNode From(JsonElement json, string name = "") => json.ValueKind switch
    {
        JsonValueKind.Object => new(name, SettingNodeKind.Group, null, [.. json.EnumerateObject().Select(child => From(child.Value, child.Name))]),
        JsonValueKind.Array => new(name, SettingNodeKind.List, null, [.. json.EnumerateArray().Select((child, i) => From(child, $"{i}"))]),
        JsonValueKind.Null or JsonValueKind.Undefined => new(name, SettingNodeKind.Nothing, null, []),
        JsonValueKind.String => new(name, SettingNodeKind.Value, json.GetString(), []),

        // As the official host and Core Tools write them when they make text of a file's values.
        JsonValueKind.True => new(name, SettingNodeKind.Value, bool.TrueString, []),
        JsonValueKind.False => new(name, SettingNodeKind.Value, bool.FalseString, []),
        _ => new(name, SettingNodeKind.Value, json.TryGetInt64(out long whole) ? Invariant(whole) : Invariant(json.GetDouble()), []),
    };

    public static SettingNode From(IConfigurationSection section)
    {
        SettingNode[] children = [.. section.GetChildren().Select(From)];

        // Configuration knows no lists: a list is a group whose names are 0, 1, 2...
        SettingNodeKind kind = children switch
        {
            [] when section.Value is null => SettingNodeKind.Nothing,
            [] => SettingNodeKind.Value,
            _ => children.All(child => int.TryParse(child.Name, out _)) ? SettingNodeKind.List : SettingNodeKind.Group,
        };
        return new(section.Key, kind, kind == SettingNodeKind.Value ? section.Value : null, children);
    }

    /// <summary>The child of this name; names that differ only in case are the same. If a file has one twice, the last counts, as in the official host.</summary>
    public SettingNode? Find(string name) => Children.LastOrDefault(child => child.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public SettingNode? FindPath(string path) => path.Split('.').Aggregate((SettingNode?)this, (node, name) => node?.Find(name));

    static string Invariant(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}

internal enum SettingNodeKind
{
    Nothing,
    Value,
    List,
    Group,
}
