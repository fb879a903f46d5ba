using System.Text.Json.Nodes;
using static Grimoire.Tests.Expressions.Evaluating;

namespace Grimoire.Tests.Expressions;

[Trait("Row", "UX01")]
public sealed class SyntaxErrorTests
{
    [Theory]
    [InlineData("${}", 2, "Expected an expression")]
    [InlineData("${  }", 4, "Expected an expression")]
    [InlineData("${", 2, "Expected a value, found the end of the text")]
    [InlineData("ab ${a", 6, "closing }")]
    [InlineData("${a b}", 4, "Expected an operator or the closing }, found 'b'")]
    [InlineData("${a +}", 5, "Expected a value, found '}'")]
    [InlineData("${a = 1}", 4, "'==' compares")]
    [InlineData("${a & b}", 4, "'&&'")]
    [InlineData("${a | b}", 4, "'||'")]
    [InlineData("${a and b}", 4, "'and' is written &&")]
    [InlineData("${a or b}", 4, "'or' is written ||")]
    [InlineData("${a ?. b}", 5, "There is no '?.'")]
    [InlineData("${a ? b}", 7, "':' of '? :'")]
    [InlineData("${a < b < c}", 8, "do not chain")]
    [InlineData("${a == b != c}", 9, "do not chain")]
    [InlineData("${(a}", 4, "closing )")]
    [InlineData("${[a, b}", 7, "a comma or the closing ]")]
    [InlineData("${a[0}", 5, "closing ]")]
    [InlineData("${a[1.5]}", 4, "An index is a whole number")]
    [InlineData("${a[true]}", 4, "An index is a whole number")]
    [InlineData("${a[99999999999]}", 4, "An index is a whole number")]
    [InlineData("${a[]}", 4, "Expected a value, found ']'")]
    [InlineData("${a.}", 4, "a name or * after the dot")]
    [InlineData("${a.0}", 4, "a name or * after the dot")]
    [InlineData("${a.b(1)}", 4, "functions are called as b(x)")]
    [InlineData("${'abc}", 2, "not closed")]
    [InlineData("${'a\\q'}", 4, "Unknown escape")]
    [InlineData("${'\\u12'}", 3, "Unknown escape")]
    [InlineData("${01}", 2, "does not begin with 0")]
    [InlineData("${1.}", 4, "a digit after the decimal point")]
    [InlineData("${1e}", 4, "a digit of the exponent")]
    [InlineData("${1a}", 3, "Expected an operator after the number")]
    [InlineData("${1e999}", 2, "too large")]
    [InlineData("${{a: 1, a: 2}}", 9, "'a' twice")]
    [InlineData("${{1: 2}}", 3, "the name of a member")]
    [InlineData("${{a 2}}", 5, "a colon")]
    [InlineData("${@}", 2, "Unexpected character '@'")]
    [InlineData("${a ${b}}", 4, "no '$' inside")]
    [InlineData("${uper(a)}", 2, "There is no function 'uper'. Did you mean 'upper'?")]
    [InlineData("${eval(a)}", 2, "There is no function 'eval'.")]
    [InlineData("${upper()}", 2, "upper(text) cannot be called with 0 arguments")]
    [InlineData("${1 + upper('a', 'b')}", 6, "upper(text) cannot be called with 2 arguments")]
    [InlineData("${secret}", 2, "Expected secret:NAME")]
    [InlineData("${secret: X}", 2, "Expected secret:NAME")]
    [InlineData("${config.X}", 2, "Expected config:NAME")]
    [InlineData("${secret:X[0]}", 10, "has no parts")]
    public void A_mistake_is_told_with_its_place(string template, int offset, string message)
    {
        var error = Assert.Single(Errors(template));

        Assert.Equal(offset, error.Offset);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal("", error.Pointer);
    }

    [Fact]
    public void All_mistakes_of_a_template_are_told_at_once_with_JSON_pointers()
    {
        var template = JsonNode.Parse("""{ "a": "${x +} and ${'}' y} and ${fine}", "b/c": [1, { "~": "${nope()}" }], "d": "${'", "e": "${1 1}" }""");

        var errors = Errors(template);

        Assert.Equal(
            [("/a", 5), ("/a", 17), ("/b~1c/1/~0", 2), ("/d", 2), ("/e", 4)],
            errors.Select(error => (error.Pointer, error.Offset)));
    }

    [Fact]
    public void No_more_than_a_hundred_mistakes_are_told()
    {
        var template = new JsonArray([.. Enumerable.Range(0, 500).Select(_ => (JsonNode)"${+} ${+}")]);

        Assert.Equal(100, Errors(template).Count);
    }

    [Fact]
    public void Errors_of_others_stay_in_the_list()
    {
        List<Grimoire.Expressions.TemplateError> errors = [new("/other", 0, "before")];

        var template = Grimoire.Expressions.Template.Parse("fine", errors);

        Assert.NotNull(template);
        Assert.Equal("before", Assert.Single(errors).Message);
    }
}
