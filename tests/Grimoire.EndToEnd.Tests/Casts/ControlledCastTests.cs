using System.Net;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Tests.Shared;

namespace Grimoire.EndToEnd.Tests.Casts;

/// <summary>Casts that are paused, resumed, cancelled, asked for twice, terminated, and looked at while they run.</summary>
[Collection(RunningCastsTests.Name)]
public sealed class ControlledCastTests(RunningCasts running)
{
    readonly CastingApp _app = running.App;

    [Fact]
    [Trait("Row", "DW05")]
    public async Task A_paused_cast_starts_nothing_until_it_is_resumed()
    {
        var value = Guid.NewGuid().ToString();
        await _app.Sandbox.SetFaultAsync(new SandboxFault("slow", "/paid") { Body = value, Ms = 6000 });
        var id = await _app.CastAsync($$"""
            [ { "id": "first", "tool": "sandbox.paid", "with": { "value": "{{value}}" } }, { "id": "second", "tool": "noop" } ]
            """);
        await _app.SeeAsync(id, cast => cast.Step("first").Status() == "running");

        await AcceptedAsync(id, "pause");
        await _app.SeeAsync(id, cast => cast.Status() == "paused" && cast.Step("first").Status() == "completed");
        Assert.Equal("pending", (await _app.LookAsync(id)).Step("second").Status());
        await AcceptedAsync(id, "resume");

        await _app.EndAsync(id);
        var events = await _app.EventNamesAsync(id);
        Assert.True(Place(events, "cast.paused") < Place(events, "cast.resumed"));
        Assert.True(Place(events, "cast.resumed") < Place(events, "step.started:second"));
        Assert.DoesNotContain(events, name => name.StartsWith("step.failed", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Row", "DW05")]
    public async Task A_cancelled_cast_ends_at_once_and_nothing_of_it_has_failed()
    {
        var id = await _app.CastAsync("""[ { "id": "sleep", "tool": "wait", "with": { "for": "PT1H" } }, { "id": "later", "tool": "noop" } ]""");
        await _app.SeeAsync(id, cast => cast.Step("sleep").Status() == "running");

        await AcceptedAsync(id, "cancel", """{"reason":"not needed any more"}""");

        var cast = await _app.EndAsync(id, "cancelled");
        Assert.Equal("not needed any more", (string?)cast["reason"]);
        Assert.Equal("cancelled", cast.Step("sleep").Status());
        Assert.Equal(["cast.created", "cast.started", "step.started:sleep", "attempt.started:sleep", "attempt.cancelled:sleep", "step.cancelled:sleep", "cast.cancelled"], await _app.EventNamesAsync(id));
        await _app.Process.ExpectAsync(HttpStatusCode.Conflict, _app.PostAsync($"api/casts/{id}/cancel"));
    }

    [Fact]
    [Trait("Row", "KZ11")]
    public async Task A_cast_that_is_asked_for_many_times_with_one_key_is_one()
    {
        var key = Guid.NewGuid().ToString();

        var ids = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => _app.CastAsync("""[ { "id": "pay", "tool": "sandbox.paid" } ]""", key: key)));

        var id = Assert.Single(ids.Distinct());
        await _app.EndAsync(id);
        Assert.Equal(id, await _app.CastAsync("""[ { "id": "pay", "tool": "sandbox.paid" } ]""", key: key));
        Assert.Equal(1, (await _app.Sandbox.CallsAsync("/paid", $"{id}*")).Count);
    }

    [Fact]
    [Trait("Row", "SP04")]
    [Trait("Row", "SP05")]
    public async Task A_cast_that_is_terminated_through_the_engine_reads_failed()
    {
        var id = await _app.CastAsync("""[ { "id": "sleep", "tool": "wait", "with": { "for": "PT1H" } } ]""");
        await _app.SeeAsync(id, cast => cast.Step("sleep").Status() == "running");

        await _app.Process.ExpectAsync(HttpStatusCode.Accepted, _app.PostAsync($"runtime/webhooks/durabletask/instances/{id}/terminate?reason=enough"));

        var cast = await _app.EndAsync(id, "failed");
        Assert.Equal("cast.terminated", cast.FailureCode());
        Assert.Contains(id, await IdsAsync("failed"));
        Assert.DoesNotContain(id, await IdsAsync("running"));
    }

    [Fact]
    public async Task The_engine_shows_which_step_of_how_many_a_cast_is_at()
    {
        var id = await _app.CastAsync("""
            [
              { "id": "pay", "tool": "sandbox.paid" },
              { "id": "sleep", "name": "A long sleep", "tool": "wait", "with": { "for": "PT1H" } },
              { "id": "later", "tool": "noop" }
            ]
            """);

        var status = await Eventually.SeeAsync(
            () => _app.InstanceAsync(id),
            instance => (string?)instance["customStatus"]?["running"]?.AsArray().FirstOrDefault()?["id"] == "sleep"
                && instance["customStatus"]!["running"]![0]!["waitsUntil"] is not null,
            _app.Process);

        Assert.Equal(("CastSpell", "Running"), ((string?)status["name"], (string?)status["runtimeStatus"]));
        var custom = status["customStatus"]!;
        Assert.Equal(("running", "1 of 3", 0.01m), ((string?)custom["state"], (string?)custom["steps"], custom.CostUsd()));
        Assert.Equal(("A long sleep", "2 of 3", 1), ((string?)custom["running"]![0]!["name"], (string?)custom["running"]![0]!["of"], (int)custom["running"]![0]!["attempt"]!));
        await AcceptedAsync(id, "cancel");
        await _app.EndAsync(id, "cancelled");
    }

    async Task AcceptedAsync(string id, string action, string body = "{}") =>
        (await _app.Process.ExpectAsync(HttpStatusCode.Accepted, _app.PostAsync($"api/casts/{id}/{action}", body))).Dispose();

    async Task<IEnumerable<string?>> IdsAsync(string status) => (await _app.GetAsync($"api/casts?status={status}&top=200"))["casts"]!.AsArray().Select(cast => (string?)cast!["id"]);

    static int Place(IReadOnlyList<string> events, string name)
    {
        var place = events.ToList().IndexOf(name);
        Assert.True(place >= 0, $"There is no {name} in {string.Join(", ", events)}.");
        return place;
    }
}
