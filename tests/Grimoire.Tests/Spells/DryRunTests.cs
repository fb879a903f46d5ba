using System.Text.Json.Nodes;
using Grimoire.Spells;

namespace Grimoire.Tests.Spells;

[Trait("Row", "UX02")]
public sealed class DryRunTests
{
    const string Cover = """
        {"slug":"cover","budgetUsd":0.4,
         "inputs":{"type":"object","required":["artist"],"properties":{"artist":{"type":"string"},"hd":{"type":"boolean","default":false}}},
         "steps":[
           {"id":"prompt","tool":"llm.chat","with":{"prompt":"A cover for ${inputs.artist}"}},
           {"id":"image","tool":"picture","with":{"prompt":"${steps.prompt.output.text}"}},
           {"id":"large","tool":"picture","when":"${inputs.hd}","with":{"prompt":"${inputs.artist}"}},
           {"id":"mockups","tool":"picture","forEach":"${['mug','shirt']}","with":{"prompt":"${item} ${index}"}},
           {"id":"last","tool":"text.echo","when":"${steps.prompt.output.text == 'x'}","with":{"x":"${steps.large.output.images[0].url ?? 'none'}"}}],
         "output":{"cover":"${steps.image.output.images[0].url}","artist":"${inputs.artist}"}}
        """;

    [Fact]
    public void What_can_be_known_is_bound_and_the_rest_is_marked()
    {
        var report = Run(Cover, """{"artist":"Björk"}""");

        Assert.Empty(report.InputErrors);
        Assert.Empty(report.Errors);
        Assert.Equal("A cover for Björk", (string)report.Steps[0].Input!["prompt"]!);
        Assert.True(JsonNode.DeepEquals(Samples.Object("""{"prompt":{"unknown":"steps.prompt.output.text"}}"""), report.Steps[1].Input));
        Assert.Equal("mug 0|shirt 1", string.Join('|', report.Steps[3].Input!.AsArray().Select(item => (string)item!["prompt"]!)));
        Assert.Equal("none", (string)report.Steps[4].Input!["x"]!);
        Assert.True(JsonNode.DeepEquals(Samples.Object("""{"cover":{"unknown":"steps.image.output.images[0].url"},"artist":"Björk"}"""), report.Output));
    }

    [Fact]
    public void Steps_that_would_be_skipped_are_told_from_those_that_run_and_those_that_nobody_can_tell()
    {
        Assert.Equal(
            [DryRunOutcome.Runs, DryRunOutcome.Runs, DryRunOutcome.Skipped, DryRunOutcome.Runs, DryRunOutcome.Unknown],
            Run(Cover, """{"artist":"a"}""").Steps.Select(step => step.Outcome));
        Assert.Equal(DryRunOutcome.Runs, Run(Cover, """{"artist":"a","hd":true}""").Steps[2].Outcome);
    }

    [Theory]
    [InlineData("""{"artist":"a"}""", 0.32, false)]
    [InlineData("""{"artist":"a","hd":true}""", 0.42, true)]
    public void The_cost_is_summed_up_and_held_against_the_budget(string inputs, double usd, bool exceeds)
    {
        var report = Run(Cover, inputs);

        Assert.Equal((decimal)usd, report.EstimateUsd);
        Assert.True(report.EstimateIsComplete);
        Assert.Equal(exceeds, report.ExceedsBudget);
    }

    [Fact]
    public void A_cost_that_nobody_knows_makes_the_estimate_incomplete()
    {
        var report = Run("""{"slug":"s","steps":[{"id":"a","tool":"free"},{"id":"b","spell":"child","with":{"x":"1"}}]}""", "{}");

        Assert.Null(report.Steps[0].EstimateUsd);
        Assert.Equal(0.12m, report.EstimateUsd);
        Assert.False(report.EstimateIsComplete);
    }

    [Fact]
    public void Inputs_that_do_not_fit_and_steps_that_would_fail_with_them_are_told()
    {
        var report = Run("""
            {"slug":"s","inputs":{"required":["n"],"properties":{"n":{"minimum":1}}},
             "steps":[{"id":"a","tool":"llm.chat","with":{"prompt":"x","temperature":"${inputs.n}"}},{"id":"b","tool":"text.echo","forEach":"${inputs.n}"}]}
            """, """{"n":-1}""");

        Assert.Equal("/n", Assert.Single(report.InputErrors).Pointer);
        Assert.Equal(["/steps/0/with/temperature", "/steps/1/forEach"], report.Errors.Select(error => error.Pointer));
    }

    [Fact]
    [Trait("Row", "SP19")]
    public void A_missing_input_is_named_and_defaults_are_filled_in()
    {
        var spell = Samples.Spell(Cover);

        var missing = InputCheck.Of(spell, null, Samples.Schemas);
        var complete = InputCheck.Of(spell, Samples.Object("""{"artist":"a"}"""), Samples.Schemas);

        Assert.Equal("Input 'artist' is required by spell 'cover'.", Assert.Single(missing.Errors).Message);
        Assert.Empty(complete.Errors);
        Assert.False((bool)complete.Inputs["hd"]!);
    }

    static DryRunReport Run(string spell, string inputs) => DryRun.Of(Samples.Spell(spell), Samples.Catalog, Samples.Object(inputs), Samples.Schemas);
}
