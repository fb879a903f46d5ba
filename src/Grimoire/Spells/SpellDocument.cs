using System.Text.Json.Nodes;
using Grimoire.Documents;

namespace Grimoire.Spells;

/// <summary>A spell as it came out of a document, or everything that is wrong with the document.</summary>
/// <param name="Spell">Null if there are errors.</param>
/// <param name="Document">The document as JSON, also where it was YAML; null if it could not be read at all.</param>
public sealed record SpellReading(Spell? Spell, JsonObject? Document, IReadOnlyList<Finding> Errors);

/// <summary>Reads documents of spells strictly: all errors at once, each with a JSON pointer, and nothing that is written is ignored.</summary>
public static class SpellDocument
{
    public static SpellReading Read(string text, DocumentFormat format, SpellLimits? limits = null)
    {
        limits ??= SpellLimits.Default;
        var findings = new List<Finding>();
        var document = DocumentText.Parse(text, format, limits.DocumentBytes, findings);
        if (findings.Count > 0 && document is not JsonObject)
        {
            return new SpellReading(null, null, findings);
        }

        return Read(document, limits, findings);
    }

    public static SpellReading Read(JsonNode? document, SpellLimits? limits = null) => Read(document, limits ?? SpellLimits.Default, []);

    static SpellReading Read(JsonNode? document, SpellLimits limits, List<Finding> findings)
    {
        if (ObjectReader.Of(document, "", "a spell", findings) is not { } reader)
        {
            return new SpellReading(null, null, findings);
        }

        var slug = reader.Identifier("slug", limits.IdLength, Names.Slug(), Names.SlugInWords);
        var order = reader.Choice<StepOrder>("order");
        var spell = new Spell
        {
            Slug = slug ?? "",
            Name = reader.Text("name", limits.NameLength),
            Description = reader.Text("description", limits.DescriptionLength),
            Inputs = reader.Object("inputs")?.DeepClone().AsObject(),
            Order = order,
            Steps = Steps(reader, order, limits),
            Output = reader.Take("output")?.DeepClone(),
            BudgetUsd = reader.Number("budgetUsd", 0, limits.BudgetUsd),
            Timeout = reader.Duration("timeout", limits.Longest),
        };
        // For editors, and so that what the API hands out can be handed in again.
        reader.Take("$schema");
        reader.Take("version");
        reader.End();
        return new SpellReading(findings.Count == 0 ? spell : null, document!.AsObject(), findings);
    }

    static List<Step> Steps(ObjectReader spell, StepOrder order, SpellLimits limits)
    {
        var steps = new List<Step>();
        if (spell.Array("steps", limits.Steps, required: true) is not { } items)
        {
            return steps;
        }

        if (items.Count == 0)
        {
            spell.Error("steps", "field.value", "'steps' is empty; a spell needs at least one step.");
        }

        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var index = 0; index < items.Count; index++)
        {
            var pointer = JsonPointer.Append("/steps", index);
            if (StepReader.Read(items[index], pointer, order, limits, spell.Findings) is not { } step)
            {
                continue;
            }

            if (step.Id.Length > 0 && !first.TryAdd(step.Id, index))
            {
                spell.Findings.Add(new Finding(
                    pointer + "/id", "step.duplicateId", $"Step {index} has the same id as step {first[step.Id]}: '{step.Id}'. Ids are unique within a spell."));
            }

            steps.Add(step);
        }

        return steps;
    }
}
