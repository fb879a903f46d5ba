using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Spells;

namespace Grimoire.Tools;

/// <summary>A tool as it came out of a document, or everything that is wrong with the document.</summary>
/// <param name="Tool">Null if there are errors.</param>
/// <param name="Document">The document as JSON, also where it was YAML; null if it could not be read at all.</param>
public sealed record ToolReading(ToolDefinition? Tool, JsonObject? Document, IReadOnlyList<Finding> Errors);

/// <summary>Reads definitions of tools as strictly as <see cref="SpellDocument"/> reads spells.</summary>
public static class ToolDocument
{
    const int MaxConcurrency = 10_000;

    public static ToolReading Read(string text, DocumentFormat format, SpellLimits? limits = null)
    {
        limits ??= SpellLimits.Default;
        var findings = new List<Finding>();
        var document = DocumentText.Parse(text, format, limits.DocumentBytes, findings);
        if (findings.Count > 0 && document is not JsonObject)
        {
            return new ToolReading(null, null, findings);
        }

        return Read(document, limits, findings);
    }

    public static ToolReading Read(JsonNode? document, SpellLimits? limits = null) => Read(document, limits ?? SpellLimits.Default, []);

    static ToolReading Read(JsonNode? document, SpellLimits limits, List<Finding> findings)
    {
        if (ObjectReader.Of(document, "", "a tool", findings) is not { } reader)
        {
            return new ToolReading(null, null, findings);
        }

        var tool = new ToolDefinition
        {
            Id = reader.Identifier("id", limits.IdLength, Names.ToolId(), Names.ToolIdInWords) ?? "",
            Name = reader.Text("name", limits.NameLength),
            Description = reader.Text("description", limits.DescriptionLength),
            Kind = Kind(reader, limits),
            Delivery = reader.Choice<Delivery>("delivery"),
            Input = reader.Object("input")?.DeepClone().AsObject(),
            Output = reader.Object("output")?.DeepClone().AsObject(),
            Request = RequestReader.Request(reader, "request", limits),
            Response = RequestReader.Response(reader, "response", limits),
            Job = JobSettingsReader.Read(reader, limits),
            Llm = LlmReader.Read(reader, limits),
            Cost = Cost(reader, limits),
            Limits = Limits(reader, limits),
            Retry = RetryReader.Read(reader.Take("retry"), reader.At("retry"), limits, findings),
            Timeout = reader.Duration("timeout", limits.Longest),
        };
        // For editors, and so that what the API hands out can be handed in again.
        reader.Take("$schema");
        reader.Take("version");
        reader.End();
        return new ToolReading(findings.Count == 0 ? tool : null, document!.AsObject(), findings);
    }

    static string Kind(ObjectReader reader, SpellLimits limits)
    {
        if (!reader.Has("kind"))
        {
            reader.Missing("kind");
        }

        var kind = reader.Text("kind", limits.IdLength);
        if (kind is not null && !ToolKinds.IsKnown(kind))
        {
            reader.Error("kind", "field.value",
                $"'kind' is {ObjectReader.Shown(kind)}; one of {string.Join(", ", ToolKinds.All)} is wanted{Suggestion.Hint(kind, ToolKinds.All)}");
        }

        return kind ?? "";
    }

    static ToolCost Cost(ObjectReader tool, SpellLimits limits)
    {
        if (tool.Take("cost") is not { } value || ObjectReader.Of(value, tool.At("cost"), "'cost'", tool.Findings) is not { } reader)
        {
            return new ToolCost();
        }

        var cost = new ToolCost(reader.Number("estimateUsd", 0, limits.BudgetUsd), reader.Number("usd", 0, limits.BudgetUsd));
        reader.End();
        return cost;
    }

    static ToolLimits Limits(ObjectReader tool, SpellLimits limits)
    {
        if (tool.Take("limits") is not { } value || ObjectReader.Of(value, tool.At("limits"), "'limits'", tool.Findings) is not { } reader)
        {
            return new ToolLimits();
        }

        var set = new ToolLimits(
            reader.Whole("concurrency", 1, MaxConcurrency),
            reader.Whole("breakerFailures", 1, MaxConcurrency),
            reader.Duration("breakerOpen", limits.Longest),
            reader.Choice<WhenOpen>("whenOpen"));
        reader.End();
        return set;
    }
}
