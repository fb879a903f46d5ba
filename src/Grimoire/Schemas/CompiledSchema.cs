using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace Grimoire.Schemas;

/// <summary>A schema that has passed the gate, ready to check values; or the reasons why it has not.</summary>
sealed class CompiledSchema
{
    readonly JsonSchema? _schema;
    readonly IReadOnlyList<ExtraChecks> _checks;

    CompiledSchema(JsonSchema? schema, IReadOnlyList<ExtraChecks> checks, IReadOnlyList<SchemaError> errors)
    {
        _schema = schema;
        _checks = checks;
        Errors = errors;
    }

    public IReadOnlyList<SchemaError> Errors { get; }

    public static CompiledSchema Refused(IReadOnlyList<SchemaError> errors) => new(null, [], errors);

    public static CompiledSchema Of(JsonObject schema)
    {
        var gate = SchemaGate.Pass(schema);
        if (gate.Errors.Count > 0)
        {
            return Refused(gate.Errors);
        }

        try
        {
            // Nothing is awaited in it: there are no references to other documents left.
            return new CompiledSchema(JsonSchema.FromJsonAsync(gate.Clean!.ToJsonString()).GetAwaiter().GetResult(), gate.Checks, []);
        }
        catch (Exception refused) when (refused is Newtonsoft.Json.JsonException or InvalidOperationException
            or ArgumentException or FormatException or NotSupportedException)
        {
            return Refused([new SchemaError("", SchemaErrorKind.Schema, $"is not a JSON Schema that can be used: {refused.Message}")]);
        }
    }

    public IReadOnlyList<SchemaError> Validate(JsonNode? value)
    {
        if (_schema is null)
        {
            return [.. Errors.Select(error => error with { Pointer = "", Message = $"cannot be checked: {error.Pointer} of its schema {error.Message}" })];
        }

        if (value is not null && SchemaGate.TooLarge(value) is { } tooDeep)
        {
            return [tooDeep with { Kind = SchemaErrorKind.Effort }];
        }

        try
        {
            var token = TokenOf.Value(value);
            var validator = new Validator(_checks);
            var errors = validator.Validate(token, _schema);
            return [.. new SchemaMessages(_checks, validator.Tokens).Of(errors, token).Distinct()];
        }
        catch (Exception tooMuch) when (tooMuch is TooMuch or RegexMatchTimeoutException)
        {
            return [new SchemaError("", SchemaErrorKind.Effort, "cannot be checked: with this schema it would take too long")];
        }
    }

    internal static ExtraChecks? ChecksOf(JsonSchema schema, IReadOnlyList<ExtraChecks> checks) =>
        schema.ExtensionData is { } data && data.TryGetValue(ExtraChecks.Marker, out var index)
            ? checks[Convert.ToInt32(index, CultureInfo.InvariantCulture)]
            : null;

    sealed class TooMuch : Exception;

    /// <summary>NJsonSchema's own, with an end to its effort and with <see cref="ExtraChecks"/>.</summary>
    sealed class Validator(IReadOnlyList<ExtraChecks> checks) : JsonSchemaValidator(new JsonSchemaValidatorSettings())
    {
        const int MaxSteps = 60_000;
        const int MaxDepth = 400;

        readonly Dictionary<ValidationError, JToken> _tokens = new(ReferenceEqualityComparer.Instance);
        int _steps;
        int _depth;

        /// <summary>What each error was said of.</summary>
        public IReadOnlyDictionary<ValidationError, JToken> Tokens => _tokens;

        protected override ICollection<ValidationError> Validate(
            JToken token, JsonSchema schema, SchemaType schemaType, string propertyName, string propertyPath)
        {
            if (++_steps > MaxSteps || ++_depth > MaxDepth)
            {
                throw new TooMuch();
            }

            var actual = schema.ActualSchema;
            var errors = base.Validate(token, actual, schemaType, propertyName, propertyPath).ToList();
            if (ChecksOf(actual, checks) is { } extra)
            {
                errors.AddRange(extra.Broken(token).Select(kind => new ValidationError(kind, propertyName, propertyPath, token, actual)));
            }

            if (token is JObject fields)
            {
                errors.AddRange(Nulls(fields, actual, schemaType));
            }

            // What was said of something further inside has its token already.
            foreach (var error in errors)
            {
                _tokens.TryAdd(error, token);
            }

            _depth--;
            return errors;
        }

        // A null passes unseen where the property names no type, even if a combination or a reference would refuse it.
        IEnumerable<ValidationError> Nulls(JObject fields, JsonSchema schema, SchemaType schemaType) =>
            from property in schema.Properties
            where fields.TryGetValue(property.Key, StringComparison.Ordinal, out var value) && value.Type == JTokenType.Null
            where property.Value.IsNullable(schemaType)
            from error in Validate(fields[property.Key]!, property.Value.ActualSchema, schemaType, property.Key, property.Key)
            select error;
    }
}
