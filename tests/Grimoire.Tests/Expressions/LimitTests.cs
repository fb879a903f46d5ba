using System.Diagnostics;
using System.Text.Json.Nodes;
using Grimoire.Expressions;
using static Grimoire.Tests.Expressions.Evaluating;

namespace Grimoire.Tests.Expressions;

public sealed class LimitTests
{
    static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    [Theory]
    [InlineData("(", "1", ")")]
    [InlineData("[", "1", "]")]
    [InlineData("{a:", "1", "}")]
    [InlineData("!", "true", "")]
    [InlineData("- ", "1", "")]
    [InlineData("abs(", "1", ")")]
    [InlineData("true ? ", "1", " : 1")]
    [InlineData("a[", "0", "]")]
    [InlineData("1 == (", "1", ")")]
    public void Nesting_has_a_limit_for_everything_that_nests(string open, string core, string close)
    {
        Assert.NotNull(Parsed($"${{{Repeat(open, 55)}{core}{Repeat(close, 55)}}}"));
        foreach (var levels in new[] { 70, 1_500 })
        {
            Assert.Contains("nested too deep", Assert.Single(Errors($"${{{Repeat(open, levels)}{core}{Repeat(close, levels)}}}")).Message, StringComparison.Ordinal);
            Assert.NotEmpty(Errors($"${{{Repeat(open, levels)}"));
        }
    }

    [Theory]
    [InlineData("1", " + 1", "4001")]
    [InlineData("1", " * 1", "1")]
    [InlineData("true", "&&true", "true")]
    [InlineData("false", "||false", "false")]
    [InlineData("a", "??a", "1")]
    [InlineData("a", "?1:a", "1")]
    [InlineData("b", ".b", "{}")]
    [InlineData("c", "[*]", "[]")]
    public void Chains_may_be_long(string first, string next, string expected)
    {
        var scope = first switch
        {
            "a" => next == "??a" ? """{"a":1}""" : """{"a":false}""",
            "c" => """{"c":[]}""",
            _ => "{}",
        };
        var expression = first + Repeat(next, 16_000 / next.Length / 4 * (next == " + 1" || next == " * 1" ? 4 : 1));
        expression = next == "?1:a" ? expression[..^1] + "1" : next == ".b" ? expression + "??{}" : expression;

        Assert.Equal(expected, Value(expression, scope));
    }

    [Fact]
    public void An_expression_has_a_longest_length()
    {
        Assert.Equal("1", Value(new string(' ', ExpressionLimits.ExpressionLength - 1) + "1"));
        Assert.Contains("too long", Assert.Single(Errors($"${{{new string(' ', ExpressionLimits.ExpressionLength + 1)}1}}")).Message, StringComparison.Ordinal);
        Assert.Contains("too long", Assert.Single(Errors($"${{'{new string('x', 10 * ExpressionLimits.ExpressionLength)}'}}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_that_is_nested_without_end_is_an_error()
    {
        var source = Nested(100_000);

        var error = Assert.Single(Errors(source));

        Assert.Contains("nested too deep", error.Message, StringComparison.Ordinal);
        Assert.Equal(ExpressionLimits.Depth * 2, error.Pointer.Length);
        Assert.NotNull(Parsed(Nested(ExpressionLimits.Depth)).Evaluate(new DictionaryScope()));
    }

    [Theory]
    [InlineData("${x}")]
    [InlineData("<${x}>")]
    [InlineData("${toJson(x)}")]
    [InlineData("${x == x}")]
    [InlineData("${unique([x, x])}")]
    public void A_value_that_is_nested_without_end_is_an_error(string template)
    {
        var scope = new DictionaryScope { ["x"] = Nested(100_000) };

        Assert.Contains(
            "nested too deep", Assert.Throws<ExpressionException>(() => Parsed(template).Evaluate(scope)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_template_comes_to_is_no_deeper_than_a_template()
    {
        var scope = new DictionaryScope { ["x"] = Nested(ExpressionLimits.Depth) };

        Assert.NotNull(Parsed("${x}").Evaluate(scope));
        Assert.Throws<ExpressionException>(() => Parsed(new JsonArray("${x}")).Evaluate(scope));
        Assert.Throws<ExpressionException>(() => Parsed("${[x]}").Evaluate(scope));
    }

    [Theory]
    [InlineData("range(10001)", "10000 elements")]
    [InlineData("range(-2147483648, 2147483647)", "10000 elements")]
    [InlineData("concat(range(9999), [1, 2])", "10000 elements")]
    [InlineData("[range(200), range(200)][*]", null)]
    [InlineData("rows[*].cells[*]", "10000 elements")]
    [InlineData("split(long, ',')", "10000 elements")]
    [InlineData("replace(long, ',', long)", "1048576 characters")]
    [InlineData("long + long + long + long + long + long", "1048576 characters")]
    [InlineData("join([long, long, long, long, long, long])", "1048576 characters")]
    [InlineData("join(range(10000), long)", "1048576 characters")]
    [InlineData("toJson([long, long, long, long, long, long])", "1048576 characters")]
    [InlineData("string([[long, long], [long, long, long, long]])", "1048576 characters")]
    [InlineData("[rows, rows, rows, rows, rows, rows].*.*.cells[*] == 1", "10000 elements")]
    public void What_is_built_has_limits(string expression, string? message)
    {
        var rows = string.Join(',', Enumerable.Repeat($$"""{"cells":[{{string.Join(',', Enumerable.Range(0, 200))}}]}""", 100));
        var scope = $$"""{ "long": "{{new string(',', 200_000)}}", "rows": [{{rows}}] }""";

        if (message is null)
        {
            Assert.StartsWith("[[0,1", Value(expression, scope), StringComparison.Ordinal);
            return;
        }

        Assert.Contains(message, Failure(expression, scope).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Interpolated_text_has_a_limit()
    {
        var scope = new DictionaryScope { ["long"] = new string('x', 600_000) };

        Assert.Throws<ExpressionException>(() => Parsed("${long}${long}").Evaluate(scope));
        Assert.Equal(600_001, Parsed("${long}!").Evaluate(scope)!.GetValue<string>().Length);
    }

    [Theory]
    [InlineData("unique(big)", 100)]
    [InlineData("sort(range(10000))", 100)]
    [InlineData("big == copy", 100)]
    [InlineData("contains(big, 1)", 150)]
    [InlineData("sum(range(10000))", 120)]
    [InlineData("x", 8000)]
    public void However_much_work_an_expression_asks_for_it_ends(string part, int count)
    {
        var big = new JsonArray([.. Enumerable.Range(0, 10_000).Select(i => (JsonNode)new JsonObject { ["deep"] = new JsonArray(i % 2, new JsonObject { ["x"] = i }) })]);
        var scope = new DictionaryScope { ["big"] = big, ["copy"] = big.DeepClone(), ["x"] = new string('x', 100_000) };
        var template = Parsed($"${{[{string.Join(',', Enumerable.Repeat(part, count))}]}}");

        Assert.Contains("too much work", Assert.Throws<ExpressionException>(() => template.Evaluate(scope)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("${")]
    [InlineData("${a}")]
    [InlineData("${'")]
    [InlineData("${{")]
    [InlineData("$${")]
    [InlineData("$")]
    [InlineData("${1 1}")]
    public void A_long_text_is_read_in_linear_time(string part)
    {
        var text = Repeat(part, 2_000_000 / part.Length);
        var clock = Stopwatch.StartNew();

        Template.Parse(text, new List<TemplateError>());

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(2));
    }

    static JsonNode Nested(int depth)
    {
        JsonNode node = new JsonArray();
        for (var i = 1; i < depth; i++)
        {
            node = new JsonArray(node);
        }

        return node;
    }
}
