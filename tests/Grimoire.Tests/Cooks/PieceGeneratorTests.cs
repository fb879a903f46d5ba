using FsCheck;
using FsCheck.Fluent;
using Grimoire.Cooks;
using Grimoire.Documents;
using Grimoire.Tests.Spells;

namespace Grimoire.Tests.Cooks;

public sealed class PieceGeneratorTests
{
    const string Traits = """ "traits":{"background":{"blue":5,"gold":1},"hat":[{"value":{"kind":"cap"},"weight":2},{"value":null},{"value":7,"weight":0.5}]} """;

    [Fact]
    public void A_product_has_every_combination_and_its_last_list_is_gone_through_fastest() =>
        Assert.Equal(
            [
                """{"hd":true,"style":"oil","size":1}""", """{"hd":true,"style":"oil","size":2.0}""", """{"hd":true,"style":"oil","size":[3]}""",
                """{"hd":true,"style":"ink","size":1}""", """{"hd":true,"style":"ink","size":2.0}""", """{"hd":true,"style":"ink","size":[3]}""",
            ],
            Pieces("""{"with":{"hd":true},"product":{"style":["oil","ink"],"size":[1,2.0,[3]]}}"""));

    [Fact]
    public void A_product_is_gone_through_as_often_as_count_says() =>
        Assert.Equal(
            ["""{"a":1}""", """{"a":2}""", """{"a":1}""", """{"a":2}""", """{"a":1}""", """{"a":2}"""],
            Pieces("""{"product":{"a":[1,2]},"count":3}"""));

    [Fact]
    public void Without_lists_and_traits_all_pieces_are_alike() =>
        Assert.Equal(["""{"a":1}""", """{"a":1}"""], Pieces("""{"count":2,"with":{"a":1}}"""));

    // Computed by another program from docs/cooks.md. If they ever differ, cooks that were reproducible are so no more: the code is wrong, not the test.
    [Fact]
    public void The_same_document_comes_to_the_same_pieces_for_ever()
    {
        Assert.Equal(
            [
                """{"background":"gold","hat":{"kind":"cap"}}""",
                """{"background":"blue","hat":{"kind":"cap"}}""",
                """{"background":"gold","hat":{"kind":"cap"}}""",
                """{"background":"blue","hat":null}""",
                """{"background":"blue","hat":null}""",
                """{"background":"gold","hat":{"kind":"cap"}}""",
                """{"background":"blue","hat":null}""",
                """{"background":"gold","hat":{"kind":"cap"}}""",
            ],
            Pieces($$"""{"count":8,"seed":42,{{Traits}}}"""));
        Assert.Equal(["dcb4c2ff8cc8277f", "eff6d63df4108979", "7288dc4cb2a29d01", "125"], Numbers(new Draws(42, 0, 0, "background")));
        Assert.Equal(["7dfcb5e61363b407", "9975d1c93e20a1e4", "13cb11639eae49fb", "505"], Numbers(new Draws(9_007_199_254_740_991, 99_999, 31, "ö")));
    }

    [Fact]
    public void Another_seed_comes_to_other_pieces() =>
        Assert.NotEqual(Pieces($$"""{"count":50,"seed":1,{{Traits}}}"""), Pieces($$"""{"count":50,"seed":2,{{Traits}}}"""));

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public void More_pieces_come_behind_those_that_there_are(string unique) =>
        Prop.ForAll(Gen.Choose(1, 36).Two().ToArbitrary(), counts =>
        {
            var (few, many) = (Math.Min(counts.Item1, counts.Item2), Math.Max(counts.Item1, counts.Item2));
            string Document(int count) => $$"""{"count":{{count}},"seed":7,"unique":{{unique}},"product":{"p":[1,2]},"traits":{"a":{"x":1,"y":90,"z":3},"b":{"x":1,"y":1,"z":1,"w":1000},"c":{"x":1,"y":1,"z":9} } }""";

            Assert.Equal(Pieces(Document(few)), Pieces(Document(many)).Take(2 * few));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void One_trait_does_not_change_what_is_drawn_of_another()
    {
        var alone = Made("""{"count":100,"traits":{"a":{"x":1,"y":1}}}""").Pieces().Select(piece => (string?)piece["a"]);
        var together = Made("""{"count":100,"traits":{"b":{"x":1,"y":1},"a":{"x":1,"y":1}}}""").Pieces().ToList();

        Assert.Equal(alone, together.Select(piece => (string?)piece["a"]));
        Assert.NotEqual(together.Select(piece => (string?)piece["a"]), together.Select(piece => (string?)piece["b"]));
    }

    [Fact]
    public void Values_are_drawn_as_often_as_their_weights_say()
    {
        var drawn = Made("""{"count":100000,"seed":3,"traits":{"t":{"a":70,"b":20,"c":9.5,"d":0.5}} }""").Pieces()
            .CountBy(piece => (string)piece["t"]!).ToDictionary();

        Assert.InRange(drawn["a"], 69_400, 70_600);
        Assert.InRange(drawn["b"], 19_500, 20_500);
        Assert.InRange(drawn["c"], 9_130, 9_870);
        Assert.InRange(drawn["d"], 410, 590);
    }

    [Fact]
    public void Unique_pieces_are_all_different_also_when_every_combination_is_wanted_and_some_are_hardly_ever_drawn()
    {
        var pieces = Pieces("""{"count":1000,"unique":true,"traits":{"a":{"x":1000000,"1":0.000001,"2":1,"3":1,"4":1,"5":1,"6":1,"7":1,"8":1,"9":1},"b":{"x":1000000,"1":1,"2":1,"3":1,"4":1,"5":1,"6":1,"7":1,"8":1,"9":1},"c":{"x":1000000,"1":1,"2":1,"3":1,"4":1,"5":1,"6":1,"7":1,"8":1,"9":1}} }""");

        Assert.Equal(1000, pieces.Distinct().Count());
    }

    [Fact]
    public void With_a_product_each_of_its_combinations_has_unique_traits()
    {
        var pieces = Pieces("""{"product":{"p":[1,2,3]},"count":4,"unique":true,"traits":{"a":{"x":1,"y":1},"b":{"x":1,"y":9}} }""");

        Assert.Equal(12, pieces.Count);
        Assert.Equal(12, pieces.Distinct().Count());
    }

    [Theory]
    [InlineData("""{"product":{"a":[1,2],"b":[1,2]},"count":2}""", "", "It would be 8 pieces; 6 are allowed.")]
    [InlineData("""{"count":7}""", "/count", "'count' is 7; 1 to 6 is allowed.")]
    [InlineData("""{"traits":{"a":{"x":1}}}""", "/count", "Without 'product' 'count' is needed: how many pieces there are to be.")]
    [InlineData("""{"count":5,"unique":true,"traits":{"a":{"x":1,"y":1},"b":{"x":1,"y":1}} }""", "/count", "'count' is 5, but with 'unique' there are only 4 combinations of traits.")]
    [InlineData("""{"product":{"p":[1,2]},"count":2,"unique":true}""", "/count", "'count' is 2, but with 'unique' there is only 1 combination of traits for each combination of 'product'.")]
    [InlineData("""{"product":{}}""", "/product", "'product' has 0 inputs; 1 to 100 are wanted.")]
    [InlineData("""{"product":{"a":[]}}""", "/product/a", "'a' is empty, with which there would be no pieces at all.")]
    [InlineData("""{"product":{"a":1}}""", "/product/a", "'a' is a number; a list of values is wanted.")]
    [InlineData("""{"product":{"a":["x","y","x"]}}""", "/product/a/2", "'\"x\"' is a value of 'a' more than once; 'count' says how often each combination is cast.")]
    [InlineData("""{"count":1,"traits":{"a":{"x":-1}}}""", "/traits/a/x", "'x' is -1; 0 to 1000000 is allowed.")]
    [InlineData("""{"count":1,"traits":{"a":{"x":0}}}""", "/traits/a/x", "'x' is 0: it would never be drawn. Leave it out, or say more than 0.")]
    [InlineData("""{"count":1,"traits":{"a":{"x":null}}}""", "/traits/a/x", "'x' is null; its weight is wanted.")]
    [InlineData("""{"count":1,"traits":{"a":{"x":0.0000001}}}""", "/traits/a/x", "'x' has more than six decimal places.")]
    [InlineData("""{"count":1,"traits":{"a":[{"value":1,"weight":"2"}]}}""", "/traits/a/0/weight", "'weight' is text; a number is wanted.")]
    [InlineData("""{"count":1,"traits":{"a":[{"weight":2}]}}""", "/traits/a/0/value", "'value' is missing; a value of a trait needs it.")]
    [InlineData("""{"count":1,"traits":{"a":[{"value":1,"wait":2}]}}""", "/traits/a/0/wait", "'wait' is not a field of a value of a trait")]
    [InlineData("""{"count":1,"traits":{"a":[1]}}""", "/traits/a/0", "A value of a trait is a number here; an object is wanted.")]
    [InlineData("""{"count":1,"traits":{"a":{}}}""", "/traits/a", "'a' is empty; a trait needs at least one value.")]
    [InlineData("""{"count":1,"traits":{"a":[]}}""", "/traits/a", "'a' is empty; a trait needs at least one value.")]
    [InlineData("""{"count":1,"traits":{"a":"x"}}""", "/traits/a", "'a' is text; its values with their weights are wanted, such as {\"blue\": 5, \"gold\": 1} or [{\"value\": 3, \"weight\": 2}].")]
    [InlineData("""{"count":1,"traits":{"a":[{"value":1},{"value":1}]}}""", "/traits/a/1", "'1' is a value of 'a' more than once; one with a greater weight is drawn more often.")]
    [InlineData("""{"count":1,"with":{"a":1},"traits":{"a":{"x":1}}}""", "/traits/a", "'a' is in 'with' as well; an input has its value from one of them.")]
    [InlineData("""{"count":1,"seed":0.5}""", "/seed", "'seed' has a fraction; a whole number is wanted.")]
    [InlineData("""{"count":1,"trait":{}}""", "/trait", "'trait' is not a field of 'generate'; did you mean 'traits'?")]
    [InlineData("7", "", "'generate' is a number here; an object is wanted.")]
    public void What_cannot_be_generated_is_told(string json, string place, string message)
    {
        var findings = new List<Finding>();

        var generator = PieceGenerator.Read(System.Text.Json.Nodes.JsonNode.Parse(json), "/generate", new PieceLimits { Pieces = 6 }, findings);

        Assert.Null(generator);
        var finding = Assert.Single(findings);
        Assert.Equal(("/generate" + place, message), (finding.Pointer, finding.Message));
    }

    [Fact]
    public void A_trait_with_too_many_values_is_refused()
    {
        var words = string.Join(',', Enumerable.Range(0, 10_001).Select(i => $"\"{i}\":1"));

        Assert.Equal("'a' has 10001 values; 10000 are allowed.", Assert.Single(Errors($$"""{"count":1,"traits":{"a":{ {{words}} } } }""")).Message);
    }

    [Fact]
    public void How_many_pieces_it_would_be_is_counted_however_many_that_is()
    {
        var lists = (int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"{i}\":[0,1,2,3,4,5,6,7,8,9]"));

        Assert.Equal("It would be 1000000000000000 pieces; 100000 are allowed.", Errors($$"""{"product":{ {{lists(15)}} } }""").Single().Message);
        Assert.Equal("It would be more than 10^18 pieces; 100000 are allowed.", Errors($$"""{"product":{ {{lists(60)}} },"count":9}""").Single().Message);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once() =>
        Assert.Equal(
            ["/product/a", "/seed", "/traits/b/x", "/traits/c", "/unique"],
            Errors("""{"product":{"a":[]},"seed":-1,"unique":"yes","traits":{"b":{"x":-2},"c":5}}""").Select(error => error.Pointer).Order(StringComparer.Ordinal));

    static IReadOnlyList<string> Numbers(Draws draws) => [.. Enumerable.Range(0, 3).Select(_ => $"{draws.Next():x16}"), $"{draws.Below(1000)}"];

    static List<string> Pieces(string json) => [.. Made(json).Pieces().Select(piece => piece.ToJsonString(DomainJson.Options))];

    static PieceGenerator Made(string json)
    {
        var findings = new List<Finding>();
        var generator = PieceGenerator.Read(Samples.Object(json), "", PieceLimits.Default, findings);
        Assert.Empty(findings);
        return generator!;
    }

    static List<Finding> Errors(string json)
    {
        var findings = new List<Finding>();
        Assert.Null(PieceGenerator.Read(Samples.Object(json), "", PieceLimits.Default, findings));
        return findings;
    }
}
