using System.Text.Json.Nodes;
using Grimoire.Schemas;

namespace Grimoire.Spells;

/// <summary>What expressions of a spell may refer to, where, and what is known of it.</summary>
static class Roots
{
    public const string Inputs = "inputs";
    public const string Steps = "steps";
    public const string Cast = "cast";
    public const string Item = "item";
    public const string Index = "index";
    public const string Error = "error";

    static readonly SchemaView CastView = View("""{"type":"object","additionalProperties":false,"required":["id"],"properties":{"id":{"type":"string"}}}""");

    static readonly SchemaView IndexView = View("""{"type":"integer"}""");

    static readonly SchemaView ErrorView = View("""
        {"type":"object","additionalProperties":false,"required":["code","message","phase","transient"],"properties":{
          "code":{"type":"string"},"message":{"type":"string"},"phase":{"type":"string"},"transient":{"type":"boolean"},"step":{"type":"string"},
          "item":{"type":"integer"},"attempt":{"type":"integer"},"tool":{"type":"string"},"retryAfter":{"type":"string"},
          "details":{"type":"object"},"cause":{"type":"object"}}}
        """);

    /// <summary>The roots that there are in a template of a step, or of the spell's output if there is no step.</summary>
    public static IReadOnlyList<string> In(StepSubject? step, PlacedTemplate template)
    {
        var roots = new List<string> { Inputs, Steps, Cast };
        if (template.Field == "with" && step?.Step.ForEach is not null)
        {
            roots.AddRange([Item, Index]);
        }

        if (template.Field == "catch" || step?.IsHandler == true)
        {
            roots.Add(Error);
        }

        return roots;
    }

    /// <summary>What is known of a root other than "steps"; null: nothing.</summary>
    public static SchemaView? ViewOf(string root, SpellSubject subject, StepSubject? step) => root switch
    {
        Inputs => SchemaView.Of(subject.Spell.Inputs),
        Cast => CastView,
        Index => IndexView,
        Error => ErrorView,
        Item when step?.ForEach is { } forEach && WholePath.Of(forEach.Template, "") is { } source => Flow.ViewOf(source, subject, step)?.Item(int.MaxValue),
        _ => null,
    };

    /// <summary>What is known of the output of a step: that of its tool, in an array for a forEach; null: nothing.</summary>
    public static SchemaView? OutputOf(StepSubject step)
    {
        // A value that stands for the output of a failed step may have any form.
        if (step.Step.Catch.Any(clause => clause.Step is null))
        {
            return null;
        }

        var schema = step.Tool?.Output ?? OutputOf(step.SubSpell);
        return SchemaView.Of(step.Step.ForEach is null ? schema : SchemaView.ArrayOf(schema ?? []));
    }

    // What is written out as an object has exactly those fields.
    static JsonObject? OutputOf(Spell? spell)
    {
        if (spell?.Output is not JsonObject fields)
        {
            return null;
        }

        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, (JsonNode?)new JsonObject()))),
            ["additionalProperties"] = false,
        };
    }

    static SchemaView View(string schema) => SchemaView.Of(JsonNode.Parse(schema)!.AsObject())!;
}
