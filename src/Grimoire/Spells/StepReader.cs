using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Documents;

namespace Grimoire.Spells;

/// <summary>Reads one element of "steps".</summary>
static class StepReader
{
    const int DefaultParallel = 4;

    public static Step? Read(JsonNode? value, string pointer, StepOrder order, SpellLimits limits, ICollection<Finding> findings)
    {
        if (ObjectReader.Of(value, pointer, "a step", findings) is not { } reader)
        {
            return null;
        }

        var id = reader.Identifier("id", limits.IdLength, Names.StepId(), Names.StepIdInWords);
        var name = reader.Text("name", limits.NameLength);
        var (tool, spell) = Called(reader, limits);
        var step = new Step
        {
            Id = id ?? "",
            Name = name,
            Tool = tool,
            Spell = spell,
            With = reader.Object("with")?.DeepClone().AsObject(),
            When = When(reader)?.DeepClone(),
            ForEach = ForEach(reader, limits)?.DeepClone(),
            MaxParallel = MaxParallel(reader, limits),
            Needs = Needs(reader, order, limits),
            Retry = RetryReader.Read(reader.Take("retry"), reader.At("retry"), limits, findings),
            Timeout = reader.Duration("timeout", limits.Longest),
            OnError = reader.Choice<OnError>("onError"),
            Catch = CatchReader.Read(reader, limits),
        };
        reader.End();
        return step;
    }

    static (string? Tool, string? Spell) Called(ObjectReader reader, SpellLimits limits)
    {
        var tool = reader.Text("tool", limits.NameLength);
        var spell = reader.Text("spell", limits.IdLength + 10);
        if (reader.Has("tool") == reader.Has("spell"))
        {
            reader.Findings.Add(new Finding(reader.Pointer, "step.toolOrSpell", "A step needs either 'tool' or 'spell': what it calls."));
        }

        if (tool is { Length: 0 })
        {
            reader.Error("tool", "field.value", "'tool' is empty; the id or the name of a tool is wanted.");
        }

        if (spell is not null && !Names.SpellReference().IsMatch(spell))
        {
            reader.Error("spell", "field.value", $"'spell' is {ObjectReader.Shown(spell)}; a slug is wanted, or a slug with a version such as album-cover@3.");
        }

        return (tool, spell);
    }

    static JsonNode? When(ObjectReader reader)
    {
        var when = reader.Take("when");
        if (when is null || when.GetValueKind() is JsonValueKind.True or JsonValueKind.False
            || (when.GetValueKind() == JsonValueKind.String && when.GetValue<string>().Contains("${", StringComparison.Ordinal)))
        {
            return when;
        }

        reader.Error("when", "field.type", "'when' has to be an expression such as \"${inputs.hd}\", or true or false.");
        return null;
    }

    static JsonNode? ForEach(ObjectReader reader, SpellLimits limits)
    {
        var forEach = reader.Take("forEach");
        switch (forEach)
        {
            case null:
                return null;
            case JsonArray items when items.Count <= limits.ForEachItems:
                return items;
            case JsonArray items:
                reader.Error("forEach", "field.tooMany", $"'forEach' has {items.Count} items; {limits.ForEachItems} are allowed.");
                return null;
            default:
                if (forEach.GetValueKind() == JsonValueKind.String && forEach.GetValue<string>().Contains("${", StringComparison.Ordinal))
                {
                    return forEach;
                }

                reader.Error("forEach", "field.type", "'forEach' has to be an array, or an expression that comes to one.");
                return null;
        }
    }

    static int? MaxParallel(ObjectReader reader, SpellLimits limits)
    {
        var given = reader.Whole("maxParallel", 1, limits.MaxParallel);
        if (reader.Has("forEach"))
        {
            return given ?? DefaultParallel;
        }

        if (reader.Has("maxParallel"))
        {
            reader.Error("maxParallel", "field.conflict", "'maxParallel' means something only together with 'forEach'.");
        }

        return null;
    }

    static IReadOnlyList<string> Needs(ObjectReader reader, StepOrder order, SpellLimits limits)
    {
        var needs = reader.Texts("needs", limits.Steps, limits.IdLength);
        if (reader.Has("needs") && order != StepOrder.Graph)
        {
            reader.Error("needs", "field.conflict", "'needs' means something only in a spell with \"order\": \"graph\"; steps run in order here.");
        }

        return needs;
    }
}
