using System.Text.RegularExpressions;
using Grimoire.Cooks;
using Grimoire.Tests.Spells;

namespace Grimoire.Tests.Cooks;

public sealed partial class CookDocsTests
{
    static readonly string Text = File.ReadAllText(Path.Combine(Samples.Root, "docs", "cooks.md"));

    static readonly string Reference = Text[..Text.IndexOf("## Over HTTP", StringComparison.Ordinal)];

    [Fact]
    public void Every_cook_in_the_docs_can_be_read()
    {
        var cooks = Blocks("json").Select(block => CookReader.Read(block, 100_000)).ToList();

        Assert.All(cooks, cook => Assert.Empty(cook.Errors));
        Assert.Equal([2, 6, 500], cooks.Select(cook => cook.Cook!.Pieces?.Count ?? cook.Cook.Generate!.Pieces().Count()));
    }

    [Fact]
    public void Every_table_in_the_docs_can_be_read()
    {
        var schema = Samples.Object("""
            {"type":"object","properties":{"artist":{"type":"string"},"size":{"type":"integer"},"tags":{"type":"array"},"style":{"type":"object","properties":{"color":{"type":"string"}}}}}
            """);

        var lines = Pieces.FromJsonLines(Assert.Single(Blocks("jsonl")));
        var csv = Pieces.FromCsv(Assert.Single(Blocks("csv")), schema);

        Assert.Empty(lines.Errors);
        Assert.Equal(2, lines.Pieces.Count);
        Assert.Empty(csv.Errors);
        Assert.Equal(
            ["""{"artist":"Sigur Rós","size":3,"style":{"color":"blue"},"tags":["ice","slow"]}""", """{"artist":"Earth, Wind & Fire","style":{"color":"red"}}"""],
            csv.Pieces.Select(piece => piece.ToJsonString(DomainJson.Options)));
    }

    [Fact]
    public void The_limits_and_defaults_in_the_docs_are_those_of_the_source()
    {
        Assert.Equal((100_000, 64 * 1024, 100), (PieceLimits.MaxPieces, PieceLimits.MaxPieceBytes, PieceLimits.MaxFindings));
        Assert.Contains($"| `concurrency` | {CookSettings.DefaultConcurrency} | how many pieces are cast at once, 1 to {CookSettings.MaxConcurrency} |", Text, StringComparison.Ordinal);
        Assert.Contains($"| `tolerated` | {new CookSettings().Tolerated} |", Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_code_of_the_source_is_listed()
    {
        var used = Directory.GetFiles(Path.Combine(Samples.Root, "src", "Grimoire", "Cooks"), "*.cs")
            .SelectMany(file => Codes().Matches(File.ReadAllText(file))).Select(code => code.Groups["code"].Value).Distinct().Except(CookEvents.Types);

        Assert.All(used, code => Assert.Contains($"`{code}`", Text[Text.IndexOf("## Codes", StringComparison.Ordinal)..], StringComparison.Ordinal));
    }

    static IEnumerable<string> Blocks(string language) => Fences().Matches(Reference).Where(block => block.Groups["language"].Value == language).Select(block => block.Groups["text"].Value);

    [GeneratedRegex("```(?<language>[a-z]+)\n(?<text>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fences();

    [GeneratedRegex("\"(?<code>(document|field|inputs|input|piece|generate|csv)\\.[a-zA-Z]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Codes();
}
