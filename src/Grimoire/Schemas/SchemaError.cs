namespace Grimoire.Schemas;

/// <summary>Where a value does not fit its schema, or a schema is none.</summary>
/// <param name="Pointer">JSON pointer into the value (or the schema); what is missing is pointed at where it should be.</param>
/// <param name="Kind">What was broken.</param>
/// <param name="Message">For people, without the place: "is required", "is 0; at least 1 is wanted".</param>
public sealed record SchemaError(string Pointer, SchemaErrorKind Kind, string Message)
{
    public override string ToString() => $"{(Pointer.Length == 0 ? "/" : Pointer)}: {Message}";
}

public enum SchemaErrorKind
{
    /// <summary>The schema itself is no schema, or asks for what is not supported.</summary>
    Schema,
    Required,
    Additional,
    Type,

    /// <summary>Range, length, pattern, format, choice of a single value.</summary>
    Value,

    /// <summary>How many items or fields there are.</summary>
    Count,

    /// <summary>anyOf, oneOf, not: what of several forms it takes.</summary>
    Form,

    /// <summary>Nobody can tell: checking it would take too long.</summary>
    Effort,
}
