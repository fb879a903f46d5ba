using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Grimoire.Cooks;
using Grimoire.Tests.Spells;

namespace Grimoire.Tests.Cooks;

public sealed class CsvTests
{
    static readonly JsonObject Schema = Samples.Object("""
        {"type":"object","required":["artist"],"properties":{"artist":{"type":"string"},"size":{"type":"integer"},"price":{"type":"number"},"hd":{"type":"boolean"},
         "tags":{"type":"array"},"style":{"type":"object","properties":{"color":{"type":"string"},"depth":{"type":"integer"}}},"any":{},"maybe":{"type":["integer","null"]},
         "either":{"type":["integer","string"]},"dotted.name":{"type":"integer"},"meta":{"type":"object","additionalProperties":true}}}
        """);

    [Fact]
    public void The_first_line_names_the_inputs_and_the_schema_says_what_their_values_are() =>
        Assert.Equal(
            [
                """{"artist":"007","size":7,"price":1.50,"hd":true,"tags":["a","b"],"style":{"color":"red","depth":2},"dotted.name":5,"meta":{"x":"y"}}""",
                """{"artist":"a, \"b\"\r\nc","size":-1}""",
            ],
            Read("\uFEFFartist,size,price,hd,tags,style.color,style.depth,dotted.name,meta.x\r\n007, 7 ,1.50,TRUE,\"[\"\"a\"\",\"\"b\"\"]\",red,2,5,y\r\n\r\n\"a, \"\"b\"\"\r\nc\",-1,,,,,,,\r\n"));

    [Theory]
    [InlineData("any", "12", "12")]
    [InlineData("any", "false", "false")]
    [InlineData("any", "007", "\"007\"")]
    [InlineData("any", "{x}", "\"{x}\"")]
    [InlineData("any", "null", "\"null\"")]
    [InlineData("maybe", "null", "null")]
    [InlineData("either", "3", "3")]
    [InlineData("either", "three", "\"three\"")]
    [InlineData("artist", " x ", "\" x \"")]
    [InlineData("style", "\"{\"\"color\"\":null}\"", "{\"color\":null}")]
    public void A_value_is_of_the_type_that_fits(string input, string cell, string json) =>
        Assert.Equal($$"""{"{{input}}":{{json}}}""", Assert.Single(Read($"{input}\n{cell}\n")));

    [Fact]
    public void Without_a_schema_all_values_are_text() =>
        Assert.Equal("""{"a":"1","b":{"c":"true"}}""", Pieces.FromCsv("a,b.c\n1,true", null).Pieces.Single().ToJsonString());

    [Fact]
    public void What_is_wrong_is_told_with_line_and_column_all_at_once()
    {
        var errors = Pieces.FromCsv("artist,size,hd,style.depth,tags,style.color\n\"a\nb\",big,,,,\nx,1,maybe,0x1,,\ny,1,,\nz,,,,[1,\n", Schema).Errors;

        Assert.Equal(
            [
                "/pieces/0/size 2 Line 2, column 'size': 'big' is no value for it; a whole number such as 12 is wanted.",
                "/pieces/1/hd 4 Line 4, column 'hd': 'maybe' is no value for it; true or false is wanted.",
                "/pieces/1/style/depth 4 Line 4, column 'style.depth': '0x1' is no value for it; a whole number such as 12 is wanted.",
                "/pieces/2 5 Line 5 has 4 cells; 6 are wanted, as the first line has.",
            ],
            errors.Take(4).Select(error => $"{error.Pointer} {error.Line} {error.Message}"));
        Assert.StartsWith("Line 6, column 'tags': Not JSON, at character 3: ", errors[4].Message, StringComparison.Ordinal);
        Assert.Equal(5, errors.Count);
    }

    [Theory]
    [InlineData("artist,artist", "Line 1, column 2: there is a column 'artist' before.")]
    [InlineData("artist,sise", "Line 1, column 2: there is no input 'sise'; did you mean 'size'?")]
    [InlineData("style.colour", "Line 1, column 1: there is no input 'colour' in 'style'; did you mean 'color'?")]
    [InlineData("style,style.color", "Line 1, column 2: 'style.color' and 'style' cannot both be there: one is within the other.")]
    [InlineData("artist,,size", "Line 1, column 2: the column has no name; the name of an input is wanted.")]
    [InlineData("style..color", "Line 1, column 1: 'style..color' is no name of an input: names are joined by single dots, at most 20 of them.")]
    [InlineData("artist\nsay \"x\"", "Not CSV, at line 2, column 5: a cell that has quotes in it has to be in quotes as a whole, with its own quotes doubled.")]
    [InlineData("artist\n\"a\"b", "Not CSV, at line 2, column 4: a comma or the end of the line is wanted after the closing quote; a quote within a cell is doubled.")]
    [InlineData("artist\nx\n\"a\n\nb", "Not CSV, at line 3, column 1: the quote that is opened here is never closed.")]
    [InlineData("artist\n", "There are no pieces; after the names of the inputs at least one line is wanted.")]
    [InlineData("", "There is nothing in it; a line with the names of the inputs is wanted, and then a line for each piece.")]
    [InlineData("artist\na\nb\nc\nd", "There are 4 pieces; 3 are allowed.")]
    public void A_table_that_cannot_be_is_refused(string text, string message)
    {
        var reading = Pieces.FromCsv(text, Schema, new PieceLimits { Pieces = 3 });

        Assert.Empty(reading.Pieces);
        Assert.Equal(message, Assert.Single(reading.Errors).Message);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    [InlineData("\r")]
    public void Lines_may_end_in_every_way(string end) =>
        Assert.Equal(["""{"artist":"a"}""", """{"artist":"b"}"""], Read($"artist{end}a{end}{end}b"));

    [Fact]
    public void Whatever_text_is_written_is_read_again()
    {
        var text = Gen.Elements("a", "ö", "\"", ",", "\r\n", "\n", "\r", "'", "=", "\uFEFF", "\U0001F600", " ", "\t").ListOf().Select(parts => string.Concat(parts));
        Prop.ForAll(Gen.Two(text).Where(two => two.Item1.Length + two.Item2.Length > 0).ToArbitrary(), two =>
        {
            var line = $"{CsvCell.Of(two.Item1)},{CsvCell.Of(two.Item2)},x\r\n";

            var row = Assert.Single(new CsvText("h\r\n" + line).Rows().Skip(1));

            Assert.Equal([Harmless(two.Item1), Harmless(two.Item2), "x"], row.Cells);
        }).QuickCheckThrowOnFailure();
    }

    static string Harmless(string cell) => cell.Length > 0 && "=\t\r".Contains(cell[0], StringComparison.Ordinal) ? "'" + cell : cell;

    static List<string> Read(string text)
    {
        var reading = Pieces.FromCsv(text, Schema);
        Assert.Empty(reading.Errors);
        return [.. reading.Pieces.Select(piece => piece.ToJsonString(DomainJson.Options))];
    }
}
