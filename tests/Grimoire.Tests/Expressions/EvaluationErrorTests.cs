using System.Text.Json.Nodes;
using static Grimoire.Tests.Expressions.Evaluating;

namespace Grimoire.Tests.Expressions;

public sealed class EvaluationErrorTests
{
    const string Scope = """
        {
          "inputs": { "artist": "Ada", "nothing": null, "text": "x", "one": [1], "two": [1, 2], "empty": {}, "count": 3, "my-key": 1, "huge": 1e400 },
          "steps": { "image": { "output": { "images": [], "seed": 7 } } }
        }
        """;

    [Theory]
    [InlineData("steps.image.output.imagez", 21, "steps.image.output has no 'imagez'; it has: images, seed. Did you mean 'images'?")]
    [InlineData("stepz.image", 2, "There is no 'stepz' here; there is: inputs, steps. Did you mean 'steps'?")]
    [InlineData("inputs.nothing.a", 17, "inputs.nothing is null and has no 'a'.")]
    [InlineData("inputs.text.a", 14, "inputs.text is a text and has no 'a'.")]
    [InlineData("inputs.text[0]", 14, "inputs.text is a text and has no [0].")]
    [InlineData("inputs.one[3]", 13, "inputs.one has no [3]; it has 1 element.")]
    [InlineData("inputs.two[-3]", 13, "inputs.two has no [-3]; it has 2 elements.")]
    [InlineData("inputs.two.a", 13, "inputs.two is an array and has no 'a'; [0] is its first element, [*] all of them.")]
    [InlineData("inputs.empty.a", 15, "inputs.empty has no 'a'; it is empty.")]
    [InlineData("inputs.empty[0]", 15, "inputs.empty is an object and has no [0]: its parts have names.")]
    [InlineData("inputs['my-key'].x", 19, "inputs.my-key is a number and has no 'x'.")]
    [InlineData("inputs.text[*].x", 14, "inputs.text is a text; [*] needs an array or an object.")]
    [InlineData("inputs.count-1", 9, "inputs has no 'count-1'")]
    [InlineData("inputs.count-1", 9, "A subtraction needs a space before its '-'.")]
    [InlineData("upper(inputs.zz)", 15, "inputs has no 'zz'")]
    [InlineData("inputs.zz == null", 9, "inputs has no 'zz'")]
    [InlineData("inputs.zz ?? inputs.yy", 22, "inputs has no 'yy'")]
    [InlineData("exists(inputs.zz) ? 1 : inputs.yy", 33, "inputs has no 'yy'")]
    [InlineData("json('{}').a", 13, "The value has no 'a'; it is empty.")]
    [InlineData("first(steps.image.output.images)", 2, "first(list): the list is empty.")]
    [InlineData("inputs.one[inputs.text == 'x']", 13, "An index is a whole number or a name, not a boolean.")]
    [InlineData("inputs.one[0.5 + 0]", 13, "An index is a whole number or a name, not this number.")]
    [InlineData("inputs.one + 1", 13, "+ needs two numbers or two texts; left is an array, right is a number.")]
    [InlineData("inputs.one + inputs.two", 13, "concat(a, b) joins arrays.")]
    [InlineData("'a' + 1", 6, "string(x) makes a text of anything.")]
    [InlineData("1 - null", 4, "- needs two numbers; left is a number, right is null.")]
    [InlineData("-'a'", 2, "- needs a number, not a text.")]
    [InlineData("1 / 0", 4, "Division by zero.")]
    [InlineData("1 % 0.0", 4, "Division by zero.")]
    [InlineData("1e300 * 1e300", 8, "The result of * is too large for a number.")]
    [InlineData("inputs.huge + 1", 14, "too large to calculate with")]
    [InlineData("inputs.huge < 1", 14, "too large to compare")]
    [InlineData("1 < '2'", 4, "< needs two numbers or two texts; left is a number, right is a text.")]
    [InlineData("true >= true", 7, ">= needs two numbers or two texts; left is a boolean, right is a boolean.")]
    [InlineData("inputs.text ? 1 : 2", 2, "? : needs true, false or null, not a text.")]
    [InlineData("true && 1", 10, "&& needs true, false or null, not a number.")]
    [InlineData("!inputs.one", 3, "! needs true, false or null, not an array.")]
    [InlineData("(1 / 0) ?? 1", 5, "Division by zero.")]
    [InlineData("secret:KEY", 2, "There is no secret:KEY here.")]
    public void An_expression_that_cannot_be_evaluated_says_why_and_where(string expression, int offset, string message)
    {
        var failure = Failure(expression, Scope);

        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Equal((offset, ""), (failure.Offset, failure.Pointer));
    }

    [Fact]
    public void The_place_is_that_of_the_string_in_the_template()
    {
        var template = Parsed(JsonNode.Parse("""{ "a": ["fine ${1}", { "b/": "see ${inputs.artist} ${inputs.artists}" }] }"""));

        var failure = Assert.Throws<Grimoire.Expressions.ExpressionException>(() => template.Evaluate(Scope(Scope)));

        Assert.Equal(("/a/1/b~1", 30), (failure.Pointer, failure.Offset));
    }

    [Fact]
    public void A_long_list_of_names_is_cut_short()
    {
        var names = string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"name{i}\":0"));

        var failure = Failure("inputs.x", $"{{\"inputs\":{{{names}}}}}");

        Assert.Contains("name9, ….", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("name10", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("secret:KEY + 1")]
    [InlineData("number(secret:KEY)")]
    [InlineData("boolean(secret:KEY)")]
    [InlineData("json(secret:KEY)")]
    [InlineData("inputs[secret:KEY]")]
    [InlineData("{hunter2: 1}['x' + secret:KEY]")]
    [InlineData("json(toJson(json('{\"' + secret:KEY + '\":1}'))).other")]
    [InlineData("secret:KEY && true")]
    [InlineData("secret:OTHER")]
    [InlineData("secret:hunter")]
    [InlineData("range(secret:KEY)")]
    public void No_message_gives_a_secret_away(string expression)
    {
        var failure = Failure(expression, """{ "secret": { "KEY": "hunter2" }, "inputs": { "a": 1 } }""");

        Assert.DoesNotContain("hunter2", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("KEY,", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "inputs": { "a": 1, "a": 2 } }""", "inputs.a")]
    [InlineData("""{ "inputs": { "a": "\ud800" } }""", "inputs.a")]
    [InlineData("""{ "inputs": { "a": "\ud800" } }""", "inputs")]
    [InlineData("""{ "inputs": { "a": [{ "b": 1, "b": 2 }] } }""", "inputs.a[*].b")]
    public void A_value_that_is_no_valid_JSON_is_an_error(string scope, string expression) =>
        Assert.Contains("not valid JSON", Failure(expression, scope).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_number_that_JSON_does_not_have_is_an_error(double number)
    {
        foreach (var node in new JsonNode[] { JsonValue.Create(number), JsonValue.Create((float)number) })
        {
            var scope = new Grimoire.Expressions.DictionaryScope { ["x"] = node };

            Assert.Throws<Grimoire.Expressions.ExpressionException>(() => Parsed("${x}").Evaluate(scope));
            Assert.Throws<Grimoire.Expressions.ExpressionException>(() => Parsed("<${x}>").Evaluate(scope));
        }
    }
}
