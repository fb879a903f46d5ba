using System.Text.Json.Nodes;
using Grimoire.Spells;

namespace Grimoire.Tests.Spells;

/// <summary>What connects the steps of a spell, for people to look at.</summary>
[Trait("Row", "UX12")]
public sealed class SpellGraphTests
{
    [Fact]
    public void A_sequence_runs_one_after_the_other_and_its_references_are_told_apart()
    {
        var graph = Of("""
            {"slug":"s","steps":[
              {"id":"a","tool":"t"}, {"id":"b","tool":"t","when":"${inputs.x}"}, {"id":"c","tool":"t","forEach":"${[1]}","with":{"x":"${steps.a.output} and ${steps.a.output.y}"}}]}
            """);

        Assert.Equal(StepOrder.Sequence, graph.Order);
        Assert.Equal(["", "a", "b"], graph.Steps.Select(step => string.Join(',', step.After)));
        Assert.Equal(["", "", "a"], graph.Steps.Select(step => string.Join(',', step.Uses)));
        Assert.Equal([(false, false), (true, false), (false, true)], graph.Steps.Select(step => (step.IsConditional, step.IsForEach)));
    }

    [Fact]
    public void In_a_graph_a_step_is_after_what_it_refers_to_and_needs()
    {
        var graph = Of("""
            {"slug":"s","order":"graph","steps":[
              {"id":"a","tool":"t"}, {"id":"b","tool":"t"}, {"id":"c","tool":"t","needs":["b"],"with":{"x":"${steps.a.output}"}}]}
            """);

        Assert.Equal(["", "", "a,b"], graph.Steps.Select(step => string.Join(',', step.After)));
        Assert.Equal("a", Assert.Single(graph.Steps[2].Uses));
    }

    [Fact]
    public void A_step_that_runs_on_a_failure_is_in_nobodys_way()
    {
        var graph = Of("""
            {"slug":"s","steps":[{"id":"a","tool":"t","catch":[{"step":"h"}]}, {"id":"h","tool":"t"}, {"id":"b","tool":"t"}]}
            """);

        Assert.Equal("h", Assert.Single(graph.Steps[0].OnFailure));
        Assert.True(graph.Steps[1].IsHandler);
        Assert.Equal(["", "", "a"], graph.Steps.Select(step => string.Join(',', step.After)));
    }

    [Fact]
    public void What_is_wrong_with_a_spell_does_not_keep_it_from_being_drawn()
    {
        var graph = Of("""{"slug":"s","steps":[{"id":"a","tool":"t","with":{"x":"${steps.nowhere.output} ${1 +"}}, {"id":"b","tool":"t","with":{"x":"${steps.nowhere.output}"}}]}""");

        Assert.Equal(["a", "b"], graph.Steps.Select(step => step.Id));
        Assert.All(graph.Steps, step => Assert.Empty(step.Uses));
    }

    static SpellGraph Of(string document) => SpellGraph.Of(SpellDocument.Read(JsonNode.Parse(document)).Spell!);
}
