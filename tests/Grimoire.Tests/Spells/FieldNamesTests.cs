namespace Grimoire.Tests.Spells;

/// <summary>Who comes from another language of workflows is told what a field is called here.</summary>
public sealed class FieldNamesTests
{
    [Theory]
    [InlineData("if", "when")]
    [InlineData("foreach", "forEach")]
    [InlineData("for_each", "forEach")]
    [InlineData("depends_on", "needs")]
    [InlineData("dependsOn", "needs")]
    [InlineData("input", "with")]
    [InlineData("inputs", "with")]
    [InlineData("retries", "retry")]
    [InlineData("timeuot", "timeout")]
    public void A_field_of_a_step(string written, string meant) =>
        Assert.Equal($"'{written}' is not a field of a step; did you mean '{meant}'?", Refused($$"""{"slug":"s","steps":[{"id":"a","tool":"text.echo","{{written}}":1}]}"""));

    [Theory]
    [InlineData("budget", "budgetUsd")]
    [InlineData("input", "inputs")]
    [InlineData("step", "steps")]
    public void A_field_of_a_spell(string written, string meant) =>
        Assert.Equal($"'{written}' is not a field of a spell; did you mean '{meant}'?", Refused($$"""{"slug":"s","{{written}}":1,"steps":[{"id":"a","tool":"text.echo"}]}"""));

    [Fact]
    public void A_field_that_the_place_does_not_have_is_not_proposed() =>
        Assert.Equal("'depends_on' is not a field of a spell", Refused("""{"slug":"s","depends_on":[],"steps":[{"id":"a","tool":"text.echo"}]}"""));

    static string Refused(string spell) => Assert.Single(Samples.Read(spell).Errors).Message;
}
