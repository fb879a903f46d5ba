using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Grimoire.Cooks;

/// <summary>How a value is written into a cell of CSV, so that neither a reader of CSV nor a spreadsheet takes it for anything else.</summary>
static class CsvCell
{
    static readonly SearchValues<char> ToQuote = SearchValues.Create(",\"\r\n");

    const NumberStyles Numbers = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public static string Of(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "",
        JsonValueKind.String => Of(value.GetValue<string>()),
        // No formula begins as a number, true, false, an object or an array does.
        _ => Quoted(value.ToJsonString(DomainJson.Options)),
    };

    public static string Of(string? text) => text switch
    {
        null => "",
        // Else there would be no difference to what is not there.
        "" => "\"\"",
        _ => Quoted(IsFormula(text) ? "'" + text : text),
    };

    /// <summary>A spreadsheet would calculate what begins like that, with all that formulas can do to whoever opens it.</summary>
    static bool IsFormula(string text) =>
        text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' && !double.TryParse(text, Numbers, CultureInfo.InvariantCulture, out _);

    static string Quoted(string text) =>
        text.AsSpan().ContainsAny(ToQuote) || text[0] == ' ' || text[^1] == ' ' ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
