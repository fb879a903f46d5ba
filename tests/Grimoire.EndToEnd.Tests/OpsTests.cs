using System.Net;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;

namespace Grimoire.EndToEnd.Tests;

/// <summary>What whoever looks after the app sees of casts that do not get on.</summary>
[Collection(SharedApp.Name)]
public sealed class OpsTests(AppWithFiles shared)
{
    readonly GrimoireApp _app = shared.App;

    [Fact]
    [Trait("Row", "NX14")]
    public async Task Steps_that_have_been_running_for_longer_than_asked_are_listed_until_they_are_paused()
    {
        const string account = "stalled";
        JsonElement started = await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts?account={account}", new { spell = Samples.Patient });
        string id = started.GetProperty("castId").GetString()!;
        DateTimeOffset created = (await _app.SeeAsync(id, "running")).GetProperty("createdAt").GetDateTimeOffset();

        JsonElement now = await ListAsync("minutes=0", list => list.EnumerateArray().Any(step => step.TryGetProperty("waitsUntil", out _)));
        JsonElement later = await ListAsync("", _ => true);
        JsonElement foreign = (await _app.GetAsync("ops/stalled?account=nobody&minutes=0")).GetProperty("stalled");

        JsonElement step = Assert.Single(now.EnumerateArray());
        Assert.Equal((id, "patient", "running"), (step.GetProperty("castId").GetString(), step.GetProperty("spell").GetString(), step.GetProperty("castStatus").GetString()));
        Assert.Equal(("sleep", "1 of 1", 1), (step.GetProperty("step").GetString(), step.GetProperty("of").GetString(), step.GetProperty("attempt").GetInt32()));
        Assert.Equal("time", step.GetProperty("waitsFor").GetString());
        Assert.InRange(step.GetProperty("since").GetDateTimeOffset(), created.AddSeconds(-1), created.AddMinutes(5));
        Assert.InRange(step.GetProperty("waitsUntil").GetDateTimeOffset(), created.AddHours(23), created.AddHours(25));
        Assert.Empty(later.EnumerateArray());
        Assert.Empty(foreign.EnumerateArray());

        await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{id}/pause");
        await ListAsync("minutes=0", list => list.GetArrayLength() == 0);
        await _app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"casts/{id}/cancel");
        await _app.EndAsync(id, "cancelled");
        Assert.Empty((await ListAsync("minutes=0", _ => true)).EnumerateArray());

        async Task<JsonElement> ListAsync(string query, Func<JsonElement, bool> wanted) =>
            await Eventually.SeeAsync(async () => (await _app.GetAsync($"ops/stalled?account={account}&{query}")).GetProperty("stalled"), wanted, _app.Process);
    }
}
