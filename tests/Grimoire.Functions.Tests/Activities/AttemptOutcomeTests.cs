using System.Text;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Tools;

namespace Grimoire.Functions.Tests.Activities;

/// <summary>Whatever comes of an attempt is a record that says so.</summary>
public sealed class AttemptOutcomeTests
{
    [Fact]
    [Trait("Row", "SP31")]
    public async Task An_app_that_stops_while_the_tool_runs_has_lost_the_attempt_and_says_so()
    {
        var world = await World.WithToolAsync();
        using var stop = new CancellationTokenSource();
        world.Paid.Answer = async (call, cancellation) =>
        {
            call.Bill.CostUsd = 0.75m;
            await stop.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            return ToolResult.Of("never");
        };

        var outcome = await world.NewWorker().DeliverAsync(cancellation: stop.Token);

        Assert.Equal(("attempt.lost", true, "one", 1), (outcome.Failure!.Code, outcome.Failure.Transient, outcome.Failure.Step, outcome.Failure.Attempt));
        Assert.Equal((AttemptStatus.Lost, 0.75m), ((await world.RecordAsync())!.Status, outcome.CostUsd));
        Assert.Equal(["step.started", "attempt.started", "attempt.lost"], await world.TypesAsync());
        Assert.Equal(0.75m, (await world.ViewAsync()).CostUsd);
    }

    [Fact]
    public async Task A_result_that_comes_as_the_app_stops_is_kept()
    {
        var world = await World.WithToolAsync();
        using var stop = new CancellationTokenSource();
        world.Paid.Answer = async (_, _) =>
        {
            var result = ToolResult.Of("paid for");
            await Task.Yield();
            return result;
        };
        using var held = world.Faults.Hold("*attempts/*", StoreOperation.Replace);
        var running = world.NewWorker().DeliverAsync(cancellation: stop.Token);
        await held.Reached;
        await stop.CancelAsync();
        held.Release();

        Assert.Equal("paid for", (string?)(await running).Output?.Value);
        Assert.Equal(AttemptStatus.Succeeded, (await world.RecordAsync())?.Status);
    }

    [Fact]
    [Trait("Row", "KZ02")]
    public async Task A_deadline_that_has_passed_keeps_the_tool_from_being_called()
    {
        var world = await World.WithToolAsync();

        var outcome = await world.NewWorker().DeliverAsync(World.Order() with { Deadline = world.Time.GetUtcNow() });

        Assert.Equal(("step.timeout", "one", 1), (outcome.Failure!.Code, outcome.Failure.Step, outcome.Failure.Attempt));
        Assert.Empty(world.Paid.Calls);
        Assert.Equal(AttemptStatus.Failed, (await world.RecordAsync())?.Status);
        Assert.Equal(["step.started", "attempt.started", "attempt.failed"], await world.TypesAsync());
    }

    [Fact]
    [Trait("Row", "KZ02")]
    public async Task A_deadline_that_passes_ends_the_call()
    {
        var world = await World.WithToolAsync();
        world.Paid.Answer = async (call, cancellation) =>
        {
            call.Bill.CostUsd = 0.75m;
            world.Time.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            return ToolResult.Of("never");
        };

        var outcome = await world.NewWorker().DeliverAsync(World.Order() with { Deadline = world.Time.GetUtcNow() + TimeSpan.FromSeconds(5) });

        Assert.Equal(("step.timeout", 0.75m), (outcome.Failure?.Code, outcome.CostUsd));
        Assert.Equal(("step.timeout", 0.75m), ((await world.RecordAsync())!.Failure?.Code, (await world.ViewAsync()).CostUsd));
    }

    [Fact]
    [Trait("Row", "KZ02")]
    public async Task A_failure_after_the_deadline_is_the_cause_of_the_timeout()
    {
        var world = await World.WithToolAsync();
        world.Paid.Answer = (_, _) =>
        {
            world.Time.Advance(TimeSpan.FromSeconds(5));
            return Task.FromResult(ToolResult.Failed("http.status", "It answered 500.", transient: true) with { CostUsd = 1 });
        };

        var outcome = await world.NewWorker().DeliverAsync(World.Order() with { Deadline = world.Time.GetUtcNow() + TimeSpan.FromSeconds(5) });

        Assert.Equal(("step.timeout", "http.status", 1m), (outcome.Failure!.Code, outcome.Failure.Cause?.Code, outcome.CostUsd));
        Assert.Contains("It answered 500.", outcome.Failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(48)]
    [InlineData(50)]
    [InlineData(365)]
    [Trait("Row", "KZ02")]
    public async Task A_step_may_have_a_very_long_time(int days)
    {
        var world = await World.WithToolAsync();

        var outcome = await world.NewWorker().DeliverAsync(World.Order() with { Deadline = world.Time.GetUtcNow() + TimeSpan.FromDays(days) });

        Assert.Null(outcome.Failure);
        Assert.NotNull(outcome.Output);
    }

    public static TheoryData<string> Unserialisable() => ["nan", "infinity", "deep"];

    [Theory]
    [MemberData(nameof(Unserialisable))]
    [Trait("Row", "KZ19")]
    public async Task An_output_that_is_no_JSON_fails_the_attempt_and_keeps_its_cost(string kind)
    {
        var world = await World.WithToolAsync();
        world.Paid.Answer = (_, _) => Task.FromResult(new ToolResult { Output = Impossible(kind), CostUsd = 3, Usage = [new ModelUsage("m", 1, 2, 3)] });

        var outcome = await world.NewWorker().DeliverAsync();

        Assert.Equal(("output.unserialisable", false, "one", 1, 3m), (outcome.Failure!.Code, outcome.Failure.Transient, outcome.Failure.Step, outcome.Failure.Attempt, outcome.CostUsd));
        var record = await world.RecordAsync();
        Assert.Equal((AttemptStatus.Failed, 3m, 1), (record!.Status, record.CostUsd, record.Usage.Count));
        Assert.Equal(["step.started", "attempt.started", "llm.usage", "attempt.failed"], await world.TypesAsync());
        Assert.Equal(3m, (await world.ViewAsync()).CostUsd);
    }

    [Theory]
    [MemberData(nameof(Unserialisable))]
    [Trait("Row", "KZ19")]
    public async Task Details_of_a_failure_that_are_no_JSON_are_left_out(string kind)
    {
        var world = await World.WithToolAsync();
        var failure = new Failure { Code = "http.status", Message = "It answered 500.", Phase = Phase.Execute, Details = new JsonObject { ["body"] = Impossible(kind) } };
        world.Paid.Answer = (_, _) => Task.FromResult(new ToolResult { Failure = failure with { Cause = failure }, CostUsd = 3 });

        var outcome = await world.NewWorker().DeliverAsync();

        Assert.Equal(("http.status", "It answered 500.", 3m), (outcome.Failure!.Code, outcome.Failure.Message, outcome.CostUsd));
        Assert.Equal(AttemptStatus.Failed, (await world.RecordAsync())?.Status);
    }

    [Fact]
    public async Task An_output_that_is_too_large_fails_the_attempt_and_one_that_just_fits_is_kept_in_its_record()
    {
        var world = await World.WithToolAsync();
        var worker = world.NewWorker();
        world.Paid.Answer = (_, _) => Task.FromResult(new ToolResult { Output = new string('x', world.Options.MaxOutputBytes - 1), CostUsd = 3 });
        var large = await worker.DeliverAsync();
        Assert.Equal(("output.tooLarge", Phase.Complete, 3m), (large.Failure!.Code, large.Failure.Phase, large.CostUsd));
        Assert.Contains("65537 bytes; it may have 65536", large.Failure.Message, StringComparison.Ordinal);
        Assert.Null((await world.RecordAsync())?.Output);

        world.Paid.Answer = (_, _) => Task.FromResult(ToolResult.Of(new string('x', world.Options.MaxOutputBytes - 2)));
        var fits = await worker.DeliverAsync(World.Order(attempt: 2));

        Assert.Equal("casts/acme-0000000000000000001/attempts/one.002.json", fits.Output?.StoredAs);
        Assert.Null(fits.Output?.Value);
        Assert.Equal(world.Options.MaxOutputBytes - 2, ((string?)await world.NewWorker().Casts.LoadAsync(fits.Output!, default))!.Length);
    }

    [Fact]
    [Trait("Row", "SP18")]
    public async Task An_output_that_is_not_what_the_tool_declares_fails_the_attempt()
    {
        var world = new World();
        var manifest = world.ManifestOf(World.Step());
        var output = Json.Object("""{ "type": "object", "required": ["image"] }""");
        await world.WriteAsync(manifest with { Tools = new Dictionary<string, Grimoire.Tools.ToolDefinition> { [World.Tool] = World.Definition(World.Tool, output: output) } });

        var outcome = await world.NewWorker().DeliverAsync();

        Assert.Equal(("output.invalid", 0.25m), (outcome.Failure!.Code, outcome.CostUsd));
        Assert.Contains("image", outcome.Failure.Message, StringComparison.Ordinal);
        Assert.Null(outcome.Output);
    }

    [Fact]
    [Trait("Row", "SP31")]
    public async Task A_runner_that_breaks_down_is_a_failure_with_its_place()
    {
        var world = await World.WithToolAsync();
        world.Paid.Answer = (_, _) => throw new InvalidOperationException("Sequence contains no elements.");

        var outcome = await world.NewWorker().DeliverAsync();

        Assert.Equal(("tool.crashed", "one", 1, World.Tool), (outcome.Failure!.Code, outcome.Failure.Step, outcome.Failure.Attempt, outcome.Failure.Tool));
        Assert.Contains("Sequence contains no elements.", outcome.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "AZ04")]
    public async Task What_a_failed_attempt_has_made_is_recorded()
    {
        var world = await World.WithToolAsync();
        world.Paid.Answer = async (call, cancellation) =>
        {
            await call.Artifacts.StoreAsync("a cat.png", "image/png", Content("cat"), cancellation);
            await call.Artifacts.StoreAsync("a cat.png", "image/png", Content("cat 2"), cancellation);
            return ToolResult.Failed("http.status", "The third one failed.", transient: true);
        };
        var worker = world.NewWorker();

        await worker.DeliverAsync();
        await worker.DeliverAsync(World.Order(attempt: 2));

        Assert.Equal(["one/a_cat.png", "one/a_cat-2.png"], (await world.RecordAsync())!.Artifacts.Select(artifact => artifact.Artifact));
        Assert.Equal(["one.attempt-2/a_cat.png", "one.attempt-2/a_cat-2.png"], (await world.RecordAsync(World.Key(2)))!.Artifacts.Select(artifact => artifact.Artifact));
        Assert.Equal(4, (await world.ViewAsync()).Artifacts.Count);
        var info = await world.Disk.InspectAsync("casts/acme-0000000000000000001/artifacts/one.attempt-2/a_cat.png", default);
        Assert.Equal(("2", "one", World.Cast, World.Tool), (info!.Metadata["attempt"], info.Metadata["step"], info.Metadata["cast"], info.Metadata["tool"]));
    }

    [Fact]
    [Trait("Row", "NX10")]
    public async Task An_artifact_that_storage_does_not_take_fails_the_attempt_with_that_reason()
    {
        var world = await World.WithToolAsync();
        world.Paid.Answer = async (call, cancellation) => ToolResult.Of((await call.Artifacts.StoreAsync("a.png", "image/png", Content("cat"), cancellation)).Artifact);
        using (world.Faults.Fail("*", StoreOperation.Upload))
        {
            var outcome = await world.NewWorker().DeliverAsync();

            Assert.Equal(("storage.unavailable", Phase.Store, true), (outcome.Failure!.Code, outcome.Failure.Phase, outcome.Failure.Transient));
            Assert.Contains("a.png", outcome.Failure.Message, StringComparison.Ordinal);
        }

        Assert.Empty((await world.RecordAsync())!.Artifacts);
        Assert.Null((await world.NewWorker().DeliverAsync(World.Order(attempt: 2))).Failure);
    }

    static JsonObject Impossible(string kind)
    {
        JsonNode node = kind switch { "nan" => JsonValue.Create(double.NaN), "infinity" => JsonValue.Create(double.PositiveInfinity), _ => new JsonObject() };
        for (var i = 0; kind == "deep" && i < 2000; i++)
        {
            node = new JsonArray(node);
        }

        return new JsonObject { ["value"] = node };
    }

    static MemoryStream Content(string text) => new(Encoding.UTF8.GetBytes(text));
}
