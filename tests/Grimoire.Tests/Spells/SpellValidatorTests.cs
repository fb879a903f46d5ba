using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Spells;

namespace Grimoire.Tests.Spells;

public sealed class SpellValidatorTests
{
    [Fact]
    [Trait("Row", "SP15")]
    public void An_unknown_tool_is_named_with_its_step_and_the_one_that_was_probably_meant()
    {
        var error = Assert.Single(Samples.Validate("""{"slug":"s","steps":[{"id":"ask","tool":"llm.caht","with":{"prompt":"x"}}]}""").Errors);

        Assert.Equal("Step 'ask' calls tool 'llm.caht', which is not known; did you mean 'llm.chat'?", error.Message);
    }

    [Fact]
    [Trait("Row", "SP15")]
    public void A_tool_is_looked_up_by_its_display_name_before_its_id()
    {
        var byId = new Grimoire.Tools.ToolDefinition { Id = "painter", Kind = "wait" };
        var byName = new Grimoire.Tools.ToolDefinition { Id = "other", Name = "painter", Kind = "wait" };

        var catalog = new SpellCatalog([byId, byName]);

        Assert.Same(byName, catalog.FindTool("painter"));
        Assert.Same(byName, catalog.FindTool("other"));
    }

    [Fact]
    [Trait("Row", "SP14")]
    public void A_step_that_the_spell_does_not_have_is_named_with_the_number_of_steps()
    {
        var error = Assert.Single(Samples.Validate("""{"slug":"s","steps":[{"id":"a","tool":"text.echo"}],"output":"${steps.b.output}"}""").Errors);

        Assert.StartsWith("The spell has no step 'b'; it has 1 steps", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "SP19")]
    public void A_required_input_that_is_missing_is_found_before_anything_runs()
    {
        var error = Assert.Single(Samples.Validate("""{"slug":"s","steps":[{"id":"ask","tool":"llm.chat","with":{}}]}""").Errors);

        Assert.Equal("/steps/0/with/prompt", error.Pointer);
        Assert.Equal("Step 'ask' lacks 'prompt', which tool 'llm.chat' requires.", error.Message);
    }

    [Fact]
    public void The_way_round_a_cycle_of_spells_is_shown()
    {
        var error = Assert.Single(Samples.Validate("""{"slug":"s","steps":[{"id":"a","spell":"loop-a"}]}""").Errors);

        Assert.Contains("s → loop-a → loop-b → loop-a", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"slug":"s","inputs":{"properties":{"a":{}}},"steps":[{"id":"a","tool":"text.echo","with":{"x":"${inputs.a}"}}]}""", "/steps/0/with/x", "reference.mayBeMissing")]
    [InlineData("""{"slug":"s","inputs":{"properties":{"h":{"default":1}}},"steps":[{"id":"a","tool":"text.echo","when":"${inputs.h > 1}"}],"output":"${steps.a.output}"}""", "/output", "reference.mayBeMissing")]
    [InlineData("""{"slug":"s","steps":[{"id":"a","tool":"text.echo","onError":"continue"}],"output":"${steps.a.output}"}""", "/output", "reference.mayBeMissing")]
    [InlineData("""{"slug":"s","steps":[{"id":"p","tool":"picture","with":{"prompt":"x"}}],"output":"${steps.p.output.pictures}"}""", "/output", "reference.field")]
    [InlineData("""{"slug":"s","steps":[{"id":"a","tool":"text.echo","timeout":"PT1M","retry":{"within":"PT1H"}}]}""", "/steps/0/retry/within", "retry.longerThanTimeout")]
    [InlineData("""{"slug":"s","steps":[{"id":"a","tool":"text.echo","catch":[{"value":1},{"errors":["http.*"],"value":2}]}]}""", "/steps/0/catch/1", "catch.shadowed")]
    public void What_is_probably_not_meant_is_a_warning(string document, string place, string code)
    {
        var result = Samples.Validate(document);

        Assert.Empty(result.Errors);
        Assert.Equal((place, code), (Assert.Single(result.Warnings).Pointer, result.Warnings[0].Code));
    }

    [Theory]
    [InlineData("""{"slug":"s","inputs":{"properties":{"a":{}}},"steps":[{"id":"a","tool":"text.echo","with":{"x":"${inputs.a ?? 'none'}"}}]}""")]
    [InlineData("""{"slug":"s","inputs":{"required":["h"],"properties":{"h":{}}},"steps":[{"id":"a","tool":"text.echo","when":"${inputs.h}"},{"id":"b","tool":"text.echo","when":"${inputs.h}","with":{"x":"${steps.a.output}"}}]}""")]
    [InlineData("""{"slug":"s","inputs":{"required":["n"],"properties":{"n":{"type":"integer"}}},"steps":[{"id":"a","tool":"llm.chat","with":{"prompt":"x","temperature":"${inputs.n}"}}]}""")]
    [InlineData("""{"slug":"s","steps":[{"id":"a","tool":"picture","with":{"prompt":"x"}},{"id":"b","tool":"llm.chat","forEach":"${steps.a.output.images}","with":{"prompt":"${item.url}"}}],"output":"${steps.b.output[0].text}"}""")]
    [InlineData("""{"slug":"s","order":"graph","steps":[{"id":"a","tool":"text.echo","with":{"x":"${steps.b.output}"}},{"id":"b","tool":"text.echo"}]}""")]
    [InlineData("""{"slug":"s","steps":[{"id":"a","tool":"text.echo","catch":{"errors":["http.*"],"step":"b"},"onTimeout":{"value":null}},{"id":"b","tool":"text.echo","with":{"x":"${error.message}"}}]}""")]
    [InlineData("""{"slug":"s","steps":[{"id":"c","spell":"child","with":{"x":"1"}}],"output":"${steps.c.output.y}"}""")]
    [InlineData("""{"slug":"s","steps":[{"id":"t","tool":"tree"},{"id":"f","tool":"tree","forEach":[1]}],"output":["${steps.t.output.children[0].children[0].name}","${steps.f.output[0].children[0].name}"]}""")]
    [InlineData("""{"slug":"s","inputs":{"type":"object","properties":{"child":{"$ref":"#","default":{}}}},"steps":[{"id":"a","tool":"text.echo"}]}""")]
    [Trait("Row", "UX03")]
    public void Every_construct_passes_where_it_is_right(string document)
    {
        var result = Samples.Validate(document);

        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
        Assert.Empty(Samples.Schemas.Validate(Grimoire.Schemas.PublishedSchemas.Spell(), JsonNode.Parse(document)));
    }

    [Fact]
    [Trait("Row", "UX01")]
    public void All_errors_come_at_once_in_the_order_of_the_document()
    {
        var errors = Samples.Validate("""
            {"slug":"s","inputs":{"properties":{"a":{"type":"integer","default":"x"}}},
             "steps":[{"id":"a","tool":"gone"},{"id":"b","tool":"llm.chat","with":{"prompt":"${steps.c.output}","temperature":9}},{"id":"c","tool":"text.echo"}],
             "output":"${secret:KEY}"}
            """).Errors;

        Assert.Equal(
            ["/inputs/properties/a/default", "/output", "/steps/0/tool", "/steps/1/with/prompt", "/steps/1/with/temperature"],
            errors.Select(error => error.Pointer));
    }

    [Fact]
    public void YAML_and_JSON_come_to_the_same()
    {
        var yaml = SpellDocument.Read("""
            slug: s
            budgetUsd: 1.50
            steps:
              - id: "on"
                tool: text.echo
                with: { no: no, on: on, tilde: ~, n: 007, big: 0x10, text: "1", list: &l [1, .5], again: *l }
            """, DocumentFormat.Yaml);
        var json = Samples.Read("""
            {"slug":"s","budgetUsd":1.50,"steps":[{"id":"on","tool":"text.echo","with":{"no":"no","on":"on","tilde":null,"n":7,"big":16,"text":"1","list":[1,0.5],"again":[1,0.5]}}]}
            """);

        Assert.Empty(yaml.Errors);
        Assert.Equal(json.Document!.ToJsonString(), yaml.Document!.ToJsonString());
    }

    [Fact]
    public void A_syntax_error_has_its_line_and_column()
    {
        var json = Assert.Single(Samples.Read("{\n  \"slug\": \"ä\" \"b\"\n}").Errors);
        var yaml = Assert.Single(SpellDocument.Read("slug: s\nname: \"x\n", DocumentFormat.Yaml).Errors);

        Assert.Equal((2, 15), (json.Line, json.Column));
        Assert.True(yaml.Line >= 2 && yaml.Column >= 1);
    }

    [Fact]
    public void A_document_that_is_too_large_is_refused_with_its_size()
    {
        var error = Assert.Single(Samples.Read(new string(' ', 300_000)).Errors);

        Assert.Equal("document.tooLarge", error.Code);
        Assert.Contains("300000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Five_hundred_steps_are_checked_and_one_more_is_refused()
    {
        string Document(int steps) =>
            $$"""{"slug":"s","steps":[{{string.Join(',', Enumerable.Range(0, steps).Select(i => $$$"""{"id":"s{{{i}}}","tool":"text.echo"}"""))}}]}""";

        Assert.Empty(Samples.Validate(Document(500)).Errors);
        Assert.Equal("field.tooMany", Assert.Single(Samples.Read(Document(501)).Errors).Code);
    }
}
