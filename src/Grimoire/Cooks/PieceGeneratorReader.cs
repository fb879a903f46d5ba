using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Grimoire.Documents;

namespace Grimoire.Cooks;

/// <summary>Reads how pieces are to be generated, and says how many that would be where it is too many or not enough.</summary>
static class PieceGeneratorReader
{
    const int MostInputs = 100;
    const int MaxName = 200;

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

            TraitReader.Distinct([.. items.Select((item, index) => (JsonPointer.Append(pointer, index), item))], name, "'count' says how often each combination is cast", reader.Findings);
            product.Add((name, [.. items]));
        }

        return product;
    }

    static List<Trait> Traits(ObjectReader reader, Dictionary<string, string> names) =>
        [.. Inputs(reader, "traits", names).Select(input => TraitReader.Read(input.Name, input.Value, input.Pointer, reader.Findings)).OfType<Trait>()];

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

    static string TooFew(PieceGenerator generator, int rounds)
    {
        var there = generator.TraitCombinations.IsOne ? "is only 1 combination" : $"are only {Shown(generator.TraitCombinations)} combinations";
        var each = generator.Product.Count == 0 ? "" : " for each combination of 'product'";
        return $"'count' is {rounds.ToString(CultureInfo.InvariantCulture)}, but with 'unique' there {there} of traits{each}.";
    }

    static string Shown(BigInteger count) => count > Countable ? "more than 10^18" : count.ToString(CultureInfo.InvariantCulture);
}
