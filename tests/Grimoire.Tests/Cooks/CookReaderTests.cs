using Grimoire.Cooks;
using Grimoire.Documents;
using Grimoire.Tests.Spells;

namespace Grimoire.Tests.Cooks;

public sealed class CookReaderTests
{
    [Fact]
    public void What_is_written_is_read_and_the_rest_has_its_default()
    {
        var cook = Valid("""{"spell":"album-cover","version":3,"name":"Covers","pieces":[{"artist":"Sigur Rós"},{}],"concurrency":20,"tolerated":2.5,"budgetUsd":30,"pieceBudgetUsd":0.5,"notify":{"url":"https://example.org"}}""");
        var plain = Valid("""{"spell":"album-cover","pieces":[{}]}""");

        Assert.Equal(("album-cover", 3, null), (cook.Slug, cook.Version, cook.Spell));
        Assert.Equal(new CookSettings { Name = "Covers", Concurrency = 20, Tolerated = 2.5m, BudgetUsd = 30, PieceBudgetUsd = 0.5m }, cook.Settings);
        Assert.Equal(["{\"artist\":\"Sigur Rós\"}", "{}"], cook.Pieces!.Select(piece => piece.ToJsonString(DomainJson.Options)));
        Assert.Equal("https://example.org", (string?)cook.Notify!["url"]);
        Assert.Equal(new CookSettings { Concurrency = 8, Tolerated = 0 }, plain.Settings);
        Assert.Null(plain.Version);
    }

    [Fact]
    public void A_spell_may_come_with_it_and_its_errors_are_told_where_they_are()
    {
        var cook = Valid("""{"spell":{"steps":[{"id":"a","tool":"llm.chat"}]},"generate":{"count":3}}""");

        Assert.Equal("inline", cook.Spell!.Slug);
        Assert.Equal(3, cook.Generate!.Count);
        Assert.Equal(
            ["/spell/steps/0 step.toolOrSpell", "/spell/steps/0/tol field.unknown", "/version field.conflict"],
            Errors("""{"spell":{"steps":[{"id":"a","tol":"x"}]},"version":1,"pieces":[{}]}""").Select(Short).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var errors = Errors("""{"spell":"Album Cover","version":0,"concurency":3,"concurrency":51,"tolerated":101,"budgetUsd":0,"pieceBudgetUsd":"1","pieces":[{},3,null,[]]}""");

        Assert.Equal(
            [
                "/budgetUsd field.range", "/concurency field.unknown", "/concurrency field.range", "/pieceBudgetUsd field.type", "/pieces/1 field.type", "/pieces/2 field.type",
                "/pieces/3 field.type", "/spell field.value", "/tolerated field.range", "/version field.range",
            ],
            errors.Select(Short).Order(StringComparer.Ordinal));
        Assert.Contains(errors, error => error.Message == "'concurency' is not a field of a cook; did you mean 'concurrency'?");
        Assert.Contains(errors, error => error.Message == "A piece is a number here; an object of inputs is wanted.");
    }

    [Theory]
    [InlineData("""{"pieces":[{}]}""", "/spell", "'spell' is missing; a cook needs it.")]
    [InlineData("""{"spell":7,"pieces":[{}]}""", "/spell", "'spell' is a number; the slug of a saved spell or a spell itself is wanted.")]
    [InlineData("""{"spell":"../x","pieces":[{}]}""", "/spell", "'spell' is '../x'; the slug of a saved spell is wanted: lower-case letters and digits in words joined by '-' are wanted, such as album-cover.")]
    [InlineData("""{"spell":"a"}""", "/pieces", "Either 'pieces', the inputs of each piece, or 'generate', which says how to make them, is wanted.")]
    [InlineData("""{"spell":"a","pieces":[{}],"generate":{"count":1}}""", "/generate", "A cook has either 'pieces' or 'generate', not both.")]
    [InlineData("""{"spell":"a","pieces":[]}""", "/pieces", "'pieces' is empty; a cook needs at least one piece.")]
    [InlineData("""{"spell":"a","pieces":[{},{},{},{}]}""", "/pieces", "'pieces' has 4 items; 3 are allowed.")]
    [InlineData("[]", "", "A cook is an array here; an object is wanted.")]
    [InlineData("{", "", null)]
    public void One_mistake_is_one_finding(string json, string place, string? message)
    {
        var error = Assert.Single(CookReader.Read(json, 1000, new PieceLimits { Pieces = 3 }).Errors);

        Assert.Equal(place, error.Pointer);
        Assert.True(message is null ? error.Code == "document.syntax" : error.Message == message, error.Message);
    }

    [Fact]
    public void A_thousand_pieces_that_are_none_are_not_a_thousand_findings()
    {
        var errors = Errors($$"""{"spell":"a","pieces":[{{string.Join(',', Enumerable.Repeat("1", 1000))}}]}""");

        Assert.Equal(101, errors.Count);
        Assert.Equal("900 more errors are not listed.", errors[^1].Message);
    }

    [Fact]
    public void A_spell_that_is_too_large_is_refused() =>
        Assert.Equal("/spell document.tooLarge", Short(Assert.Single(Errors($$$"""{"spell":{"description":"{{{new string('x', 300_000)}}}"},"pieces":[{}]}"""))));

    [Fact]
    public void The_parameters_of_a_url_are_read_alike()
    {
        var reading = CookReader.ReadParameters(Parameters("spell=album-cover&version=2&name=7&concurrency=50&tolerated=0.5&budgetUsd=12.5&pieceBudgetUsd="));

        Assert.Empty(reading.Errors);
        Assert.Equal(("album-cover", 2), (reading.Cook!.Slug, reading.Cook.Version));
        Assert.Equal(new CookSettings { Name = "7", Concurrency = 50, Tolerated = 0.5m, BudgetUsd = 12.5m }, reading.Cook.Settings);
    }

    [Fact]
    public void Parameters_that_cannot_be_are_all_told()
    {
        var reading = CookReader.ReadParameters(Parameters("concurrency=many&tolerated=200&budget=3&name=a&name=b"));

        Assert.Equal(
            ["/budget field.unknown", "/concurrency field.type", "/name field.duplicate", "/spell field.missing", "/tolerated field.range"],
            reading.Errors.Select(Short).Order(StringComparer.Ordinal));
        Assert.Null(reading.Cook);
    }

    static IEnumerable<KeyValuePair<string, string>> Parameters(string query) =>
        query.Split('&').Select(part => KeyValuePair.Create(part.Split('=')[0], part.Split('=')[1]));

    static CookDocument Valid(string json)
    {
        var reading = CookReader.Read(Samples.Object(json));
        Assert.Empty(reading.Errors);
        return reading.Cook!;
    }

    static IReadOnlyList<Finding> Errors(string json) => CookReader.Read(json, 1_000_000).Errors;

    static string Short(Finding finding) => $"{finding.Pointer} {finding.Code}";
}
