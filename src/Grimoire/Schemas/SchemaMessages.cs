using System.Globalization;
using System.Text.Json.Nodes;
using Grimoire.Documents;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace Grimoire.Schemas;

/// <summary>NJsonSchema's findings in plain words, each with a JSON pointer.</summary>
sealed class SchemaMessages(IReadOnlyList<ExtraChecks> checks, IReadOnlyDictionary<ValidationError, JToken> tokens)
{
    public IEnumerable<SchemaError> Of(IEnumerable<ValidationError> errors, JToken about) => errors.SelectMany(error => One(error, about));

    // What is inside an error of several types was said of the same token.
    IEnumerable<SchemaError> One(ValidationError error, JToken about)
    {
        var token = tokens.GetValueOrDefault(error, about);
        return error switch
        {
            // Said of whatever is no object as well.
            { Kind: ValidationErrorKind.PropertyRequired } when token is not JObject => [],
            MultiTypeValidationError several => Types(several, token),
            ChildSchemaValidationError { Kind: ValidationErrorKind.NotAnyOf or ValidationErrorKind.NotOneOf } forms => Forms(forms, token),
            ChildSchemaValidationError parts => parts.Errors.SelectMany(part => Of(part.Value, token)),
            _ => [new SchemaError(Pointer(error, token), KindOf(error.Kind), Words(error, token))],
        };
    }

    IEnumerable<SchemaError> Types(MultiTypeValidationError error, JToken token)
    {
        var fitting = error.Errors.Where(type => !type.Value.Any(one => one.Kind is
            ValidationErrorKind.StringExpected or ValidationErrorKind.NumberExpected or ValidationErrorKind.IntegerExpected
            or ValidationErrorKind.BooleanExpected or ValidationErrorKind.ObjectExpected or ValidationErrorKind.ArrayExpected
            or ValidationErrorKind.NullExpected)).ToList();
        return fitting.Count > 0
            ? Of(fitting[0].Value, token)
            : [new SchemaError(PointerTo(token), SchemaErrorKind.Type, $"is {Noun(token)}; {Wanted(error.Schema.Type)} is wanted")];
    }

    List<SchemaError> Forms(ChildSchemaValidationError error, JToken token)
    {
        var forms = error.Errors.Select(form => Of(form.Value, token).ToList()).ToList();
        var place = PointerTo(token);
        if (forms.Any(form => form.Count == 0))
        {
            return [new SchemaError(place, SchemaErrorKind.Form, "fits more than one of the forms of which it may have exactly one")];
        }

        // Where only one form is of the right type, that one was meant.
        var near = forms.Where(form => !form.Any(one => one.Kind == SchemaErrorKind.Type && one.Pointer == place)).ToList();
        if (near.Count == 1)
        {
            return near[0];
        }

        var reasons = (near.Count == 0 ? forms : near)
            .Select(form => form[0].Pointer == place ? form[0].Message : $"{form[0].Pointer[place.Length..]} {form[0].Message}");
        return [new SchemaError(place, SchemaErrorKind.Form, $"fits none of its allowed forms: {string.Join(", or ", reasons.Distinct().Take(5))}")];
    }

    string Words(ValidationError error, JToken value)
    {
        var schema = error.Schema;
        return error.Kind switch
        {
            ValidationErrorKind.PropertyRequired => "is required",
            ValidationErrorKind.NoAdditionalPropertiesAllowed => "is not known here" + Suggestion.Hint(error.Property ?? "", schema.Properties.Keys),
            ValidationErrorKind.StringExpected or ValidationErrorKind.NumberExpected or ValidationErrorKind.IntegerExpected
                or ValidationErrorKind.BooleanExpected or ValidationErrorKind.ObjectExpected or ValidationErrorKind.ArrayExpected
                or ValidationErrorKind.NullExpected => $"is {Noun(value)}; {Wanted(schema.Type)} is wanted",
            ValidationErrorKind.StringTooShort => $"has {Length(value)} characters; at least {schema.MinLength} are wanted",
            ValidationErrorKind.StringTooLong => $"has {Length(value)} characters; at most {schema.MaxLength} are allowed",
            ValidationErrorKind.NumberTooSmall => schema.ExclusiveMinimum is { } above && !(schema.Minimum > above)
                ? $"is {Shown(value)}; more than {Number(above)} is wanted"
                : $"is {Shown(value)}; at least {Number(schema.Minimum)} is wanted",
            ValidationErrorKind.NumberTooBig or ValidationErrorKind.IntegerTooBig => schema.ExclusiveMaximum is { } below && !(schema.Maximum < below)
                ? $"is {Shown(value)}; less than {Number(below)} is wanted"
                : $"is {Shown(value)}; at most {Number(schema.Maximum)} is wanted",
            ValidationErrorKind.NumberNotMultipleOf or ValidationErrorKind.IntegerNotMultipleOf =>
                $"is {Shown(value)}; a multiple of {Number(schema.MultipleOf)} is wanted",
            ValidationErrorKind.TooFewItems => $"has {Length(value)} items; at least {schema.MinItems} are wanted",
            ValidationErrorKind.TooManyItems => $"has {Length(value)} items; at most {schema.MaxItems} are allowed",
            ValidationErrorKind.TooManyItemsInTuple => "is one item too many",
            ValidationErrorKind.TooFewProperties => $"has {Length(value)} fields; at least {schema.MinProperties} are wanted",
            ValidationErrorKind.TooManyProperties => $"has {Length(value)} fields; at most {schema.MaxProperties} are allowed",
            ValidationErrorKind.ItemsNotUnique => "has an item more than once",
            ValidationErrorKind.PatternMismatch => $"is {Shown(value)}, which does not match the pattern {CompiledSchema.ChecksOf(schema, checks)?.Pattern}",
            ValidationErrorKind.NotInEnumeration => $"is {Shown(value)}; {Choice(CompiledSchema.ChecksOf(schema, checks)?.Allowed ?? [])} is wanted",
            ValidationErrorKind.ExcludedSchemaValidates => "is of a form that is not allowed",
            _ => $"is {Shown(value)}, which is not of the format '{schema.Format}'",
        };
    }

    static SchemaErrorKind KindOf(ValidationErrorKind kind) => kind switch
    {
        ValidationErrorKind.PropertyRequired => SchemaErrorKind.Required,
        ValidationErrorKind.NoAdditionalPropertiesAllowed => SchemaErrorKind.Additional,
        ValidationErrorKind.StringExpected or ValidationErrorKind.NumberExpected or ValidationErrorKind.IntegerExpected
            or ValidationErrorKind.BooleanExpected or ValidationErrorKind.ObjectExpected or ValidationErrorKind.ArrayExpected
            or ValidationErrorKind.NullExpected => SchemaErrorKind.Type,
        ValidationErrorKind.TooFewItems or ValidationErrorKind.TooManyItems or ValidationErrorKind.TooManyItemsInTuple
            or ValidationErrorKind.TooFewProperties or ValidationErrorKind.TooManyProperties => SchemaErrorKind.Count,
        ValidationErrorKind.ExcludedSchemaValidates or ValidationErrorKind.ItemsNotUnique => SchemaErrorKind.Form,
        _ => SchemaErrorKind.Value,
    };

    // NJsonSchema's own paths cannot tell a dot in a name from a step down; the tokens know where they are.
    static string Pointer(ValidationError error, JToken token) => error.Kind switch
    {
        ValidationErrorKind.PropertyRequired or ValidationErrorKind.NoAdditionalPropertiesAllowed when token is JObject =>
            JsonPointer.Append(PointerTo(token), error.Property ?? ""),
        ValidationErrorKind.TooManyItemsInTuple when token is JArray => $"{PointerTo(token)}/{error.Property?.Trim('[', ']')}",
        _ => PointerTo(token),
    };

    static string PointerTo(JToken token) => token.Parent switch
    {
        JProperty property => PointerTo(property),
        JArray array => JsonPointer.Append(PointerTo(array), array.IndexOf(token)),
        JObject parent => JsonPointer.Append(PointerTo(parent), ((JProperty)token).Name),
        _ => "",
    };

    static int Length(JToken? value) => value is JContainer several ? several.Count : value?.ToString().Length ?? 0;

    static string Number(decimal? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "?";

    static string Noun(JToken? value) => value?.Type switch
    {
        JTokenType.String => "text",
        JTokenType.Integer or JTokenType.Float => "a number",
        JTokenType.Boolean => "true or false",
        JTokenType.Object => "an object",
        JTokenType.Array => "an array",
        _ => "null",
    };

    static string Wanted(JsonObjectType types)
    {
        var names = new List<string>();
        foreach (var (type, name) in new[]
        {
            (JsonObjectType.String, "text"), (JsonObjectType.Integer, "a whole number"), (JsonObjectType.Number, "a number"),
            (JsonObjectType.Boolean, "true or false"), (JsonObjectType.Object, "an object"), (JsonObjectType.Array, "an array"), (JsonObjectType.Null, "null"),
        })
        {
            if (types.HasFlag(type))
            {
                names.Add(name);
            }
        }

        return string.Join(" or ", names);
    }

    static string Choice(IReadOnlyList<JsonNode?> allowed) =>
        (allowed.Count > 1 ? "one of " : "") + string.Join(", ", allowed.Take(12).Select(one => Shown(TokenOf.Value(one)))) + (allowed.Count > 12 ? ", …" : "");

    static string Shown(JToken? value)
    {
        var text = value is JContainer or null ? Noun(value) : value.Type == JTokenType.String
            ? $"'{value}'"
            : value.ToString(Newtonsoft.Json.Formatting.None);
        return text.Length > 60 ? text[..57] + "…'" : text;
    }
}
