using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Schemas;

namespace Grimoire.Spells;

/// <summary>The inputs of a cast: with the defaults of the spell, and checked against its schema.</summary>
/// <param name="Inputs">What the cast is given.</param>
/// <param name="Errors">Pointers lead into the inputs.</param>
public sealed record InputCheck(JsonObject Inputs, IReadOnlyList<Finding> Errors)
{
    public static InputCheck Of(Spell spell, JsonObject? inputs, JsonSchemas schemas)
    {
        if (spell.Inputs is not { } schema)
        {
            return new InputCheck(inputs?.DeepClone().AsObject() ?? [], []);
        }

        // Copied no further than it is going to be checked.
        if (inputs is not null && SchemaGate.TooLarge(inputs) is { } tooDeep)
        {
            return new InputCheck([], [new Finding(tooDeep.Pointer, "input.invalid", $"The input {tooDeep.Message}.")]);
        }

        var complete = JsonSchemas.WithDefaults(schema, inputs ?? [])!.AsObject();
        return new InputCheck(complete, [.. schemas.Validate(schema, complete).Select(error => Found(error, spell))]);
    }

    static Finding Found(SchemaError error, Spell spell)
    {
        var name = error.Pointer.Length == 0 ? "The input" : $"Input '{error.Pointer[1..]}'";
        return error.Kind switch
        {
            SchemaErrorKind.Required => new Finding(error.Pointer, "input.missing", $"{name} is required by spell '{spell.Slug}'."),
            SchemaErrorKind.Additional => new Finding(error.Pointer, "input.unknown", $"{name} {error.Message}"),
            _ => new Finding(error.Pointer, "input.invalid", $"{name} {error.Message}."),
        };
    }
}
