using System.Text.Json;
using Grimoire.Cooks;
using Grimoire.Tests.Spells;

namespace Grimoire.Tests.Cooks;

public sealed class PieceTableTests
{
    static readonly PieceTable Table = PieceTable.Of(Samples.Object("""{"type":"object","properties":{"artist":{},"size":{}}}"""), ["cover"]);

    [Fact]
    public async Task Csv_has_a_column_for_each_known_field_and_loses_none_of_the_others()
    {
        using var writer = new StringWriter();
        await Table.WriteCsvAsync(writer, Rows(), CancellationToken.None);

        Assert.Equal(
            "index,castId,status,inputs.artist,inputs.size,inputs,output.cover,output,costUsd,errorCode,errorMessage\r\n"
            + "0,main.piece-0~000000-0,completed,\"a, \"\"b\"\"\",3,\"{\"\"x\"\":1}\",https://example.org/1.png,,0.10,,\r\n"
            + "1,,failed,\"\",,,,text,,http.status,'=1+1\r\n",
            writer.ToString());
    }

    [Fact]
    public async Task Json_lines_have_each_piece_as_it_is()
    {
        using var writer = new StringWriter();
        await PieceTable.WriteJsonLinesAsync(writer, Rows(), CancellationToken.None);

        Assert.Equal(
            """{"index":0,"castId":"main.piece-0~000000-0","status":"completed","inputs":{"artist":"a, \"b\"","size":3,"x":1},"output":{"cover":"https://example.org/1.png"},"costUsd":0.10}""" + "\n"
            + """{"index":1,"status":"failed","inputs":{"artist":""},"output":"text","error":{"code":"http.status","message":"=1+1"}}""" + "\n",
            writer.ToString());
    }

    [Theory]
    [InlineData("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\"")]
    [InlineData("+49 170", "'+49 170")]
    [InlineData("-1+2", "'-1+2")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("-12.5", "-12.5")]
    [InlineData("+3e2", "+3e2")]
    [InlineData("a=1", "a=1")]
    [InlineData("", "\"\"")]
    public void A_text_that_a_spreadsheet_would_calculate_is_made_a_text(string text, string cell) =>
        Assert.Equal(cell, CsvCell.Of(text));

    [Theory]
    [InlineData("-5", "-5")]
    [InlineData("true", "true")]
    [InlineData("null", "")]
    [InlineData("[1,\"=2\"]", "\"[1,\"\"=2\"\"]\"")]
    public void Other_values_are_written_as_json(string json, string cell) => Assert.Equal(cell, CsvCell.Of(System.Text.Json.Nodes.JsonNode.Parse(json)));

    [Fact]
    public async Task A_hundred_thousand_rows_take_no_more_memory_than_one()
    {
        using var writer = new Counting();
        await Table.WriteCsvAsync(writer, Many(100_000), CancellationToken.None);

        Assert.Equal(100_001, writer.Lines);
        Assert.InRange(writer.Longest, 1, 300);
    }

    static async IAsyncEnumerable<PieceRow> Rows()
    {
        await Task.CompletedTask;
        yield return new PieceRow
        {
            Index = 0, CastId = "main.piece-0~000000-0", Status = "completed", CostUsd = 0.10m,
            Inputs = Samples.Object("""{"artist":"a, \"b\"","size":3,"x":1}"""), Output = Samples.Object("""{"cover":"https://example.org/1.png"}"""),
        };
        yield return new PieceRow
        {
            Index = 1, Status = "failed", Inputs = Samples.Object("""{"artist":""}"""), Output = JsonSerializer.SerializeToNode("text"), Error = new PieceError("http.status", "=1+1"),
        };
    }

    static async IAsyncEnumerable<PieceRow> Many(int count)
    {
        await Task.CompletedTask;
        for (var i = 0; i < count; i++)
        {
            yield return new PieceRow { Index = i, Status = "completed", Inputs = Samples.Object("""{"artist":"x"}""") };
        }
    }

    sealed class Counting : StringWriter
    {
        public int Lines { get; set; }

        public int Longest { get; set; }

        public override Task WriteAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default)
        {
            Lines++;
            Longest = Math.Max(Longest, buffer.Length);
            return Task.CompletedTask;
        }
    }
}
