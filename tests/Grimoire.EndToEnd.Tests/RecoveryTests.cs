using System.Net;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Tests.Shared;

namespace Grimoire.EndToEnd.Tests;

/// <summary>Casts that cannot go on by themselves: found and ended, or got going again, without paying twice.</summary>
public sealed class RecoveryTests : IAsyncLifetime
{
    readonly GrimoireApp _app = GrimoireApp.Of(storage: null);
    SandboxProcess? _sandbox;

    SandboxProcess Sandbox => _sandbox ?? throw new InvalidOperationException("It is not started yet.");

    public async Task InitializeAsync()
    {
        _sandbox = await SandboxProcess.StartAsync();
        _app.Settings["Reconcile__Interval"] = "PT1S";
        _app.Settings["Reconcile__Patience"] = "PT1S";
        await _app.RestartAsync();
        await _app.ExpectAsync(HttpStatusCode.Created, "PUT", "tools/recovery.paid", new
        {
            kind = "http",
            request = new { url = new Uri(Sandbox.Url, "paid").ToString(), body = new { value = "x" } },
            response = new { output = new { value = "${response.body.value}" }, costUsd = "${response.body.costUsd}" },
        });
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await Sandbox.DisposeAsync();
    }

    [Fact]
    [Trait("Row", "SP29")]
    public async Task What_was_terminated_from_outside_is_ended_with_that_as_its_reason_and_its_cost()
    {
        string cast = await PaidAndAskingAsync();

        await ManageAsync("POST", $"{cast}/terminate?reason=enough");

        await _app.SeeEventAsync(cast, "cast.failed");
        JsonElement end = await _app.GetAsync($"casts/{cast}");
        Assert.Equal(("failed", "cast.terminated", 0.01m), (end.GetProperty("status").GetString(), end.GetProperty("failure").GetProperty("code").GetString(), end.GetProperty("costUsd").GetDecimal()));
        Assert.Equal("failed", end.GetProperty("steps")[1].GetProperty("status").GetString());
        Assert.Equal("cancelled", (await _app.GetAsync($"casts/{cast}/steps/ask")).GetProperty("attempts")[0].GetProperty("status").GetString());
    }

    [Fact]
    [Trait("Row", "SP29")]
    [Trait("Row", "SP04")]
    public async Task What_was_removed_from_the_engine_is_ended_with_that_as_its_reason()
    {
        string cast = await PaidAndAskingAsync();

        await ManageAsync("POST", $"{cast}/terminate?reason=enough");
        await Eventually.SeeAsync(() => _app.GetAsync($"casts/{cast}"), now => now.GetProperty("runtimeStatus").GetString() == "Terminated", _app.Process);
        await ManageAsync("DELETE", cast);

        await _app.SeeEventAsync(cast, "cast.failed");
        Assert.StartsWith("cast.", (await _app.GetAsync($"casts/{cast}")).GetProperty("failure").GetProperty("code").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "SP30")]
    public async Task What_was_terminated_is_started_anew_by_hand_and_nothing_is_paid_for_twice()
    {
        await using GrimoireApp app = GrimoireApp.Of(storage: null);
        app.Settings["Reconcile__Interval"] = "PT1H";
        await app.RestartAsync();
        await app.ExpectAsync(HttpStatusCode.Created, "PUT", "tools/recovery.paid", new
        {
            kind = "http",
            request = new { url = new Uri(Sandbox.Url, "paid").ToString(), body = new { value = "x" } },
            response = new { output = new { value = "${response.body.value}" }, costUsd = "${response.body.costUsd}" },
        });
        string cast = await PaidAndAskingAsync(app);
        await ManageAsync("POST", $"{cast}/terminate?reason=enough", app);
        await Eventually.SeeAsync(() => app.GetAsync($"casts/{cast}"), now => now.GetProperty("status").GetString() == "failed", app.Process);

        JsonElement recovered = await app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{cast}/recover");
        await app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{cast}/steps/ask/answer", new { approved = true, by = "ann" });

        Assert.Equal("restarted", recovered.GetProperty("done").GetString());
        JsonElement end = await app.EndAsync(cast);
        Assert.Equal(0.01m, end.GetProperty("costUsd").GetDecimal());
        Assert.Equal([$"{cast}.pay.1"], (await Sandbox.CallsAsync("/paid", $"{cast}.*")).Keys.Keys);
        Assert.Equal(1, (await Sandbox.CallsAsync("/paid", $"{cast}.*")).Count);
    }

    [Fact]
    [Trait("Row", "SP30")]
    public async Task A_cast_that_waits_can_be_ended_by_hand_with_a_reason()
    {
        string cast = await PaidAndAskingAsync();

        JsonElement answer = await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{cast}/recover", new { action = "fail", reason = "nobody knows it any more" });

        Assert.Equal("failed", answer.GetProperty("done").GetString());
        JsonElement end = await _app.EndAsync(cast, "failed");
        Assert.Contains("nobody knows it any more", end.GetProperty("failure").GetProperty("message").GetString(), StringComparison.Ordinal);
        await _app.RefusedAsync(HttpStatusCode.Conflict, "cast.ended", "POST", $"casts/{cast}/recover");
    }

    [Fact]
    [Trait("Row", "SP30")]
    public async Task A_cast_that_goes_on_by_itself_is_left_alone()
    {
        string cast = await PaidAndAskingAsync();

        Assert.Equal("nothing", (await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{cast}/recover")).GetProperty("done").GetString());

        await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{cast}/cancel");
        await _app.EndAsync(cast, "cancelled");
    }

    /// <summary>A cast that has paid for something, and now waits for a person.</summary>
    async Task<string> PaidAndAskingAsync(GrimoireApp? other = null)
    {
        GrimoireApp app = other ?? _app;
        string cast = await app.CastAsync(new
        {
            slug = "recovery",
            steps = (object[])[new { id = "pay", tool = "recovery.paid", with = new { } }, new { id = "ask", tool = "approval", with = new { question = "Go on?" } }],
        });
        await app.SeeEventAsync(cast, "approval.requested");
        return cast;
    }

    /// <summary>As any monitor of Durable Functions does it, which knows nothing of casts.</summary>
    async Task ManageAsync(string method, string what, GrimoireApp? other = null)
    {
        GrimoireApp app = other ?? _app;
        using var request = new HttpRequestMessage(new HttpMethod(method), $"runtime/webhooks/durabletask/instances/{what}{(what.Contains('?', StringComparison.Ordinal) ? "&" : "?")}code={app.Keys.Durable}");
        using HttpResponseMessage response = await app.Process.Http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
    }
}
