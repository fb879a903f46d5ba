using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Documents;

namespace Grimoire.Spells;

/// <summary>Reads "catch" (one clause or a list of them) and "onTimeout", which is a clause for one failure, of a step.</summary>
static class CatchReader
{
    /// <summary>The failure of a step whose time is over.</summary>
    public const string TimeoutCode = "step.timeout";

    public static IReadOnlyList<CatchClause> Read(ObjectReader step, SpellLimits limits)
    {
        var clauses = new List<CatchClause>();
        var onTimeout = step.Take("onTimeout");
        if (onTimeout is not null && OnTimeout(onTimeout, step) is { } first)
        {
            clauses.Add(first);
        }

        clauses.AddRange(Clauses(step, limits));
        if (IsFail(onTimeout) && clauses.Any(clause => clause.Catches(TimeoutCode)))
        {
            step.Error("onTimeout", "field.conflict", $"'onTimeout' says 'fail', yet 'catch' catches {TimeoutCode}; one of them is too much.");
        }

        return clauses;
    }

    static IEnumerable<CatchClause> Clauses(ObjectReader step, SpellLimits limits)
    {
        var value = step.Take("catch");
        if (value is not JsonArray several)
        {
            return value is null ? [] : Clause(value, step.At("catch"), limits, step.Findings) is { } one ? [one] : [];
        }

        if (several.Count > limits.Patterns)
        {
            step.Error("catch", "field.tooMany", $"'catch' has {several.Count} clauses; {limits.Patterns} are allowed.");
            return [];
        }

        return [.. several
            .Select((clause, index) => Clause(clause, JsonPointer.Append(step.At("catch"), index), limits, step.Findings))
            .OfType<CatchClause>()];
    }

    static CatchClause? Clause(JsonNode? value, string pointer, SpellLimits limits, ICollection<Finding> findings)
    {
        if (ObjectReader.Of(value, pointer, "a clause of 'catch'", findings) is not { } reader)
        {
            return null;
        }

        var errors = RetryReader.Patterns(reader, "errors", limits);
        if (errors.Count == 0 && reader.Has("errors"))
        {
            reader.Error("errors", "field.value", "'errors' is empty: the clause would catch nothing. Leave it out to catch everything.");
        }

        return Target(reader, value!.AsObject(), errors.Count == 0 ? ["*"] : errors);
    }

    static CatchClause? OnTimeout(JsonNode value, ObjectReader step)
    {
        if (IsFail(value))
        {
            return null;
        }

        if (value is JsonObject fields)
        {
            return Target(new ObjectReader(fields, step.At("onTimeout"), "'onTimeout'", step.Findings), fields, [TimeoutCode]);
        }

        step.Error("onTimeout", "field.value", "'onTimeout' has to be 'fail', {\"value\": …} or {\"step\": …}.");
        return null;
    }

    static CatchClause Target(ObjectReader reader, JsonObject fields, IReadOnlyList<string> errors)
    {
        var step = reader.Text("step", 64);
        var value = reader.Take("value");
        if (step is not null == fields.ContainsKey("value"))
        {
            reader.Findings.Add(new Finding(
                reader.Pointer, "catch.target", "Exactly one of 'step' and 'value' is wanted: what is done, or what stands for the output."));
        }

        reader.End();
        return new CatchClause { Errors = errors, Step = step, Value = value?.DeepClone() };
    }

    static bool IsFail(JsonNode? value) => value?.GetValueKind() == JsonValueKind.String && value.GetValue<string>() == "fail";
}
