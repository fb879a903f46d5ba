using Grimoire.Webhooks;

namespace Grimoire.Tests.Webhooks;

public sealed class PayloadTemplateTests
{
    [Theory]
    [InlineData("${body}", false, false, "")]
    [InlineData("${timestamp}.${body}", true, false, "")]
    [InlineData("${id}.${timestamp}.${body}", true, true, ".")]
    [InlineData("v0:${timestamp}:${body}", true, false, "")]
    [InlineData("a:${id}-b ${body}$ {é}", false, true, ":-")]
    [InlineData("${body}|${id}", false, true, "|")]
    public void A_template_says_what_it_covers(string text, bool hasTimestamp, bool hasId, string idMayNotHold)
    {
        var template = PayloadTemplate.Parse(text, out var problem)!;

        Assert.Null(problem);
        Assert.Equal((text, hasTimestamp, hasId, idMayNotHold), (template.ToString(), template.HasTimestamp, template.HasId, template.IdMayNotHold));
    }

    [Theory]
    [InlineData("", "has no ${body}")]
    [InlineData("${timestamp}", "has no ${body}")]
    [InlineData("${body}.${body}", "has ${body} more than once")]
    [InlineData("${id}.${id}.${body}", "has ${id} more than once")]
    [InlineData("${timestamp}${body}", "has two of its parts without a text between them")]
    [InlineData("${timestamp}0${body}", "has a digit beside ${timestamp}")]
    [InlineData("1${timestamp}.${body}", "has a digit beside ${timestamp}")]
    [InlineData("${url}.${body}", "has '${url}', which is nothing that is signed")]
    [InlineData("${body", "has '${body', which is nothing that is signed")]
    [InlineData("${ body }", "has '${ body }', which is nothing that is signed")]
    public void What_does_not_cover_the_body_or_is_ambiguous_is_refused(string text, string expected)
    {
        Assert.Null(PayloadTemplate.Parse(text, out var problem));
        Assert.StartsWith(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_settings_are_equal_if_they_say_the_same()
    {
        HmacHeader Of(string payload) => new() { Header = "S", Payload = payload, TimestampHeader = "T" };

        Assert.Equal(Of("${timestamp}.${body}"), Of("${timestamp}.${body}"));
        Assert.Equal(Of("${timestamp}.${body}").GetHashCode(), Of("${timestamp}.${body}").GetHashCode());
        Assert.NotEqual(Of("${timestamp}.${body}"), Of("${timestamp}:${body}"));
        Assert.NotEqual(Of("${timestamp}.${body}"), Of("${timestamp}.${body}") with { Payload = "${body}" });
    }
}
