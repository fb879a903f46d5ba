using System.Text;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Spells;

namespace Grimoire.Functions.Tests.Activities;

/// <summary>What goes into a tool is known and right before it is called, and what is missing is named.</summary>
public sealed class AttemptInputTests
{
    [Fact]
    [Trait("Row", "SP19")]
    public async Task An_input_that_does_not_fit_the_tool_is_a_failed_record_and_no_call()
    {
        var world = new World();
        var input = Json.Object("""{ "type": "object", "required": ["prompt", "size"], "properties": { "prompt": { "type": "integer" }, "hd": { "type": "boolean", "default": true } } }""");
        await world.WriteAsync(world.ManifestOf(World.Step()) with { Tools = new Dictionary<string, Grimoire.Tools.ToolDefinition> { [World.Tool] = World.Definition(World.Tool, input) } });

        var outcome = await world.NewWorker().DeliverAsync();

        Assert.Equal(("input.invalid", Phase.Validate, "one", 1, false), (outcome.Failure!.Code, outcome.Failure.Phase, outcome.Failure.Step, outcome.Failure.Attempt, outcome.Failure.Transient));
        Assert.Contains("size", outcome.Failure.Message, StringComparison.Ordinal);
        Assert.Contains("/prompt", outcome.Failure.Message, StringComparison.Ordinal);
        Assert.Contains("/prompt", outcome.Failure.Details!["errors"]!.AsArray().Select(error => (string?)error!["pointer"]));
        Assert.Empty(world.Paid.Calls);
        var record = await world.RecordAsync();
        Assert.Equal((AttemptStatus.Failed, true), (record!.Status, (bool?)record.Input!["hd"]));
        Assert.Equal(["step.started", "attempt.started", "attempt.failed"], await world.TypesAsync());
    }

    [Fact]
    [Trait("Row", "SP19")]
    [Trait("Row", "SP02")]
    public async Task A_reference_that_comes_to_nothing_fails_in_phase_bind_and_says_where_and_what()
    {
        var world = await World.WithStepAsync(World.Step(with: """{ "style": { "image": "${steps.draw.output.images[0]}" } }"""));
        var order = World.Order() with
        {
            Views = new Dictionary<string, StepView> { ["draw"] = new(StepStatus.Completed, new Payload { Value = new JsonObject { ["image"] = "x" } }, null) },
        };

        var outcome = await world.NewWorker().DeliverAsync(order);

        Assert.Equal(("bind.failed", Phase.Bind, "one", 1), (outcome.Failure!.Code, outcome.Failure.Phase, outcome.Failure.Step, outcome.Failure.Attempt));
        Assert.Equal("/with/style/image", (string?)outcome.Failure.Details?["pointer"]);
        Assert.Contains("images", outcome.Failure.Message, StringComparison.Ordinal);
        Assert.Empty(world.Paid.Calls);
        Assert.Equal(AttemptStatus.Failed, (await world.RecordAsync())?.Status);
    }

    [Fact]
    [Trait("Row", "SP02")]
    public async Task The_output_of_a_failed_step_is_not_there_to_be_used()
    {
        var world = await World.WithStepAsync(World.Step(with: """{ "image": "${steps.draw.output}", "why": "${steps.draw.error.code}" }"""));
        var failure = new Failure { Code = "http.status", Message = "It answered 500.", Phase = Phase.Execute };
        var order = World.Order() with { Views = new Dictionary<string, StepView> { ["draw"] = new(StepStatus.Failed, null, failure) } };

        var outcome = await world.NewWorker().DeliverAsync(order);

        Assert.Equal(("bind.failed", "/with/image"), (outcome.Failure!.Code, (string?)outcome.Failure.Details?["pointer"]));
        Assert.Empty(world.Paid.Calls);
    }

    [Fact]
    [Trait("Row", "SP14")]
    public async Task An_element_that_there_is_not_is_named()
    {
        var world = await World.WithStepAsync(World.Step() with { ForEach = new JsonArray("a", "b") });

        var outcome = await world.NewWorker().DeliverAsync(World.Order(item: 7));

        Assert.Equal(("bind.failed", 7, "There is no element 7: forEach has 2."), (outcome.Failure!.Code, outcome.Failure.Item, outcome.Failure.Message));
    }

    [Fact]
    [Trait("Row", "SP14")]
    [Trait("Row", "SP07")]
    public async Task A_step_that_the_spell_does_not_have_is_named_with_the_cast()
    {
        var world = await World.WithToolAsync();

        var thrown = await Assert.ThrowsAsync<ArgumentException>(() => world.NewWorker().DeliverAsync(new StepRequest(World.Cast, "nine")));

        Assert.Contains($"The cast '{World.Cast}' of 'test' has 1 steps, and no step 'nine' among them.", thrown.Message, StringComparison.Ordinal);
        Assert.Empty(await world.EventsAsync());
    }

    [Theory]
    [InlineData("tool", "Step 'one' of the cast 'acme-0000000000000000001' calls the tool 'gone', which the cast has not got.")]
    [InlineData("spell", "Step 'one' of the cast 'acme-0000000000000000001' casts the spell 'gone', which the cast has not got.")]
    [InlineData("toolOfSpell", "Step 'one' of the cast 'acme-0000000000000000001' calls no tool.")]
    [InlineData("spellOfTool", "Step 'one' of the cast 'acme-0000000000000000001' casts no spell.")]
    [Trait("Row", "SP07")]
    [Trait("Row", "SP15")]
    public async Task What_the_manifest_lacks_is_named(string kind, string message)
    {
        var world = await World.WithStepAsync(kind is "tool" or "spellOfTool" ? World.Step("gone") : new Step { Id = "one", Spell = "gone" });
        var worker = world.NewWorker();

        var thrown = await Assert.ThrowsAsync<InvalidDataException>(() =>
            kind.StartsWith("tool", StringComparison.Ordinal) ? worker.RunTool.AttemptAsync(World.Order(), default) : worker.PrepareSubCast.RunAsync(World.Order(), default));

        Assert.Equal(message, thrown.Message);
        Assert.Null(await world.RecordAsync());
    }

    [Fact]
    [Trait("Row", "SP07")]
    public async Task A_cast_without_a_manifest_is_named()
    {
        var world = new World();
        var worker = world.NewWorker();

        var thrown = await Assert.ThrowsAsync<CastGoneException>(() => worker.DeliverAsync());
        Assert.Contains(World.Cast, thrown.Message, StringComparison.Ordinal);
        var start = await worker.StartCast.BeginAsync(new CastOrder(World.Cast), default);
        Assert.Equal(("cast.gone", thrown.Message), (start.Failure!.Code, start.Failure.Message));
    }

    [Theory]
    [InlineData("manifest.json", "{ \"castId\": ")]
    [InlineData("manifest.json", "{}")]
    [InlineData("attempts/one.001.json", "not JSON")]
    [InlineData("attempts/one.001.json", "{ \"castId\": \"x\" }")]
    [InlineData("attempts/one.001.json", "null")]
    [Trait("Row", "SP07")]
    [Trait("Row", "SP16")]
    public async Task A_damaged_object_is_named_and_nothing_is_called(string name, string content)
    {
        var world = await World.WithToolAsync();
        var full = $"casts/{World.Cast}/{name}";
        await world.Disk.DeleteAsync(full, default);
        await world.Disk.CreateAsync(full, Encoding.UTF8.GetBytes(content), default);

        var thrown = await Assert.ThrowsAsync<StorageException>(() => world.NewWorker().DeliverAsync());

        Assert.Contains(full, thrown.Message, StringComparison.Ordinal);
        Assert.Empty(world.Paid.Calls);
    }

    [Fact]
    [Trait("Row", "SP16")]
    public async Task An_output_that_has_gone_is_named()
    {
        var world = await World.WithStepAsync(World.Step(with: """{ "image": "${steps.draw.output}" }"""));
        var gone = new Payload { StoredAs = $"casts/{World.Cast}/attempts/draw.001.json" };
        var order = World.Order() with { Views = new Dictionary<string, StepView> { ["draw"] = new(StepStatus.Completed, gone, null) } };

        var thrown = await Assert.ThrowsAsync<StorageException>(() => world.NewWorker().DeliverAsync(order));

        Assert.Contains(gone.StoredAs, thrown.Message, StringComparison.Ordinal);
        Assert.Empty(world.Paid.Calls);
    }

    [Fact]
    public async Task A_record_of_a_worker_that_has_left_no_name_is_lost()
    {
        var world = await World.WithToolAsync();
        await world.PutRecordAsync(world.Running(TimeSpan.Zero) with { Owner = null, LeaseUntil = null });

        Assert.Equal("attempt.lost", (await world.NewWorker().DeliverAsync()).Failure?.Code);
        Assert.Empty(world.Paid.Calls);
    }
}
