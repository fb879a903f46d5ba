using Grimoire.Cooks;

namespace Grimoire.Tests.Cooks;

public sealed class JsonLinesTests
{
    [Fact]
    public void Each_line_is_a_piece_and_lines_with_nothing_on_them_are_skipped()
    {
        var reading = Pieces.FromJsonLines("\uFEFF{\"a\":1.0}\r\n\n  \t\n{\"a\":\"x\u2028y\\n\"}\n{}");

        Assert.Empty(reading.Errors);
        Assert.Equal(["{\"a\":1.0}", "{\"a\":\"x\u2028y\\n\"}", "{}"], reading.Pieces.Select(piece => piece.ToJsonString(DomainJson.Options).Replace("\\u2028", "\u2028", StringComparison.Ordinal)));
        Assert.Equal([1, 4, 5], reading.Lines);
    }

    [Fact]
    public void What_is_wrong_is_told_with_its_line_all_at_once()
    {
        var errors = Pieces.FromJsonLines("{}\n{\"a\":}\n[1]\n\n{\"a\":1,\"a\":2}\n{} {}").Errors;

        Assert.Equal(["/pieces/1", "/pieces/2", "/pieces/3/a", "/pieces/4"], errors.Select(error => error.Pointer));
        Assert.Equal([2, 3, 5, 6], errors.Select(error => error.Line!.Value));
        Assert.StartsWith("Line 2: Not JSON, at column 6: ", errors[0].Message, StringComparison.Ordinal);
        Assert.Equal("Line 3 is an array; an object of inputs is wanted.", errors[1].Message);
        Assert.Equal("Line 5: 'a' is there more than once.", errors[2].Message);
        Assert.StartsWith("Line 6: Not JSON, at column 4: ", errors[3].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}\n{}\n{}\n{}", "There are 4 pieces; 3 are allowed.")]
    [InlineData("{\"a\":\"0123456789012345678\"}", "Line 1 has 27 bytes; 20 are allowed.")]
    [InlineData(" \n\n", "There are no pieces; a cook needs at least one, a JSON object of inputs a line.")]
    [InlineData("", "There are no pieces; a cook needs at least one, a JSON object of inputs a line.")]
    public void Too_many_too_large_and_none_at_all_are_refused(string text, string message) =>
        Assert.Equal(message, Assert.Single(Pieces.FromJsonLines(text, new PieceLimits { Pieces = 3, PieceBytes = 20 }).Errors).Message);

    [Fact]
    public void Of_many_errors_the_first_are_told_and_the_rest_is_counted()
    {
        var errors = Pieces.FromJsonLines(string.Join('\n', Enumerable.Repeat("x", 250))).Errors;

        Assert.Equal(101, errors.Count);
        Assert.Equal("150 more errors are not listed.", errors[100].Message);
    }
}
