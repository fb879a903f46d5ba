using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Grimoire.Expressions;
using static Grimoire.Tests.Expressions.Evaluating;

namespace Grimoire.Tests.Expressions;

/// <summary>docs/expressions.md says what is so.</summary>
public sealed partial class DocumentationTests
{
    static readonly string Page = File.ReadAllText(Path.Combine(Root(), "docs", "expressions.md"));

    public static TheoryData<string, string> Examples
    {
        get
        {
            var examples = new TheoryData<string, string>();
            foreach (Match row in ExampleRow().Matches(Page))
            {
                examples.Add(row.Groups["example"].Value.Replace("\\|", "|", StringComparison.Ordinal), row.Groups["result"].Value.Trim());
            }

            return examples;
        }
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_comes_to_what_the_page_says(string example, string result)
    {
        var json = Page[(Page.IndexOf("```json", StringComparison.Ordinal) + 7)..];
        var scope = Scope(json[..json.IndexOf("```", StringComparison.Ordinal)]);
        var template = Parsed(example.StartsWith('"') || example.StartsWith("[\"$", StringComparison.Ordinal) ? JsonNode.Parse(example) : $"${{{example}}}");

        if (result.StartsWith("error: ", StringComparison.Ordinal))
        {
            Assert.Contains(result["error: ".Length..], Assert.Throws<ExpressionException>(() => template.Evaluate(scope)).Message, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(Json(JsonNode.Parse(result.Trim('`'))), Json(template.Evaluate(scope)));
    }

    [Fact]
    public void Every_function_is_on_the_page_with_an_example()
    {
        var shown = FunctionRow().Matches(Page).Select(row => row.Groups[1].Value).ToList();

        Assert.Equal(Function.All.Values.Select(function => function.Signature).Order(), shown.Select(row => row.Replace("`", "", StringComparison.Ordinal)).Order());
        Assert.True(Examples.Count > 70);
    }

    [Fact]
    public void The_limits_on_the_page_are_those_that_hold()
    {
        int[] limits =
        [
            ExpressionLimits.Nesting, ExpressionLimits.Depth, ExpressionLimits.ExpressionLength, ExpressionLimits.TextLength, ExpressionLimits.Elements, ExpressionLimits.Work,
            ExpressionLimits.Errors,
        ];

        Assert.Equal(
            limits.Select(limit => limit.ToString("N0", CultureInfo.InvariantCulture)),
            LimitRow().Matches(Page[Page.IndexOf("## Limits", StringComparison.Ordinal)..]).Select(row => row.Groups[1].Value));
    }

    [GeneratedRegex(@"^\|.*?`(?<example>[^`]+)` \| (?<result>`[^`]+`|error: .*?) \|$", RegexOptions.Multiline)]
    private static partial Regex ExampleRow();

    [GeneratedRegex(@"^\| (`[a-zA-Z]+\(.*?\)`(?: or `[^`]+`)?) \| [^|]+ \| `", RegexOptions.Multiline)]
    private static partial Regex FunctionRow();

    [GeneratedRegex(@"^\| [^|]+ \| ([0-9,]+) \|$", RegexOptions.Multiline)]
    private static partial Regex LimitRow();

    static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Functions.sln")))
        {
            folder = folder.Parent;
        }

        return folder!.FullName;
    }
}
