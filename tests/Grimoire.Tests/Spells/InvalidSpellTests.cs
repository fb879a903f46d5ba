using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Schemas;
using Grimoire.Spells;

namespace Grimoire.Tests.Spells;

public sealed class InvalidSpellTests
{
    // Where only the whole tells whether something is wrong, no JSON Schema can.
    static readonly HashSet<string> Structural = ["field.type", "field.missing", "field.unknown", "field.value", "field.range", "field.duration",
        "field.tooLong", "field.tooMany", "catch.target", "step.toolOrSpell"];

    // JSON Schema has no arithmetic, so it cannot compare durations.
    static readonly HashSet<string> BeyondSchema = ["timeout of nothing", "timeout too long", "firstInterval of nothing", "maxInterval shorter than firstInterval"];

    static readonly JsonArray Cases = JsonNode.Parse(Samples.Beside("Invalid/spells.json"))!.AsArray();

    public static TheoryData<string> Names() => [.. Cases.Select(one => (string)one!["name"]!)];

    [Fact]
    public void The_corpus_is_large_and_each_case_has_its_own_name()
    {
        Assert.True(Cases.Count >= 150);
        Assert.Equal(Cases.Count, Cases.Select(one => (string)one!["name"]!).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    [Trait("Row", "UX01")]
    public void Everything_that_is_wrong_is_found_where_it_is(string name)
    {
        var reading = Read(name);

        var found = Samples.Errors(reading);

        var expected = Case(name)["errors"]!.AsArray().Select(error => $"{error![0]} {error[1]}").Order();
        Assert.Equal(expected, found.Select(error => $"{error.Pointer} {error.Code}").Distinct().Order());
        Assert.All(found, error => Assert.True(
            error.Pointer.Length == 0 || reading.Document is null || JsonPointer.TryFind(reading.Document, JsonPointer.Parent(error.Pointer), out _),
            $"{error.Pointer} leads nowhere"));
        Assert.All(found, error => Assert.InRange(error.Message.Length, 10, 600));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_published_schema_refuses_what_is_wrong_in_form(string name)
    {
        var reading = Read(name);
        if (Case(name)["document"] is null || BeyondSchema.Contains(name) || !Samples.Errors(reading).All(error => Structural.Contains(error.Code)))
        {
            return;
        }

        var errors = Samples.Schemas.Validate(PublishedSchemas.Spell(), Case(name)["document"]);

        Assert.NotEmpty(errors);
    }

    static JsonNode Case(string name) => Cases.Single(one => (string)one!["name"]! == name)!;

    static SpellReading Read(string name) => Case(name) switch
    {
        JsonObject one when one.TryGetPropertyValue("yaml", out var yaml) => SpellDocument.Read((string)yaml!, DocumentFormat.Yaml),
        JsonObject one when one.TryGetPropertyValue("json", out var json) => SpellDocument.Read((string)json!, DocumentFormat.Json),
        var one => SpellDocument.Read(one["document"]),
    };
}
