using Grimoire.Documents;

namespace Grimoire.Tests;

/// <summary>What is said of a text that is not YAML is for who has written the text.</summary>
public sealed class YamlTextTests
{
    const string Quotes = " Within { } and [ ], text with an expression in it has to be in quotes: \"${…}\".";

    [Theory]
    [InlineData("slug: s\nwith: { name: out.txt, text: ${steps.one.output.text} }", "line 2, column 31: While parsing a flow mapping, did not find expected ',' or '}'.")]
    [InlineData("with:\n  {\n    text: Hello ${inputs.a}\n  }", "line 3, column 18: While parsing a flow mapping, did not find expected ',' or '}'.")]
    [InlineData("a: [one, ${x}]", "line 1, column 11: While parsing a flow sequence, did not find expected ',' or ']'.")]
    [InlineData("a: [\"x\" ${x}]", "line 1, column 9: While parsing a flow sequence, did not find expected ',' or ']'.")]
    public void An_expression_within_braces_or_brackets_that_is_not_in_quotes_is_told_to_want_them(string text, string message) =>
        Assert.Equal($"Not YAML, at {message}{Quotes}", Refused(text).Message);

    [Theory]
    [InlineData("a: ${b}\nc: { d: 1 ]")]
    [InlineData("a: { b: \"${c}\", d: 1 ]")]
    [InlineData("a: @b")]
    public void What_has_nothing_to_do_with_expressions_does_not_speak_of_them(string text) =>
        Assert.DoesNotContain("expression", Refused(text).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("slug: s\nsteps:\n\t- id: a\n", 3, 1)]
    [InlineData("slug: s\r\nsteps:\r\n\t- id: a\r\n", 3, 1)]
    [InlineData("steps:\n  - id: a\n\ttool: b\n", 3, 1)]
    [InlineData("steps:\n  - id: a\n  \ttool: b\n", 3, 3)]
    [InlineData("a: |\n  x\n  \ty\nb:\n\tc: 1\n", 5, 1)]
    public void A_tab_in_the_indentation_is_told_where_it_is(string text, int line, int column)
    {
        var finding = Refused(text);

        Assert.Equal((line, column), (finding.Line, finding.Column));
        Assert.Equal($"Not YAML, at line {line}, column {column}: There is a tab in the indentation; YAML takes spaces only.", finding.Message);
    }

    [Theory]
    [InlineData("a: |\n  x\n  \ty\n")]
    [InlineData("a: { b: \"${c}\" }\nd: ${e}\n")]
    public void What_is_right_is_read(string text)
    {
        var findings = new List<Finding>();

        Assert.NotNull(YamlText.Parse(text, findings));
        Assert.Empty(findings);
    }

    static Finding Refused(string text)
    {
        var findings = new List<Finding>();
        Assert.Null(YamlText.Parse(text, findings));
        var finding = Assert.Single(findings);
        Assert.Equal("document.syntax", finding.Code);
        return finding;
    }
}
