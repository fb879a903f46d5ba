using System.Net;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;

namespace Grimoire.EndToEnd.Tests;

/// <summary>Runs: casts in the words of a control plane.</summary>
[Collection(SharedApp.Name)]
public sealed class RunsTests(AppWithFiles shared)
{
    const string Plan = """
        {"plan":{"goal":"Generate test documentation","steps":[{"name":"generate_hello_world","tool":"codegen","inputs":{"prompt":"Write a simple Hello World README.md file","topic":"Test Documentation"}}]}}
        """;

    static readonly TimeSpan Promised = TimeSpan.FromSeconds(30);

    readonly GrimoireApp _app = shared.App;

    [Fact]
    [Trait("Row", "NX01")]
    [Trait("Row", "NX02")]
    [Trait("Row", "NX03")]
    [Trait("Row", "NX04")]
    [Trait("Row", "NX05")]
    [Trait("Row", "NX06")]
    [Trait("Row", "NX07")]
    [Trait("Row", "NX17")]
    public async Task A_plan_of_one_generating_step_succeeds_with_exactly_one_artifact_and_its_events_in_order()
    {
        await SaveCodegenAsync();
        long began = TimeProvider.System.GetTimestamp();
        JsonElement started = await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", "runs", Plan);
        string id = started.GetProperty("runId").GetString()!;

        JsonElement run = await EndAsync(id);

        Assert.True(TimeProvider.System.GetElapsedTime(began) < Promised, "The run took too long.");
        Assert.Equal("succeeded", run.GetProperty("status").GetString());
        Assert.Equal("Generate test documentation", run.GetProperty("goal").GetString());
        JsonElement artifact = run.GetProperty("artifacts").EnumerateArray().Single();
        JsonElement step = run.GetProperty("steps").EnumerateArray().Single();
        Assert.Equal("generate_hello_world", step.GetProperty("name").GetString());
        Assert.Equal("succeeded", step.GetProperty("status").GetString());
        Assert.Equal(
            artifact.GetProperty("artifact").GetString(), step.GetProperty("output").GetProperty("files").EnumerateArray().Single().GetProperty("artifact").GetString());
        JsonElement usage = step.GetProperty("usage").EnumerateArray().Single();
        Assert.Equal("sandbox-small", usage.GetProperty("model").GetString());
        Assert.True(usage.GetProperty("outputTokens").GetInt32() > 0);
        Assert.Equal(usage.GetProperty("costUsd").GetDecimal(), run.GetProperty("costUsd").GetDecimal());
        Assert.Equal(["run.created", "step.started", "llm.usage", "step.finished", "run.finished"], await EventTypesAsync(id));
        JsonElement listed = (await _app.GetAsync($"runs/{id}/artifacts")).GetProperty("artifacts").EnumerateArray().Single();
        using HttpResponseMessage file = await _app.SendAsync("GET", $"runs/{id}/artifacts/{listed.GetProperty("artifact").GetString()}");
        Assert.Equal(HttpStatusCode.OK, file.StatusCode);
        Assert.Equal(listed.GetProperty("bytes").GetInt64(), (await file.Content.ReadAsByteArrayAsync()).LongLength);
    }

    [Fact]
    [Trait("Row", "NX03")]
    public async Task A_step_that_fails_is_finished_with_its_error()
    {
        const string plan = """{"plan":{"steps":[{"name":"Read it!","tool":"json.parse","inputs":{"text":"{ no json"}},{"name":"Read it!","tool":"json.stringify","inputs":{"value":1}}]}}""";
        string id = (await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", "runs", plan)).GetProperty("runId").GetString()!;

        JsonElement run = await EndAsync(id);

        Assert.Equal("failed", run.GetProperty("status").GetString());
        Assert.Equal(["failed", "pending"], run.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("status").GetString()));
        Assert.Equal(["Read_it_", "Read_it_-2"], run.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("id").GetString()));
        JsonElement finished = (await _app.GetAsync($"runs/{id}/events")).GetProperty("events").EnumerateArray()
            .Single(e => e.GetProperty("type").GetString() == "step.finished").GetProperty("data");
        Assert.Equal("failed", finished.GetProperty("status").GetString());
        Assert.Equal("Read_it_", finished.GetProperty("error").GetProperty("step").GetString());
        Assert.Equal("execute", finished.GetProperty("error").GetProperty("phase").GetString());
    }

    [Theory]
    [InlineData("{}", "/plan")]
    [InlineData("""{"plan":{}}""", "/plan/steps")]
    [InlineData("""{"plan":{"steps":[]}}""", "/plan/steps")]
    [InlineData("""{"plan":{"steps":[{"tool":"wait","input":{}},5]}}""", "/plan/steps/0/name", "/plan/steps/0/input", "/plan/steps/1")]
    public async Task A_plan_that_is_none_is_refused_with_all_that_is_wrong(string plan, params string[] pointers)
    {
        JsonElement problem = await _app.RefusedAsync(HttpStatusCode.BadRequest, "request.invalid", "POST", "runs", plan);

        Assert.Equal(pointers.Order(), problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString()).Order());
    }

    [Fact]
    public async Task What_is_wrong_with_a_step_is_shown_at_its_place_in_the_plan()
    {
        const string plan = """{"plan":{"steps":[{"name":"a","tool":"nobody.has"},{"name":"b","tool":"text.case","inputs":{"text":"x","to":"sideways"}}]}}""";

        JsonElement problem = await _app.RefusedAsync(HttpStatusCode.UnprocessableEntity, "spell.invalid", "POST", "runs", plan);

        string?[] pointers = [.. problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString())];
        Assert.Contains("/plan/steps/0/tool", pointers);
        Assert.Contains("/plan/steps/1/inputs/to", pointers);
    }

    [Fact]
    [Trait("Row", "NX11")]
    public async Task Ten_runs_at_once_all_end_and_the_app_still_answers()
    {
        await SaveCodegenAsync();
        JsonElement[] started = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _app.ExpectAsync(HttpStatusCode.Accepted, "POST", "runs", Plan)));

        Assert.Equal("ok", (await _app.GetAsync("health")).GetProperty("status").GetString());
        foreach (JsonElement run in started)
        {
            Assert.Equal("succeeded", (await EndAsync(run.GetProperty("runId").GetString()!)).GetProperty("status").GetString());
        }
    }

    async Task SaveCodegenAsync()
    {
        using HttpResponseMessage saved = await _app.SendAsync("PUT", "tools/codegen", Samples.Codegen(shared.Sandbox.OpenAiUrl));
        Assert.True(saved.IsSuccessStatusCode, await saved.Content.ReadAsStringAsync());
    }

    Task<JsonElement> EndAsync(string id) => Eventually.SeeAsync(
        () => _app.GetAsync($"runs/{id}"), run => run.GetProperty("status").GetString() is "succeeded" or "failed" or "cancelled", _app.Process);

    async Task<IEnumerable<string?>> EventTypesAsync(string id) =>
        (await _app.GetAsync($"runs/{id}/events")).GetProperty("events").EnumerateArray().Select(e => e.GetProperty("type").GetString());
}
