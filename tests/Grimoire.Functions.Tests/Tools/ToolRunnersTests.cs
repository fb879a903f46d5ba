using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Tools.Support;
using Grimoire.Functions.Tools;
using Grimoire.Tools;
using Microsoft.Extensions.Configuration;

namespace Grimoire.Functions.Tests.Tools;

public sealed class ToolRunnersTests
{
    static readonly ToolDefinition Tool = new() { Id = "fake", Kind = "fake" };

    [Fact]
    public async Task An_unknown_kind_is_a_permanent_failure()
    {
        using var bench = new Bench();

        var result = await bench.RunAsync(Tool with { Kind = "magic" });

        Assert.Equal(("tool.unknownKind", false), (result.Failure!.Code, result.Failure.Transient));
    }

    [Fact]
    public async Task An_attempt_whose_time_is_over_is_left_behind()
    {
        var time = new ManualTime();
        var runner = new FakeRunner((_, _) => new TaskCompletionSource<ToolResult>().Task);
        using var bench = new Bench(time: time, runners: runner);

        var running = bench.RunAsync(Tool with { Timeout = TimeSpan.FromSeconds(5) });
        Assert.False(running.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(5));

        var result = await running;
        Assert.Equal(("tool.timeout", true), (result.Failure!.Code, result.Failure.Transient));
    }

    [Fact]
    public async Task A_call_that_is_given_up_says_so_and_what_it_has_cost_until_then()
    {
        using var stopping = new CancellationTokenSource();
        using var bench = new Bench(runners: new FakeRunner(PaidAndStuckAsync));

        var running = bench.RunAsync(Tool, cancellation: stopping.Token);
        await stopping.CancelAsync();

        var result = await running;
        Assert.Equal(("tool.stopped", true, 1.5m), (result.Failure!.Code, result.Failure.Transient, result.CostUsd));
    }

    [Fact]
    [Trait("Row", "SP11")]
    public async Task An_attempt_whose_time_is_over_has_cost_what_it_had_cost_by_then()
    {
        var time = new ManualTime();
        using var bench = new Bench(time: time, runners: new FakeRunner(PaidAndStuckAsync));

        var running = bench.RunAsync(Tool with { Timeout = TimeSpan.FromSeconds(5) });
        time.Advance(TimeSpan.FromSeconds(5));

        var result = await running;
        Assert.Equal(("tool.timeout", 1.5m, "half done"), (result.Failure!.Code, result.CostUsd, Assert.Single(result.Warnings)));
        Assert.Equal("m", Assert.Single(result.Usage).Model);
    }

    static Task<ToolResult> PaidAndStuckAsync(ToolCall call, CancellationToken cancellation)
    {
        call.Bill.Add(new ModelUsage("m", 1, 2, 1.5m));
        call.Bill.Warn("half done");
        call.Bill.Warn("half done");
        return new TaskCompletionSource<ToolResult>().Task;
    }

    [Fact]
    public async Task A_crash_is_a_permanent_failure_and_its_stack_is_only_logged()
    {
        using var bench = new Bench(runners: new FakeRunner((_, _) => throw new InvalidTimeZoneException("boom")));

        var result = await bench.RunAsync(Tool);

        Assert.Equal(("tool.crashed", false), (result.Failure!.Code, result.Failure.Transient));
        Assert.Contains("InvalidTimeZoneException: boom", result.Failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(" at ", result.Failure.Message + result.Failure.Details, StringComparison.Ordinal);
        Assert.Contains("   at ", bench.Logs.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_storage_that_is_away_is_transient_and_of_its_own_phase()
    {
        using var bench = new Bench(runners: new FakeRunner((_, _) => throw new StorageException("away")));

        var failure = (await bench.RunAsync(Tool)).Failure!;

        Assert.Equal(("storage.unavailable", true, Phase.Store), (failure.Code, failure.Transient, failure.Phase));
    }

    [Fact]
    public async Task An_output_that_the_tool_does_not_declare_is_a_failure_with_pointers_and_its_cost()
    {
        using var bench = new Bench(runners: new FakeRunner((call, _) =>
        {
            call.Bill.CostUsd = 2;
            return Task.FromResult(ToolResult.Of(new JsonObject { ["n"] = "x" }));
        }));

        var result = await bench.RunAsync(Tool with { Output = Bench.Object("""{"type":"object","properties":{"n":{"type":"integer"}}}""") });

        Assert.Equal(("output.invalid", false), (result.Failure!.Code, result.Failure.Transient));
        Assert.Equal("/n", result.Failure.Details!["errors"]![0]!["pointer"]!.GetValue<string>());
        Assert.Equal(2, result.CostUsd);
    }

    [Theory]
    [InlineData("""{"$ref":"http://127.0.0.1:1/schema.json"}""")]
    [InlineData("""{"properties":{"a":{"$ref":"file:///etc/passwd"}}}""")]
    public async Task A_schema_that_leads_elsewhere_is_not_followed(string schema)
    {
        using var bench = new Bench(runners: new FakeRunner((_, _) => Task.FromResult(ToolResult.Of(new JsonObject { ["a"] = 1 }))));

        var result = await bench.RunAsync(Tool with { Output = Bench.Object(schema) });

        Assert.Equal("output.invalid", result.Failure!.Code);
        Assert.Contains("leads out of the document", result.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "KZ19")]
    public async Task An_output_that_cannot_be_written_is_a_failure_that_says_so()
    {
        using var bench = new Bench(runners: new FakeRunner((_, _) => Task.FromResult(ToolResult.Of(new JsonObject { ["n"] = double.NaN }))));

        var result = await bench.RunAsync(Tool);

        Assert.Equal(("output.unserialisable", false), (result.Failure!.Code, result.Failure.Transient));
    }

    [Theory]
    [Trait("Row", "SP18")]
    [Trait("Row", "SP19")]
    [InlineData(null, "{}")]
    [InlineData("{}", "{}")]
    [InlineData("[]", "[]")]
    [InlineData("\"\"", "\"\"")]
    public async Task Null_becomes_an_empty_object_and_an_empty_output_is_warned_of(string? output, string expected)
    {
        using var bench = new Bench(runners: new FakeRunner((_, _) => Task.FromResult(ToolResult.Of(output is null ? null : JsonNode.Parse(output)))));

        var result = await bench.RunAsync(Tool);

        Assert.Equal(expected, result.Output!.ToJsonString());
        Assert.Contains("'fake' is empty", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "KZ16")]
    public async Task A_tool_that_fails_again_and_again_is_left_alone_and_then_tried_again()
    {
        var time = new ManualTime();
        var healthy = false;
        var runner = new FakeRunner((_, _) => Task.FromResult(healthy ? ToolResult.Of(1) : ToolResult.Failed("x", "x", transient: true)));
        using var bench = new Bench(new() { ["Tools:Breaker:Failures"] = "3" }, time, runners: runner);

        for (var call = 0; call < 3; call++)
        {
            Assert.Equal("x", (await bench.RunAsync(Tool)).Failure!.Code);
        }

        time.Advance(TimeSpan.FromSeconds(5));
        var open = (await bench.RunAsync(Tool)).Failure!;
        Assert.Equal(("tool.breakerOpen", true, 3), (open.Code, open.Transient, runner.Calls));
        Assert.InRange(open.RetryAfter!.Value, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(15));
        Assert.Equal("x", (await bench.RunAsync(Tool, account: "other")).Failure!.Code);

        healthy = true;
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Null((await bench.RunAsync(Tool)).Failure);
        Assert.Null((await bench.RunAsync(Tool)).Failure);
    }

    [Fact]
    [Trait("Row", "KZ16")]
    public async Task Only_transient_failures_in_a_row_open_the_circuit()
    {
        var calls = 0;
        var runner = new FakeRunner((_, _) => Task.FromResult((++calls % 3) switch
        {
            0 => ToolResult.Of(1),
            _ => ToolResult.Failed("x", "x", transient: true),
        }));
        var permanent = new FakeRunner((_, _) => Task.FromResult(ToolResult.Failed("p", "p", transient: false)), "permanent");
        using var bench = new Bench(new() { ["Tools:Breaker:Failures"] = "3" }, new ManualTime(), runners: [runner, permanent]);

        for (var call = 0; call < 20; call++)
        {
            Assert.NotEqual("tool.breakerOpen", (await bench.RunAsync(Tool)).Failure?.Code);
            Assert.Equal("p", (await bench.RunAsync(Tool with { Id = "p", Kind = "permanent" })).Failure!.Code);
        }
    }

    [Fact]
    public async Task Calls_wait_in_line_until_their_time_is_over()
    {
        var time = new ManualTime();
        var first = new TaskCompletionSource<ToolResult>();
        var runner = new FakeRunner((_, _) => first.Task);
        using var bench = new Bench(time: time, runners: runner);
        var one = Tool with { Limits = new ToolLimits(Concurrency: 1), Timeout = TimeSpan.FromSeconds(10) };

        var running = bench.RunAsync(one with { Timeout = TimeSpan.FromMinutes(1) });
        var late = bench.RunAsync(one);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(("tool.busy", true), ((await late).Failure!.Code, (await late).Failure!.Transient));

        var next = bench.RunAsync(one);
        Assert.Equal(1, runner.Calls);
        first.SetResult(ToolResult.Of(1));
        Assert.Null((await running).Failure);
        Assert.Null((await next).Failure);
    }

    [Theory]
    [InlineData("Tools:MaxResponseBytes", "many")]
    [InlineData("Tools:MaxResponseBytes", "1")]
    [InlineData("Tools:DefaultTimeout", "2")]
    [InlineData("Tools:DefaultTimeout", "P2D")]
    [InlineData("Tools:Breaker:Failures", "1")]
    public void A_setting_out_of_range_ends_the_start(string name, string value)
    {
        var wrong = Assert.Throws<InvalidOperationException>(() => ToolsOptions.From(new ConfigurationBuilder().AddInMemoryCollection([new(name, value)]).Build()));

        Assert.Contains($"The setting {name} is '{value}'; it has to be", wrong.Message, StringComparison.Ordinal);
    }

    sealed class FakeRunner(Func<ToolCall, CancellationToken, Task<ToolResult>> run, string runs = "fake") : IToolRunner
    {
        public int Calls { get; private set; }

        public bool IsPure => false;

        public bool Runs(string kind) => kind == runs;

        public Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellation)
        {
            Calls++;
            return run(call, cancellation);
        }
    }
}
