using System.Net;
using System.Text.Json;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Tests.Shared;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests;

/// <summary>A server fails for a while: the steps that would call it wait, or fail at once, as the definition of their tool says.</summary>
[Trait("Row", "KZ16")]
public sealed class BreakerTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Steps_wait_for_a_tool_that_is_down_and_go_on_when_it_is_well_without_using_up_attempts()
    {
        await using SandboxProcess sandbox = await SandboxProcess.StartAsync();
        await using GrimoireApp app = await BrokenAsync(sandbox, "wait");

        string held = await app.CastAsync(Spell("held", maxAttempts: 1));
        string stopped = await app.CastAsync(Spell("stopped", maxAttempts: 1));
        await app.SeeEventAsync(held, "attempt.held");
        await app.SeeEventAsync(stopped, "attempt.held");
        int calls = (await sandbox.CallsAsync("/paid")).Count;
        await sandbox.ClearFaultsAsync();
        await app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{stopped}/cancel");
        JsonElement cancelled = await app.EndAsync(stopped, "cancelled");
        JsonElement end = await app.EndAsync(held);

        JsonElement step = end.GetProperty("steps")[0];
        Assert.Equal(("completed", 1), (step.GetProperty("status").GetString(), step.GetProperty("attempts").GetInt32()));
        Assert.Equal("cancelled", cancelled.GetProperty("steps")[0].GetProperty("status").GetString());
        Assert.Equal(calls + 1, (await sandbox.CallsAsync("/paid")).Count);
    }

    [Fact]
    public async Task Steps_fail_at_once_where_the_tool_says_so()
    {
        await using SandboxProcess sandbox = await SandboxProcess.StartAsync();
        await using GrimoireApp app = await BrokenAsync(sandbox, "fail");
        int calls = (await sandbox.CallsAsync("/paid")).Count;

        JsonElement end = await app.EndAsync(await app.CastAsync(Spell("failing", maxAttempts: 5)), "failed");

        Assert.Equal(("tool.breakerOpen", 1), (end.GetProperty("failure").GetProperty("code").GetString(), end.GetProperty("steps")[0].GetProperty("attempts").GetInt32()));
        Assert.Equal(calls, (await sandbox.CallsAsync("/paid")).Count);
    }

    static object Spell(string slug, int maxAttempts) => new
    {
        slug,
        steps = (object[])[new { id = "pay", tool = "pay", with = new { }, retry = new { maxAttempts, firstInterval = "PT0.1S" } }],
    };

    /// <summary>An app to which the server of the tool has failed twice, and a server that fails still.</summary>
    async Task<GrimoireApp> BrokenAsync(SandboxProcess sandbox, string whenOpen)
    {
        GrimoireApp app = await GrimoireApp.StartAsync(storage: null, output);
        await app.ExpectAsync(HttpStatusCode.Created, "PUT", "tools/pay", new
        {
            kind = "http",
            request = new { url = new Uri(sandbox.Url, "paid").ToString(), body = new { value = 1 } },
            limits = new { breakerFailures = 2, breakerOpen = whenOpen == "wait" ? "PT20S" : "PT10M", whenOpen },
        });
        await sandbox.SetFaultAsync(new SandboxFault("500", "/paid") { Times = 1000 });
        await app.EndAsync(await app.CastAsync(Spell("broken", maxAttempts: 2)), "failed");
        return app;
    }
}
