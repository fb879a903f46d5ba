using System.Globalization;
using System.Text.Json.Nodes;

namespace Grimoire.Documents;

/// <summary>JSON pointers (RFC 6901).</summary>
public static class JsonPointer
{
    public static string Append(string pointer, string name) =>
        $"{pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    public static string Append(string pointer, int index) => pointer + "/" + index.ToString(CultureInfo.InvariantCulture);

    /// <summary>The pointer to what the given one's value is in.</summary>
    public static string Parent(string pointer)
    {
        var slash = pointer.LastIndexOf('/');
        return slash < 0 ? "" : pointer[..slash];
    }

    /// <summary>The names and indexes of a pointer, unescaped.</summary>
    public static IReadOnlyList<string> Parts(string pointer) =>
        pointer.Length == 0
            ? []
            : [.. pointer.Split('/').Skip(1).Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    /// <summary>What the pointer leads to. False if there is nothing, which is not the same as a null that is there.</summary>
    public static bool TryFind(JsonNode? root, string pointer, out JsonNode? found)
    {
        found = root;
        foreach (var part in Parts(pointer))
        {
            if (found is JsonObject fields && fields.TryGetPropertyValue(part, out var field))
            {
                found = field;
            }
            else if (found is JsonArray items
                && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < items.Count)
            {
                found = items[index];
            }
            else
            {
                found = null;
                return false;
            }
        }

        return true;
    }
}
