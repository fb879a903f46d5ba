using System.Text.Json.Nodes;
using static Grimoire.Tests.Expressions.Evaluating;

namespace Grimoire.Tests.Expressions;

public sealed class ReferenceTests
{
    // Root and path, "?" for what is not known, "!" in front if guarded, "@" and the offset.
    static string Show(Grimoire.Expressions.Reference reference) =>
        $"{(reference.Guarded ? "!" : "")}{string.Join('.', [reference.Root, .. reference.Path.Select(part => part is int index ? $"[{index}]" : part ?? "?")])}@{reference.Offset}";

    [Theory]
    [InlineData("1 + 2", "")]
    [InlineData("inputs", "inputs@2")]
    [InlineData("steps.image.output.images[0]", "steps.image.output.images.[0]@2")]
    [InlineData("steps['image'][\"output\"][-1]", "steps.image.output.[-1]@2")]
    [InlineData("steps.image[*].x", "steps.image.?@2")]
    [InlineData("steps.*.x", "steps.?@2")]
    [InlineData("steps[inputs.i].x", "steps.?@2 inputs.i@8")]
    [InlineData("a[b[c].d].e", "a.?@2 b.?@4 c@6")]
    [InlineData("a[1 + 1]", "a.?@2")]
    [InlineData("(a.b).c", "a.b.c@3")]
    [InlineData("((a)['b']).c[0]", "a.b.c.[0]@4")]
    [InlineData("(a[*].b)[0]", "a.?@3")]
    [InlineData("(a.b ?? c).d", "!a.b@3 c@10")]
    [InlineData("upper(a.b).c", "a.b@8")]
    [InlineData("a.b ?? c.d", "!a.b@2 c.d@9")]
    [InlineData("a ?? b ?? c", "!a@2 !b@7 c@12")]
    [InlineData("(a ?? b) ?? c", "!a@3 !b@8 c@14")]
    [InlineData("a ?? (b ?? c)", "!a@2 !b@8 c@13")]
    [InlineData("(a + upper(b[c])) ?? d", "!a@3 !b.?@13 !c@15 d@23")]
    [InlineData("a ?? b + c", "!a@2 b@7 c@11")]
    [InlineData("a == b ?? c", "!a@2 !b@7 c@12")]
    [InlineData("exists(a.b)", "!a.b@9")]
    [InlineData("exists(a + b[c])", "!a@9 !b.?@13 !c@15")]
    [InlineData("default(a, b)", "!a@10 b@13")]
    [InlineData("default(a, b) ?? c", "!a@10 !b@13 c@19")]
    [InlineData("upper(a)", "a@8")]
    [InlineData("exists(a) ? a : b", "!a@9 a@14 b@18")]
    [InlineData("a ? b : c ? d : e", "a@2 b@6 c@10 d@14 e@18")]
    [InlineData("(a ? b : c) ?? d", "!a@3 !b@7 !c@11 d@17")]
    [InlineData("a && b || !c && -d == e", "a@2 b@7 c@13 d@19 e@24")]
    [InlineData("[a, {b: c, d: [e]}]", "a@3 c@10 e@17")]
    [InlineData("a.b ?? [c ?? d]", "!a.b@2 !c@10 d@15")]
    [InlineData("secret:API-KEY.v2", "secret.API-KEY.v2@2")]
    [InlineData("config:A + secret:B", "config.A@2 secret.B@13")]
    [InlineData("'a.b' + \"${c}\"", "")]
    [InlineData("{inputs: 1}.inputs", "")]
    [InlineData("steps.my-step.output", "steps.my-step.output@2")]
    [InlineData("a - b", "a@2 b@6")]
    [InlineData("a -b", "a@2 b@5")]
    [InlineData("a-b", "a@2 b@4")]
    public void Every_reference_is_known_beforehand(string expression, string expected) =>
        Assert.Equal(expected, string.Join(' ', Parsed($"${{{expression}}}").References.Select(Show)));

    [Fact]
    public void References_tell_where_in_the_template_they_are()
    {
        var template = Parsed(JsonNode.Parse("""{ "x": ["a ${inputs.a} $${no} ${inputs.b}"], "y/z": { "~": "${item}" }, "c": "plain" }"""));

        Assert.Equal(
            [("/x/0", "inputs.a@4"), ("/x/0", "inputs.b@23"), ("/y~1z/~0", "item@2")],
            template.References.Select(reference => (reference.Pointer, Show(reference))));
        Assert.False(template.IsConstant);
    }

    [Fact]
    public void What_refers_to_nothing_is_constant()
    {
        Assert.True(Parsed("${1 + 2} $${inputs}").IsConstant);
        Assert.True(Parsed(null).IsConstant);
        Assert.False(Parsed("${inputs ?? 1}").IsConstant);
    }

    [Theory]
    [InlineData("a.b.c ?? 1")]
    [InlineData("exists(a.b.c)")]
    [InlineData("default(a.b.c, 1)")]
    [InlineData("(upper(a.b.c) + '!') ?? 1")]
    [InlineData("([1, {x: -a.b.c}] == [2]) ?? 1")]
    [InlineData("(true ? a.b.c : 1) ?? 1")]
    public void What_is_guarded_may_indeed_be_missing(string expression)
    {
        var template = Parsed($"${{{expression}}}");

        Assert.All(template.References, reference => Assert.True(reference.Guarded));
        Assert.NotNull(template.Evaluate(new Grimoire.Expressions.DictionaryScope()));
    }
}
