using System.Text.Json.Nodes;
using Grimoire.Documents;

namespace Grimoire.Cooks;

/// <summary>Reads the values of a trait and their weights.</summary>
static class TraitReader
{
    const int MostValues = 10_000;
    const decimal MostWeight = 1_000_000;

    /// <summary>What a weight of 1 is in whole numbers: with them chance is the same on every machine.</summary>
    const decimal WholeWeight = 1_000_000;

    /// <returns>Null if it has no values at all; else it counts only if there are no findings.</returns>
    public static Trait? Read(string name, JsonNode? value, string pointer, ICollection<Finding> findings)
    {
        var weighted = value switch
        {
            JsonObject { Count: > 0 and <= MostValues } words => Words(new ObjectReader(words, pointer, "a trait", findings), words),
            JsonArray { Count: > 0 and <= MostValues } items => Values(items, pointer, findings),
            JsonObject words => Wrong(words.Count, name, pointer, findings),
            JsonArray items => Wrong(items.Count, name, pointer, findings),
            _ => null,
        };
        if (weighted is null)
        {
            findings.Add(new Finding(pointer, "field.type",
                $"'{name}' is {ObjectReader.Noun(value)}; its values with their weights are wanted, such as {{\"blue\": 5, \"gold\": 1}} or [{{\"value\": 3, \"weight\": 2}}]."));
            return null;
        }

        Distinct([.. weighted.Select(one => (one.Pointer, one.Value))], name, "one with a greater weight is drawn more often", findings);
        return new Trait(name, [.. weighted.Select(one => one.Value)], [.. weighted.Select(one => one.Weight)]);
    }

    /// <summary>A value that is there twice is more often a slip of the pen than meant.</summary>
    public static void Distinct(IReadOnlyList<(string Pointer, JsonNode? Value)> values, string name, string instead, ICollection<Finding> findings)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (pointer, value) in values)
        {
            var text = value?.ToJsonString(DomainJson.Options) ?? "null";
            if (!seen.Add(text))
            {
                findings.Add(new Finding(pointer, "field.duplicate", $"{ObjectReader.Shown(text)} is a value of '{name}' more than once; {instead}."));
            }
        }
    }

    static List<(string Pointer, JsonNode? Value, ulong Weight)> Words(ObjectReader reader, JsonObject words) =>
        [.. words.Select(word => (reader.At(word.Key), (JsonNode?)JsonValue.Create(word.Key), Weight(reader, word.Key, null)))];

    static List<(string Pointer, JsonNode? Value, ulong Weight)> Values(JsonArray items, string pointer, ICollection<Finding> findings)
    {
        var weighted = new List<(string, JsonNode?, ulong)>();
        foreach (var (index, item) in items.Index())
        {
            var place = JsonPointer.Append(pointer, index);
            if (ObjectReader.Of(item, place, "a value of a trait", findings) is not { } reader)
            {
                continue;
            }

            // A null that is written is a value like others.
            var value = reader.Take("value");
            if (!item!.AsObject().ContainsKey("value"))
            {
                reader.Missing("value");
            }

            weighted.Add((place, value, Weight(reader, "weight", 1)));
            reader.End();
        }

        return weighted;
    }

    static List<(string Pointer, JsonNode? Value, ulong Weight)> Wrong(int count, string name, string pointer, ICollection<Finding> findings)
    {
        findings.Add(count == 0
            ? new Finding(pointer, "field.value", $"'{name}' is empty; a trait needs at least one value.")
            : new Finding(pointer, "field.tooMany", $"'{name}' has {count} values; {MostValues} are allowed."));
        return [];
    }

    static ulong Weight(ObjectReader reader, string name, decimal? otherwise)
    {
        var isThere = reader.Has(name);
        var weight = reader.Number(name, 0, MostWeight);
        if (!isThere && otherwise is null)
        {
            reader.Error(name, "field.type", $"'{name}' is null; its weight is wanted.");
        }
        else if (weight == 0)
        {
            reader.Error(name, "field.range", $"'{name}' is 0: it would never be drawn. Leave it out, or say more than 0.");
        }
        else if (weight * WholeWeight is { } whole && whole != decimal.Truncate(whole))
        {
            reader.Error(name, "field.value", $"'{name}' has more than six decimal places.");
        }
        else
        {
            return (ulong)((isThere ? weight ?? 1 : otherwise ?? 1) * WholeWeight);
        }

        return 1;
    }
}
