using System.Text.Json.Nodes;
using Grimoire.Expressions;
using static Grimoire.Tests.Expressions.Evaluating;

namespace Grimoire.Tests.Expressions;

public sealed class TemplateTests
{
    const string Data = """{ "s": "x", "n": 1.50, "b": true, "z": null, "list": [1, "é<"], "o": { "k": { "deep": [1] } } }""";

    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("", "\"\"")]
    [InlineData("${s}", "\"x\"")]
    [InlineData("${n}", "1.50")]
    [InlineData(" ${n}", "\" 1.50\"")]
    [InlineData("${n}${n}", "\"1.501.50\"")]
    [InlineData("<${s}|${n}|${b}|${z}|${list}|${o}>", """
        "<x|1.50|true||[1,\"é<\"]|{\"k\":{\"deep\":[1]}}>"
        """)]
    [InlineData("$${s}", "\"${s}\"")]
    [InlineData("$$${s}", "\"$${s}\"")]
    [InlineData("$$${s}${s}", "\"$${s}x\"")]
    [InlineData("$ $$ $s {s} $}", "\"$ $$ $s {s} $}\"")]
    [InlineData("$", "\"$\"")]
    [InlineData("costs $${${n}}", "\"costs ${1.50}\"")]
    [InlineData("${'}'}${\"{\"}", "\"}{\"")]
    [InlineData("${{a: {b: s}}}", """{"a":{"b":"x"}}""")]
    [InlineData("${{a: {b: s}}.a.b}}", "\"x}\"")]
    public void Text_and_expressions_are_told_apart(string template, string expected) =>
        Assert.Equal(expected.Trim(), Json(Parsed(template).Evaluate(Scope(Data))));

    [Fact]
    public void Names_are_no_templates_and_other_values_stay()
    {
        var template = JsonNode.Parse("""{ "${s}": ["${s}", 1.0, true, null, { "$${": "${o.k}" }], "e": {}, "f": [] }""");

        Assert.Equal(
            """{"${s}":["x",1.0,true,null,{"$${":{"deep":[1]}}],"e":{},"f":[]}""", Json(Parsed(template).Evaluate(Scope(Data))));
    }

    [Fact]
    public void Null_is_a_template() => Assert.Null(Parsed(null).Evaluate(Scope("{}")));

    [Fact]
    public void Results_belong_to_nobody_else_and_the_scope_stays_as_it_is()
    {
        var scope = Scope(Data);
        var template = Parsed(JsonNode.Parse("""["${o}", "${list}", "${o.k.deep}", "${[o, o, list[*]]}", "${merge(o, {x: list})}", "constant", { "c": 1 }]"""));
        var source = template.Source!.ToJsonString();

        var first = template.Evaluate(scope)!.AsArray();
        first[0]!["k"]!["deep"]!.AsArray().Add(9);
        first[1]!.AsArray().Clear();
        first[3]![0]!["k"] = null;
        first[4]!["x"]!.AsArray().Clear();
        first[6]!["c"] = 2;

        Assert.Equal(Json(JsonNode.Parse(Data)), Json(new JsonObject(Scope(Data).Roots.Select(root => KeyValuePair.Create(root, scope[root]?.DeepClone())))));
        Assert.Equal(source, template.Source.ToJsonString());
        Assert.Equal(
            """[{"k":{"deep":[1]}},[1,"é<"],[1],[{"k":{"deep":[1]}},{"k":{"deep":[1]}},[1,"é<"]],{"k":{"deep":[1]},"x":[1,"é<"]},"constant",{"c":1}]""",
            Json(template.Evaluate(scope)));
    }

    [Fact]
    public void Later_changes_of_its_source_do_not_reach_a_template()
    {
        var source = JsonNode.Parse("""{ "a": ["${s}", 1] }""")!;
        var template = Parsed(source);

        source["a"]!.AsArray().Clear();

        Assert.Equal("""{"a":["x",1]}""", Json(template.Evaluate(Scope(Data))));
    }

    [Fact]
    public void Many_threads_may_evaluate_one_template_over_one_scope()
    {
        for (var round = 0; round < 50; round++)
        {
            // Nodes fresh from their text, which are unfolded by whoever looks first.
            var scope = Scope(Data);
            var template = Parsed("${[o.k.deep, list[*], merge(o, {s: s}), n + 1]}");
            var results = new string[32];

            Parallel.For(0, results.Length, i => results[i] = Json(template.Evaluate(scope)));

            Assert.Equal("""[[1],[1,"é<"],{"k":{"deep":[1]},"s":"x"},2.5]""", Assert.Single(results.Distinct()));
        }
    }

    [Theory]
    [InlineData("${b}", true)]
    [InlineData("${z}", false)]
    [InlineData("${n > 2}", false)]
    public void A_condition_holds_if_it_comes_to_true(string template, bool expected) => Assert.Equal(expected, Parsed(template).Holds(Scope(Data)));

    [Fact]
    public void A_literal_may_be_a_condition() => Assert.True(Parsed(JsonValue.Create(true)).Holds(Scope("{}")));

    [Theory]
    [InlineData("${n}", "a number")]
    [InlineData("true", "a text")]
    public void A_condition_is_nothing_but_a_boolean_or_null(string template, string found)
    {
        var failure = Assert.Throws<ExpressionException>(() => Parsed(template).Holds(Scope(Data)));

        Assert.Contains($"A condition needs true, false or null, not {found}.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scope_can_have_one_more_root()
    {
        var scope = Scope(Data);

        var inner = scope.With("item", 3).With("s", "y");

        Assert.Equal("\"3y\"", Json(Parsed("${item}${s}").Evaluate(inner)));
        Assert.False(scope.TryGet("item", out _));
        Assert.Equal("\"x\"", Json(scope["s"]));
    }

    [Theory]
    [InlineData("""{ "a": 1, "a": 2 }""")]
    [InlineData("""["\udc00"]""")]
    public void A_source_that_is_no_valid_JSON_is_an_error(string source) =>
        Assert.Contains("not valid JSON", Assert.Single(Errors(JsonNode.Parse(source))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_source_made_in_code_is_read_as_JSON() =>
        Assert.Equal("""{"a":["x"]}""", Json(Parsed(JsonValue.Create(new Dictionary<string, string[]> { ["a"] = ["${s}"] })).Evaluate(Scope(Data))));
}
