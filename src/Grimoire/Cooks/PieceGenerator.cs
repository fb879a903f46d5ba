using System.Numerics;
using System.Text.Json.Nodes;
using Grimoire.Documents;

namespace Grimoire.Cooks;

/// <summary>
/// Makes pieces: all combinations of lists (the product), traits drawn by chance, or both. The product is gone through "count" times, its last list
/// fastest. The same document always comes to the same pieces, and a larger count only adds pieces behind.
/// </summary>
public sealed class PieceGenerator
{
    /// <summary>How often a combination that is taken is drawn again before the next free one is taken instead.</summary>
    const int MaxAttempts = 32;

    internal PieceGenerator()
    {
    }

    /// <summary>How many pieces it makes.</summary>
    public int Count { get; internal init; }

    internal JsonObject With { get; init; } = [];

    internal IReadOnlyList<(string Name, IReadOnlyList<JsonNode?> Values)> Product { get; init; } = [];

    internal IReadOnlyList<Trait> Traits { get; init; } = [];

    internal long Seed { get; init; }

    internal bool Unique { get; init; }

    /// <summary>How many combinations there are of the lists.</summary>
    internal BigInteger Combinations => Product.Aggregate(BigInteger.One, (product, list) => product * list.Values.Count);

    /// <summary>How many combinations there are of the values of the traits.</summary>
    internal BigInteger TraitCombinations => Traits.Aggregate(BigInteger.One, (product, trait) => product * trait.Values.Count);

    /// <param name="value">What was written.</param>
    /// <param name="pointer">Where.</param>
    /// <param name="limits">How many pieces there may be.</param>
    /// <param name="findings">What is wrong, so far.</param>
    /// <returns>Null if something is wrong with it.</returns>
    public static PieceGenerator? Read(JsonNode? value, string pointer, PieceLimits limits, ICollection<Finding> findings) =>
        PieceGeneratorReader.Read(value, pointer, limits, findings);

    /// <summary>One after the other, each made when it is asked for.</summary>
    public IEnumerable<JsonObject> Pieces()
    {
        var combinations = (int)Combinations;
        var taken = Unique ? new Taken(TraitCombinations) : null;
        for (var index = 0; index < Count; index++)
        {
            var combination = index % combinations;
            yield return Piece(combination, taken is null ? Drawn(index, 0) : Untaken(index, combination, taken));
        }
    }

    int[] Drawn(int index, int attempt) => [.. Traits.Select(trait => trait.Draw(Seed, index, attempt))];

    int[] Untaken(int index, int combination, Taken taken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var drawn = Drawn(index, attempt);
            if (taken.Take(combination, NumberOf(drawn)))
            {
                return drawn;
            }
        }

        return ChoiceOf(taken.TakeNext(combination, NumberOf(Drawn(index, 0))));
    }

    JsonObject Piece(int combination, int[] drawn)
    {
        var inputs = With.DeepClone().AsObject();
        var ofList = new int[Product.Count];
        for (var list = Product.Count - 1; list >= 0; list--)
        {
            (combination, ofList[list]) = Math.DivRem(combination, Product[list].Values.Count);
        }

        foreach (var (place, (name, values)) in Product.Index())
        {
            inputs[name] = values[ofList[place]]?.DeepClone();
        }

        foreach (var (place, trait) in Traits.Index())
        {
            inputs[trait.Name] = trait.Values[drawn[place]]?.DeepClone();
        }

        return inputs;
    }

    BigInteger NumberOf(int[] drawn)
    {
        var number = BigInteger.Zero;
        for (var place = 0; place < drawn.Length; place++)
        {
            number = (number * Traits[place].Values.Count) + drawn[place];
        }

        return number;
    }

    int[] ChoiceOf(BigInteger number)
    {
        var drawn = new int[Traits.Count];
        for (var place = drawn.Length - 1; place >= 0; place--)
        {
            (number, var choice) = BigInteger.DivRem(number, Traits[place].Values.Count);
            drawn[place] = (int)choice;
        }

        return drawn;
    }

    /// <summary>Which combinations of traits there have been, for each combination of the lists.</summary>
    sealed class Taken(BigInteger combinations)
    {
        /// <summary>From what is taken to what may be free instead.</summary>
        readonly Dictionary<(int List, BigInteger Number), BigInteger> _next = [];

        public bool Take(int list, BigInteger number) => _next.TryAdd((list, number), (number + 1) % combinations);

        /// <summary>The first free one from there on. There is one: the reader has counted them.</summary>
        public BigInteger TakeNext(int list, BigInteger number)
        {
            var passed = new List<BigInteger>();
            while (_next.TryGetValue((list, number), out var next))
            {
                passed.Add(number);
                number = next;
            }

            // So that a long row of taken ones is walked along only once.
            var after = (number + 1) % combinations;
            foreach (var one in passed)
            {
                _next[(list, one)] = after;
            }

            _next[(list, number)] = after;
            return number;
        }
    }
}
