using System.Globalization;
using System.Text.Json.Nodes;

namespace Grimoire.Functions.Tools.Text;

/// <summary>Kinds "text.…" that only compute.</summary>
static class TextTools
{
    /// <summary>A few inputs must not become a text that no memory holds.</summary>
    const int MaxLength = 4 * 1024 * 1024;

    public static IReadOnlyDictionary<string, Func<JsonObject, JsonNode?>> Kinds { get; } = new Dictionary<string, Func<JsonObject, JsonNode?>>
    {
        ["text.template"] = input => Text(Placeholders.Fill(input.Text("template"), input.OptionalObject("values") ?? [], MaxLength)),
        ["text.join"] = Join,
        ["text.split"] = Split,
        ["text.replace"] = Replace,
        ["text.truncate"] = Truncate,
        ["text.case"] = Case,
    };

    static JsonObject Join(JsonObject input)
    {
        var pieces = input.List("items").Select(item => CallValues.TextOf(item) ?? "").ToList();
        var separator = input.OptionalText("separator") ?? "\n";
        Bound(pieces.Sum(piece => (long)piece.Length) + ((long)separator.Length * pieces.Count));
        return Text(string.Join(separator, pieces));
    }

    static JsonObject Split(JsonObject input)
    {
        var separator = input.OptionalText("separator") ?? "\n";
        if (separator.Length == 0)
        {
            throw InputFields.Wrong("separator", "text that is not empty", input["separator"]);
        }

        var pieces = input.Text("text").Split(
            separator,
            input.Flag("trim") ? StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries : StringSplitOptions.None);
        return new JsonObject { ["items"] = new JsonArray([.. pieces.Select(piece => JsonValue.Create(piece))]), ["count"] = pieces.Length };
    }

    static JsonObject Replace(JsonObject input)
    {
        var (text, find, replacement) = (input.Text("text"), input.Text("find"), input.OptionalText("replacement") ?? "");
        if (find.Length == 0)
        {
            throw InputFields.Wrong("find", "text that is not empty", input["find"]);
        }

        Bound(text.Length + ((long)text.Length / find.Length * replacement.Length));
        return Text(
            text.Replace(find, replacement, input.Flag("ignoreCase") ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal));
    }

    static JsonObject Truncate(JsonObject input)
    {
        var (text, most) = (input.Text("text"), input.OptionalCount("maxLength") ?? throw InputFields.Wrong("maxLength", "a whole number, 0 or more", null));
        var mark = input.OptionalText("ellipsis") ?? "…";
        if (text.Length <= most)
        {
            return new JsonObject { ["text"] = text, ["truncated"] = false };
        }

        var keep = Math.Max(0, most - mark.Length);
        if (keep > 0 && char.IsHighSurrogate(text[keep - 1]))
        {
            keep--;
        }

        return new JsonObject { ["text"] = text[..keep] + mark[..Math.Min(mark.Length, most)], ["truncated"] = true };
    }

    static JsonObject Case(JsonObject input) => Text(input.Text("to") switch
    {
        "upper" => input.Text("text").ToUpperInvariant(),
        "lower" => input.Text("text").ToLowerInvariant(),
        "title" => CultureInfo.InvariantCulture.TextInfo.ToTitleCase(input.Text("text").ToLowerInvariant()),
        _ => throw InputFields.Wrong("to", "upper, lower or title", input["to"]),
    });

    static JsonObject Text(string text) => new() { ["text"] = text };

    static void Bound(long length)
    {
        if (length > MaxLength)
        {
            throw ToolFailedException.Permanent("text.tooLong", $"The text would have more than {MaxLength} characters.");
        }
    }
}
