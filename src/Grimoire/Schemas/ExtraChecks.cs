using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using NJsonSchema.Validation;

namespace Grimoire.Schemas;

/// <summary>
/// What one schema asks for and NJsonSchema does not do as the standard says: patterns (it sets no limit of time), enum and const and uniqueItems
/// (it compares texts, so that "1" is 1), and limits of 0 (it takes them for none).
/// </summary>
sealed class ExtraChecks
{
    /// <summary>Under which name a schema says which of these are its own.</summary>
    public const string Marker = "x-check";

    Regex? _pattern;
    List<JsonNode?>? _allowed;
    bool _unique;
    bool _noItems;
    bool _noFields;

    public bool IsEmpty => _pattern is null && _allowed is null && !_unique && !_noItems && !_noFields;

    /// <summary>As the schema has it.</summary>
    public string Pattern { get; private set; } = "";

    public IReadOnlyList<JsonNode?> Allowed => _allowed ?? [];

    /// <summary>True if the keyword is looked after here.</summary>
    public bool Take(string keyword, JsonNode? value)
    {
        switch (keyword)
        {
            case "pattern":
                Pattern = value!.GetValue<string>();
                _pattern = SchemaPattern.Compile(Pattern);
                return true;
            case "const":
                Allow([value]);
                return true;
            case "enum":
                Allow([.. value!.AsArray()]);
                return true;
            case "uniqueItems":
                _unique = value!.GetValue<bool>();
                return true;
            case "maxItems" when value!.GetValue<int>() == 0:
                return _noItems = true;
            case "maxProperties" when value!.GetValue<int>() == 0:
                return _noFields = true;
            default:
                return false;
        }
    }

    public IEnumerable<ValidationErrorKind> Broken(JToken value)
    {
        if (_pattern is not null && value.Type == JTokenType.String && !_pattern.IsMatch(value.Value<string>()!))
        {
            yield return ValidationErrorKind.PatternMismatch;
        }

        if (_allowed is not null && !_allowed.Any(one => JToken.DeepEquals(TokenOf.Value(one), value)))
        {
            yield return ValidationErrorKind.NotInEnumeration;
        }

        if (_unique && value is JArray items && items.Distinct(JToken.EqualityComparer).Count() != items.Count)
        {
            yield return ValidationErrorKind.ItemsNotUnique;
        }

        if (_noItems && value is JArray { Count: > 0 })
        {
            yield return ValidationErrorKind.TooManyItems;
        }

        if (_noFields && value is JObject { Count: > 0 })
        {
            yield return ValidationErrorKind.TooManyProperties;
        }
    }

    // Both enum and const: what both allow.
    void Allow(List<JsonNode?> values) =>
        _allowed = _allowed is null ? values : [.. _allowed.Where(one => values.Any(other => JsonNode.DeepEquals(one, other)))];
}
