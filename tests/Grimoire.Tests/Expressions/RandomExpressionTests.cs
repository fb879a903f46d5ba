using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Grimoire.Expressions;
using static Grimoire.Tests.Expressions.Evaluating;

namespace Grimoire.Tests.Expressions;

/// <summary>Whatever the text, there is a template or an error, and then a value or an ExpressionException: nothing else, and always the same.</summary>
public sealed class RandomExpressionTests
{
    const string Data = """
        { "inputs": { "a": 1, "b": "x", "c": [1, { "d": null }], "e": true }, "steps": { "s-1": { "output": { "images": ["i", "j"], "n": 1.5e300 } } },
          "item": [[1, 2], [3]], "secret": { "K": "v" } }
        """;

    static readonly string[] Tokens =
    [
        "inputs", ".a", ".b", ".c", ".e", "inputs.c[1].d", "steps.s-1.output", ".images", "[*]", ".*", "[0]", "[-1]", "item", "nothing", "secret:K", "config:X",
        " + ", " - ", " * ", "/", "%", "==", "!=", "<", ">=", "&&", "||", "??", "?", ":", "!", "-", "(", ")", "[", "]", "{", "}", ",", "'t'", "\"q\"", "'", "\"", "\\",
        "0", "1", "2.5", "1e300", "1e-300", "79228162514264337593543950335", "true", "false", "null", "a:", "$", "${", "$${", "}", ".", "\ud800", "é", " ", "_",
    ];

    static readonly string[] Valid =
    [
        "${inputs.a + 1}", "a ${inputs.b} b ${steps.s-1.output.images[*]}", "${exists(inputs.z) ? inputs.z : default(inputs.y, 'n')}", "${inputs.c[1].d ?? [1, {x: item[*][*]}]}",
        "${join(split('a,b', ','), '-') + upper(inputs.b)}", "${sum(item[*][*]) / 2 > 1 && !inputs.e}", "$${x} ${json('[1]')[0] % 3}", "${slice(item, -1)[0][0] * steps['s-1'].output.n}",
        "${toJson({a: secret:K, \"b\": merge({}, inputs)})}", "${range(inputs.a, 5)[*] == unique(sort([2, 1]))}",
    ];

    static Gen<string> TokenSoup { get; } =
        Gen.Elements(Tokens.Concat(Function.All.Keys.Select(name => $"{name}(")).ToArray()).ListOf().Select(tokens => $"${{{string.Concat(tokens)}}}");

    static Gen<string> Mutated { get; } =
        from seed in Gen.Elements(Valid)
        from edits in (from at in Gen.Choose(0, 200) from cut in Gen.Choose(0, 3) from put in Gen.Elements(Tokens) select (at, cut, put)).ListOf()
        select edits.Take(4).Aggregate(seed, (text, edit) =>
        {
            var at = edit.at % (text.Length + 1);
            return text.Remove(at, Math.Min(edit.cut, text.Length - at)).Insert(at, edit.put);
        });

    // Well-formed ones, so that evaluation gets its share: types are as they come.
    static Gen<string> WellFormed(int size)
    {
        var leaf = Gen.Elements(
            "inputs.a", "inputs.b", "inputs.c", "inputs.c[1].d", "inputs.e", "inputs.zz", "steps.*.output", "item[*][*]", "item", "upper(secret:K)", "1", "0", "-2.5",
            "1e300", "'t'", "''", "true", "false", "null", "[]", "{}", "nothing.at.all", "[3, 1, 2]", "{a: 1}");
        if (size <= 0)
        {
            return leaf;
        }

        var part = WellFormed(size / 3);
        var binary = from a in part from o in Gen.Elements("+", "-", "*", "/", "%", "==", "!=", "<", ">=", "&&", "||", "??") from b in part select $"({a} {o} {b})";
        var conditional = from a in part from b in part from c in part select $"({a} ? {b} : {c})";
        var path = from a in part from s in Gen.Elements("[0]", "[*]", ".a", "[-1]", ".*.a", "['b']") select $"({a}){s}";
        var index = from a in part from b in part select $"({a})[true ? {b} : 0]";
        var list = from a in part from b in part select $"[{a}, {{x: {b}}}]";
        var call = from f in Gen.Elements(Function.All.Values.ToArray())
                   from arguments in part.ArrayOf(f.Most == int.MaxValue ? Math.Max(2, f.Least) : f.Most)
                   select $"{f.Name}({string.Join(", ", arguments)})";
        return Gen.OneOf(leaf, binary, conditional, path, index, list, call, call);
    }

    [Fact]
    public void Random_text_is_a_template_or_an_error() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => Behaves(text ?? "") && Behaves($"${{{text}}}") && Behaves($"${{'{text}")).Check(Settings(2_000));

    [Fact]
    public void Random_tokens_are_a_template_or_an_error() => Prop.ForAll(TokenSoup.ToArbitrary(), Behaves).Check(Settings(4_000));

    [Fact]
    public void Valid_templates_with_random_changes_are_templates_or_errors() => Prop.ForAll(Mutated.ToArbitrary(), Behaves).Check(Settings(4_000));

    [Fact]
    public void Random_expressions_come_to_a_value_or_an_error() =>
        Prop.ForAll(Gen.Sized(size => WellFormed(size / 4)).ToArbitrary(), expression =>
        {
            Assert.NotNull(Template.Parse($"${{{expression}}}", new List<TemplateError>()));
            return Behaves($"${{{expression}}}") && Behaves($"text {{ ${{{expression}}}");
        }).Check(Settings(4_000));

    [Fact]
    public void What_is_only_referred_to_with_a_guard_is_never_the_error() =>
        Prop.ForAll(Gen.Sized(size => WellFormed(size / 4)).ToArbitrary(), expression =>
        {
            // Without any root, whatever fails for lack of one must have been announced as unguarded.
            var template = Parsed($"${{{expression}}}");
            try
            {
                template.Evaluate(new DictionaryScope());
                return true;
            }
            catch (ExpressionException failure)
            {
                return !failure.Message.StartsWith("There is no", StringComparison.Ordinal)
                    || template.References.Any(reference => !reference.Guarded && reference.Offset == failure.Offset);
            }
        }).Check(Settings(4_000));

    [Fact]
    public void Random_text_that_is_escaped_comes_to_itself() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), random =>
        {
            var text = (random ?? "").Replace("$", "", StringComparison.Ordinal) + "${x} {";
            return Parsed(text.Replace("${", "$${", StringComparison.Ordinal)).Evaluate(new DictionaryScope())!.GetValue<string>() == text;
        }).Check(Settings(1_000));

    static Config Settings(int tests) => Config.QuickThrowOnFailure.WithMaxTest(tests).WithQuietOnSuccess(true);

    static bool Behaves(string text)
    {
        List<TemplateError> errors = [];
        var template = Template.Parse(text, errors);
        if (template is null)
        {
            return errors.Count > 0 && errors.All(error => error.Offset >= 0 && error.Offset <= text.Length && error.Message.Length is > 0 and < 600);
        }

        var scope = Scope(Data);
        var (first, second) = (Outcome(template, scope), Outcome(template, scope));
        return errors.Count == 0
            && first == second
            && template.References.All(reference => string.CompareOrdinal(text, reference.Offset, reference.Root, 0, reference.Root.Length) == 0)
            && Json(new JsonObject(scope.Roots.Select(root => KeyValuePair.Create(root, scope[root]?.DeepClone())))) == Json(JsonNode.Parse(Data));
    }

    static string Outcome(Template template, DictionaryScope scope)
    {
        try
        {
            var value = template.Evaluate(scope);
            Assert.Null(value?.Parent);
            return Json(value);
        }
        catch (ExpressionException failure)
        {
            return $"{failure.Offset}: {failure.Message}";
        }
    }
}
