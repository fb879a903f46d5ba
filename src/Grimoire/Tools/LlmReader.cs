using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Spells;

namespace Grimoire.Tools;

/// <summary>Reads "llm" of a tool that asks a model.</summary>
static class LlmReader
{
    const int MaxPrompt = 100_000;
    const int MaxTokens = 10_000_000;

    static readonly IReadOnlyList<string> PriceFields = ["inputPerMillion", "outputPerMillion"];

    public static LlmSettings? Read(ObjectReader tool, SpellLimits limits)
    {
        if (tool.Take("llm") is not { } value || ObjectReader.Of(value, tool.At("llm"), "'llm'", tool.Findings) is not { } reader)
        {
            return null;
        }

        if (!reader.Has("endpoint"))
        {
            reader.Missing("endpoint");
        }

        if (!reader.Has("models"))
        {
            reader.Missing("models");
        }

        var settings = new LlmSettings
        {
            Endpoint = reader.Text("endpoint", limits.NameLength * 10) ?? "",
            ApiKey = reader.Text("apiKey", limits.NameLength * 10),
            Models = reader.Texts("models", limits.Patterns, limits.NameLength),
            System = reader.Text("system", MaxPrompt),
            Temperature = (double?)reader.Number("temperature", 0, 2),
            MaxOutputTokens = reader.Whole("maxOutputTokens", 1, MaxTokens),
            Prices = Prices(reader),
        };
        if (reader.Has("models") && settings.Models.Count == 0)
        {
            reader.Error("models", "field.value", "'models' has to be a list with at least one model.");
        }

        reader.End();
        return settings;
    }

    static Dictionary<string, ModelPrice> Prices(ObjectReader llm)
    {
        var prices = new Dictionary<string, ModelPrice>(StringComparer.Ordinal);
        foreach (var (model, value) in llm.Object("prices") ?? new JsonObject())
        {
            var pointer = JsonPointer.Append(llm.At("prices"), model);
            if (ObjectReader.Of(value, pointer, "a price", llm.Findings) is not { } reader)
            {
                continue;
            }

            foreach (var needed in PriceFields.Where(needed => !reader.Has(needed)))
            {
                reader.Missing(needed);
            }

            prices[model] = new ModelPrice(reader.Number("inputPerMillion", 0, 1_000_000) ?? 0, reader.Number("outputPerMillion", 0, 1_000_000) ?? 0);
            reader.End();
        }

        return prices;
    }
}
