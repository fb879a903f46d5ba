using System.Text.Json.Nodes;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Tests.Shared;

namespace Grimoire.EndToEnd.Tests.Casts;

/// <summary>Providers that misbehave, and what their casts say of it.</summary>
[Collection(RunningCastsTests.Name)]
public sealed class ProviderFaultTests(RunningCasts running)
{
    readonly CastingApp _app = running.App;

    [Theory]
    [InlineData("500", "http.status", true)]
    [InlineData("429", "http.status", true)]
    [InlineData("403", "http.status", false)]
    [InlineData("drop", "http.connection", true)]
    [InlineData("reset", "http.connection", true)]
    [InlineData("hang", "tool.timeout", true)]
    [InlineData("garbage", "http.notJson", false)]
    [InlineData("huge", "http.tooLarge", false)]
    [Trait("Row", "SP01")]
    [Trait("Row", "SP03")]
    [Trait("Row", "KZ12")]
    [Trait("Row", "KZ13")]
    [Trait("Row", "DW03")]
    public async Task A_fault_that_lasts_fails_the_cast_and_is_told_in_full(string kind, string code, bool transient)
    {
        // One attempt takes up to the tool's five seconds to time out.
        var attempts = transient && kind != "hang" ? 2 : 1;
        var id = await _app.CastAsync($$"""
            [
              { "id": "bad", "tool": "sandbox.flaky", "with": { "kind": "{{kind}}", "retryAfter": 0 },
                "retry": { "maxAttempts": {{(kind == "hang" ? 1 : 2)}}, "firstInterval": "PT0.1S" } },
              { "id": "later", "tool": "noop" }
            ]
            """);

        var cast = await _app.EndAsync(id, "failed");

        var failure = cast["failure"]!;
        Assert.Equal(
            (code, "execute", transient, "bad", attempts, "sandbox.flaky"),
            ((string)failure["code"]!, (string)failure["phase"]!, (bool?)failure["transient"] ?? false, (string)failure["step"]!, (int)failure["attempt"]!, (string)failure["tool"]!));
        Assert.NotEqual("", (string?)failure["message"]);
        Assert.NotNull(cast["endedAt"]);
        Assert.Equal(("failed", attempts), (cast.Step("bad").Status(), (int)cast.Step("bad")["attempts"]!));
        Assert.NotEqual("completed", cast.Step("later").Status());
        Assert.Equal(
            [
                "cast.created", "cast.started", "step.started:bad", "attempt.started:bad", "attempt.failed:bad",
                .. attempts == 1 ? [] : new[] { "attempt.retrying:bad", "attempt.started:bad", "attempt.failed:bad" },
                "step.failed:bad", "cast.failed",
            ],
            await _app.EventNamesAsync(id));
        Assert.Equal(attempts, (await _app.AttemptsAsync(id)).Count(attempt => attempt.Status() == "failed"));
        Assert.Contains(id, await IdsAsync("failed"));
    }

    [Fact]
    [Trait("Row", "KZ06")]
    public async Task A_provider_that_asks_for_time_gets_it()
    {
        var value = Guid.NewGuid().ToString();
        await _app.Sandbox.SetFaultAsync(new SandboxFault("429", "/paid") { Body = value, RetryAfter = 2 });

        var id = await _app.CastAsync($$"""[ { "id": "pay", "tool": "sandbox.paid", "with": { "value": "{{value}}" }, "retry": { "firstInterval": "PT0.1S" } } ]""");

        var cast = await _app.EndAsync(id);
        Assert.Equal((2, 0.01m), ((int)cast.Step("pay")["attempts"]!, cast.CostUsd()));
        var attempts = await _app.AttemptsAsync(id);
        Assert.Equal([("failed", 0m), ("succeeded", 0.01m)], attempts.Select(attempt => (attempt.Status(), attempt.CostUsd())));
        Assert.Equal(429, (int)attempts[0]["failure"]!["details"]!["status"]!);
        Assert.InRange(Moment(attempts[1], "startedAt") - Moment(attempts[0], "endedAt"), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30));
    }

    [Fact]
    [Trait("Row", "KZ02")]
    public async Task A_cast_has_no_more_time_than_it_says()
    {
        var id = await _app.CastAsync("""[ { "id": "sleep", "tool": "wait", "with": { "for": "PT1H" } } ]""", """, "timeout": "PT1S" """);

        var cast = await _app.EndAsync(id, "failed");

        Assert.Equal(("cast.timeout", "sleep"), (cast.FailureCode(), (string?)cast["failure"]!["step"]));
    }

    [Fact]
    [Trait("Row", "KZ02")]
    public async Task A_step_has_no_more_time_than_it_says()
    {
        var id = await _app.CastAsync("""
            [ { "id": "slow", "tool": "sandbox.flaky", "with": { "kind": "hang" }, "timeout": "PT1S", "onTimeout": { "value": { "late": true } } } ]
            """, """, "output": { "late": "${steps.slow.output.late}" }""");

        var cast = await _app.EndAsync(id);

        Assert.True((bool)cast["output"]!["late"]!);
        Assert.Equal("step.timeout", cast.Step("slow").FailureCode());
    }

    [Fact]
    [Trait("Row", "SP02")]
    public async Task Nothing_of_a_step_that_failed_is_passed_on()
    {
        var value = Guid.NewGuid().ToString();
        await _app.Sandbox.SetFaultAsync(new SandboxFault("empty", "/paid") { Body = value });

        var id = await _app.CastAsync($$"""
            [
              { "id": "pay", "tool": "sandbox.paid", "with": { "value": "{{value}}" }, "onError": "continue" },
              { "id": "use", "tool": "sandbox.echo", "with": { "charge": "${steps.pay.output.charge ?? 'none'}" } }
            ]
            """);

        var cast = await _app.EndAsync(id);
        Assert.Equal("failed", cast.Step("pay").Status());
        Assert.Equal("none", (string?)cast["output"]!["received"]!["charge"]);
    }

    async Task<IEnumerable<string?>> IdsAsync(string status) => (await _app.GetAsync($"api/casts?status={status}&top=200"))["casts"]!.AsArray().Select(cast => (string?)cast!["id"]);

    static DateTimeOffset Moment(JsonNode attempt, string name) => (DateTimeOffset)attempt[name]!;
}
