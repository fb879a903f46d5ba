using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Grimoire.Documents;

namespace Grimoire.Cooks;

/// <summary>Reads how pieces are to be generated, and says how many that would be where it is too many or not enough.</summary>
static class PieceGeneratorReader
{
    const int MostInputs = 100;
    const int MostValues = 10_000;
    const int MaxName = 200;
    const decimal MostWeight = 1_000_000;

    /// <summary>What a weight of 1 is in whole numbers: with them chance is the same on every machine.</summary>
    const decimal WholeWeight = 1_000_000;

    /// <summary>More than this is not written out.</summary>
    static readonly BigInteger Countable = BigInteger.Pow(10, 18);

    public static PieceGenerator? Read(JsonNode? value, string pointer, PieceLimits limits, ICollection<Finding> findings)
    {
        var before = findings.Count;
        if (ObjectReader.Of(value, pointer, "'generate'", findings) is not { } reader)
        {
            return null;
        }

        var with = reader.Object("with")?.DeepClone().AsObject() ?? [];
        var names = with.ToDictionary(field => field.Key, _ => "with", StringComparer.Ordinal);
        var product = Product(reader, names);
        var traits = Traits(reader, names);
        var rounds = reader.Whole("count", 1, limits.Pieces);
        var seed = Seed(reader);
        var unique = reader.Flag("unique") ?? false;
        reader.End();
        if (findings.Count > before)
        {
            return null;
        }

        var generator = Made(0);
        if (rounds is null && product.Count == 0)
        {
            reader.Error("count", "field.missing", "Without 'product' 'count' is needed: how many pieces there are to be.");
            return null;
        }

        var count = generator.Combinations * (rounds ?? 1);
        if (count > limits.Pieces)
        {
            findings.Add(new Finding(pointer, "piece.tooMany", string.Create(
                CultureInfo.InvariantCulture, $"It would be {Shown(count)} pieces; {limits.Pieces} are allowed.")));
            return null;
        }

        if (unique && generator.TraitCombinations < (rounds ?? 1))
        {
            reader.Error("count", "generate.notEnough", TooFew(generator, rounds ?? 1));
            return null;
        }

        return Made((int)count);

        PieceGenerator Made(int pieces) => new() { With = with, Product = product, Traits = traits, Seed = seed, Unique = unique, Count = pieces };
    }

    static List<(string Name, IReadOnlyList<JsonNode?> Values)> Product(ObjectReader reader, Dictionary<string, string> names)
    {
        var product = new List<(string, IReadOnlyList<JsonNode?>)>();
        foreach (var (name, pointer, value) in Inputs(reader, "product", names))
        {
            if (value is not JsonArray items)
            {
                reader.Findings.Add(new Finding(pointer, "field.type", $"'{name}' is {ObjectReader.Noun(value)}; a list of values is wanted."));
                continue;
            }

            if (items.Count == 0)
            {
                reader.Findings.Add(new Finding(pointer, "field.value", $"'{name}' is empty, with which there would be no pieces at all."));
            }

            Distinct([.. items.Select((item, index) => (JsonPointer.Append(pointer, index), item))], name, "'count' says how often each combination is cast", reader);
            product.Add((name, [.. items]));
        }

        return product;
    }

    static List<Trait> Traits(ObjectReader reader, Dictionary<string, string> names)
    {
        var traits = new List<Trait>();
        foreach (var (name, pointer, value) in Inputs(reader, "traits", names))
        {
            var weighted = value switch
            {
                JsonObject words => Words(new ObjectReader(words, pointer, "a trait", reader.Findings), words),
                JsonArray { Count: <= MostValues } items => Values(items, pointer, reader.Findings),
                JsonArray items => TooMany(items.Count, name, pointer, reader),
                _ => null,
            };
            if (weighted is null)
            {
                reader.Findings.Add(new Finding(pointer, "field.type",
                    $"'{name}' is {ObjectReader.Noun(value)}; its values with their weights are wanted, such as {{\"blue\": 5, \"gold\": 1}} or [{{\"value\": 3, \"weight\": 2}}]."));
                continue;
            }

            if (weighted.Count == 0 && value is JsonObject { Count: 0 } or JsonArray { Count: 0 })
            {
                reader.Findings.Add(new Finding(pointer, "field.value", $"'{name}' is empty; a trait needs at least one value."));
            }

            Distinct([.. weighted.Select(one => (one.Pointer, one.Value))], name, "one with a greater weight is drawn more often", reader);
            traits.Add(new Trait(name, [.. weighted.Select(one => one.Value)], [.. weighted.Select(one => one.Weight)]));
        }

        return traits;
    }

    /// <summary>The inputs that "product" or "traits" has values of, each at most once in the whole.</summary>
    static List<(string Name, string Pointer, JsonNode? Value)> Inputs(ObjectReader reader, string field, Dictionary<string, string> names)
    {
        var inputs = new List<(string, string, JsonNode?)>();
        if (reader.Object(field) is not { } fields)
        {
            return inputs;
        }

        if (fields.Count is 0 or > MostInputs)
        {
            reader.Error(field, "field.value", $"'{field}' has {fields.Count} inputs; 1 to {MostInputs} are wanted.");
            return inputs;
        }

        foreach (var (name, value) in fields)
        {
            var pointer = JsonPointer.Append(reader.At(field), name);
            if (name.Length is 0 or > MaxName)
            {
                reader.Findings.Add(new Finding(pointer, "field.value", $"The name of an input has {name.Length} characters; 1 to {MaxName} are wanted."));
            }
            else if (!names.TryAdd(name, field))
            {
                reader.Findings.Add(new Finding(pointer, "field.conflict", $"'{name}' is in '{names[name]}' as well; an input has its value from one of them."));
            }
            else
            {
                inputs.Add((name, pointer, value));
            }
        }

        return inputs;
    }

    static List<(string Pointer, JsonNode? Value, ulong Weight)> Words(ObjectReader reader, JsonObject words)
    {
        if (words.Count > MostValues)
        {
            reader.Findings.Add(new Finding(reader.Pointer, "field.tooMany", $"A trait has {words.Count} values; {MostValues} are allowed."));
            return [];
        }

        return [.. words.Select(word => (reader.At(word.Key), (JsonNode?)JsonValue.Create(word.Key), Weight(reader, word.Key, null)))];
    }

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

    static List<(string Pointer, JsonNode? Value, ulong Weight)> TooMany(int count, string name, string pointer, ObjectReader reader)
    {
        reader.Findings.Add(new Finding(pointer, "field.tooMany", $"'{name}' has {count} values; {MostValues} are allowed."));
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

    static long Seed(ObjectReader reader)
    {
        // What JSON readers everywhere take for a whole number.
        var seed = reader.Number("seed", 0, 9_007_199_254_740_991) ?? 0;
        if (seed != decimal.Truncate(seed))
        {
            reader.Error("seed", "field.type", "'seed' has a fraction; a whole number is wanted.");
        }

        return (long)seed;
    }

    static void Distinct(IReadOnlyList<(string Pointer, JsonNode? Value)> values, string name, string instead, ObjectReader reader)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (pointer, value) in values)
        {
            var text = value?.ToJsonString(DomainJson.Options) ?? "null";
            if (!seen.Add(text))
            {
                reader.Findings.Add(new Finding(pointer, "field.duplicate", $"{ObjectReader.Shown(text)} is a value of '{name}' more than once; {instead}."));
            }
        }
    }

    static string TooFew(PieceGenerator generator, int rounds)
    {
        var there = generator.TraitCombinations.IsOne ? "is only 1 combination" : $"are only {Shown(generator.TraitCombinations)} combinations";
        var each = generator.Product.Count == 0 ? "" : " for each combination of 'product'";
        return $"'count' is {rounds.ToString(CultureInfo.InvariantCulture)}, but with 'unique' there {there} of traits{each}.";
    }

    static string Shown(BigInteger count) => count > Countable ? "more than 10^18" : count.ToString(CultureInfo.InvariantCulture);
}
