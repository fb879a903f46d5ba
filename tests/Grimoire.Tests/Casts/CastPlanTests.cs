using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Spells;

namespace Grimoire.Tests.Casts;

public sealed class CastPlanTests
{
    [Fact]
    public void It_holds_no_payloads_however_large_the_spell_is()
    {
        var manifest = Plans.Manifest([.. Enumerable.Range(0, 500).Select(i => Plans.Step($"step{i}", new string('x', 10_000)))]);

        var bytes = JsonSerializer.SerializeToUtf8Bytes(CastPlan.Of(manifest), DomainJson.Options).Length;

        Assert.True(bytes < 500 * 400, $"{bytes} bytes");
    }

    [Fact]
    public void It_survives_being_written_and_read()
    {
        var plan = CastPlan.Of(Plans.Manifest(
            StepOrder.Graph,
            Plans.Step("a") with { Timeout = TimeSpan.FromMinutes(3), Retry = new RetrySettings { MaxAttempts = 7, Within = TimeSpan.FromHours(1), Except = ["x.*"] } },
            Plans.Step("b", "${steps.a.output}") with { When = "${inputs.hd}", Catch = [new CatchClause { Step = "c" }], OnError = OnError.Continue },
            Plans.Step("c")));

        var again = JsonSerializer.Deserialize<CastPlan>(JsonSerializer.Serialize(plan, DomainJson.Options), DomainJson.Options)!;

        Assert.Equal(JsonSerializer.Serialize(plan, DomainJson.Options), JsonSerializer.Serialize(again, DomainJson.Options));
        Assert.Equal(7, again.Steps[0].Retry.MaxAttempts);
        Assert.True(again.Steps[1].IsConditional);
        Assert.True(again.Steps[2].IsHandler);
    }

    [Fact]
    [Trait("Row", "SP15")]
    public void A_tool_that_the_cast_has_not_got_is_named_with_its_step()
    {
        var manifest = Plans.Manifest(Plans.Step("a") with { Tool = "nowhere" });

        var error = Assert.Throws<InvalidDataException>(() => CastPlan.Of(manifest));

        Assert.Contains("'a'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'nowhere'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_output_of_a_spell_that_declares_none_is_that_of_its_last_step_that_is_no_handler()
    {
        var plan = CastPlan.Of(Plans.Manifest(Plans.Step("a"), Plans.Step("b") with { Catch = [new CatchClause { Step = "h" }] }, Plans.Step("h")));

        Assert.Equal(["b"], plan.Uses);
    }

    [Fact]
    public void Steps_that_only_a_condition_or_a_caught_value_refers_to_count_as_used()
    {
        var plan = CastPlan.Of(Plans.Manifest(
            Plans.Step("a"),
            Plans.Step("b"),
            Plans.Step("c") with { When = "${steps.a.output}", Catch = [new CatchClause { Value = new JsonObject { ["x"] = "${steps.b.output}" } }] }));

        Assert.Equal(["a", "b"], plan.Steps[2].Uses);
    }
}
