using System.Diagnostics;
using System.Text.Json.Nodes;
using Grimoire.Cooks;
using Grimoire.Tests.Spells;

namespace Grimoire.Tests.Cooks;

public sealed class PieceChecksTests
{
    const string Spell = """
        {"slug":"cover","inputs":{"type":"object","additionalProperties":false,"required":["artist"],"properties":{
          "artist":{"type":"string","maxLength":20},"size":{"type":"integer","minimum":1,"default":3},
          "style":{"type":"object","default":{},"properties":{"color":{"enum":["red","blue"],"default":"red"}}}}},
         "steps":[{"id":"a","tool":"text.echo"}]}
        """;

    [Fact]
    public void Pieces_that_fit_have_no_findings_and_get_what_a_cast_gets()
    {
        var checks = Checks();
        var piece = Samples.Object("""{"artist":"Sigur Rós","style":{}}""");

        Assert.Empty(checks.Check([piece]));
        Assert.Equal("""{"artist":"Sigur Rós","style":{"color":"red"},"size":3}""", checks.Complete(piece).ToJsonString(DomainJson.Options));
        Assert.Equal("""{"artist":"Sigur Rós","style":{}}""", piece.ToJsonString(DomainJson.Options));
    }

    [Fact]
    [Trait("Row", "CK04")]
    public void What_a_piece_says_reaches_the_cast_unchanged()
    {
        var cook = CookReader.Read("""{"spell":"any","pieces":[{"n":1.50,"big":123456789012345678901234567890,"t":"=a\u0000\"","o":{"b":[null,true,{}]},"none":null}]}""", 10_000).Cook!;
        var checks = Checks("""{"slug":"any","inputs":{"type":"object","properties":{"n":{"default":9},"more":{"default":"m"}}},"steps":[{"id":"a","tool":"text.echo"}]}""");

        var inputs = checks.Complete(cook.Pieces![0]);

        Assert.Empty(checks.Check(cook.Pieces));
        Assert.Equal("""{"n":1.50,"big":123456789012345678901234567890,"t":"=a\u0000\"","o":{"b":[null,true,{}]},"none":null,"more":"m"}""", inputs.ToJsonString(DomainJson.Options));
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_with_the_number_of_the_piece()
    {
        JsonObject[] pieces =
        [
            .. new[] { """{"artist":"x"}""", "{}", """{"artist":"x","sise":1,"size":0}""", """{"artist":"x","style":{"color":"pink"}}""" }.Select(Samples.Object),
        ];

        var findings = Checks().Check(pieces);

        Assert.Equal(
            [
                "/pieces/1/artist Piece 1: 'artist' is required.",
                "/pieces/2/sise Piece 2: 'sise' is not known here; did you mean 'size'?",
                "/pieces/2/size Piece 2: 'size' is 0; at least 1 is wanted.",
                "/pieces/3/style/color Piece 3: 'style/color' is 'pink'; one of 'red', 'blue' is wanted.",
            ],
            findings.Select(finding => $"{finding.Pointer} {finding.Message}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Pieces_of_a_table_are_named_by_their_lines()
    {
        var finding = Assert.Single(Checks().Check([Samples.Object("{}")], [12]));

        Assert.Equal(("/pieces/0/artist", "Line 12: 'artist' is required.", 12), (finding.Pointer, finding.Message, finding.Line));
    }

    [Fact]
    public void Of_many_errors_the_first_are_told_and_the_rest_is_counted()
    {
        var findings = Checks().Check(Enumerable.Repeat(Samples.Object("{}"), 5_000));

        Assert.Equal(101, findings.Count);
        Assert.Equal("/pieces/99/artist", findings[99].Pointer);
        Assert.Equal("4900 more errors are not listed.", findings[100].Message);
    }

    [Fact]
    public void A_piece_that_is_too_large_is_refused_also_by_what_its_defaults_add()
    {
        var checks = Checks(Spell, new PieceLimits { PieceBytes = 50 });

        var finding = Assert.Single(checks.Check([Samples.Object("""{"artist":"1234567890"}""")]));

        Assert.Equal(("/pieces/0", "Piece 0 has 56 bytes of inputs; 50 are allowed."), (finding.Pointer, finding.Message));
    }

    [Fact]
    public void A_spell_without_a_schema_takes_whatever_is_given() =>
        Assert.Empty(Checks("""{"slug":"any","steps":[{"id":"a","tool":"text.echo"}]}""").Check([Samples.Object("""{"x":[1]}""")]));

    // Far above what it takes, and far below what it would take if the schema were read anew for each piece.
    [Fact]
    public void Tens_of_thousands_of_pieces_are_checked_in_seconds()
    {
        var checks = Checks();
        var started = Stopwatch.GetTimestamp();

        var findings = checks.Check(Enumerable.Range(0, 30_000).Select(i => new JsonObject { ["artist"] = $"artist {i}", ["size"] = i }));

        Assert.Equal("/pieces/0/size", Assert.Single(findings).Pointer);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(60));
    }

    static PieceChecks Checks(string spell = Spell, PieceLimits? limits = null) => new(Samples.Spell(spell), Samples.Schemas, limits);
}
