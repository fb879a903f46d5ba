using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Tests.Shared;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests;

/// <summary>Others are told of a cook as a whole.</summary>
[Trait("Row", "UX08")]
[Trait("Row", "UX10")]
public sealed class CookNotificationTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_end_of_a_cook_is_told_once_and_again_when_pieces_are_tried_again()
    {
        await using SandboxProcess sandbox = await SandboxProcess.StartAsync();
        await using GrimoireApp app = await StartAsync(sandbox);
        await sandbox.SetFaultAsync(new SandboxFault("503", "/inbox/cook") { Times = 1 });

        string cook = await CookAsync(app, sandbox, events: null);
        IReadOnlyList<JsonNode> first = await ToldAsync(app, sandbox, 1);
        await SeeAsync(app, cook, "notification.sent", 1);
        await Eventually.SeeAsync(() => app.GetAsync($"cooks/{cook}"), now => now.GetProperty("runtimeStatus").GetString() == "Completed", app.Process);
        await app.ExpectAsync(HttpStatusCode.Accepted, "POST", $"cooks/{cook}/retryFailed");
        IReadOnlyList<JsonNode> both = await ToldAsync(app, sandbox, 2);
        await SeeAsync(app, cook, "notification.sent", 2);

        JsonNode data = first[0]["data"]!;
        Assert.Equal(
            ("cook.completed", cook, "completed", 1, 3, 1),
            ((string)first[0]["type"]!, (string)data["cookId"]!, (string)data["status"]!, (int)data["generation"]!, (int)data["progress"]!["completed"]!, (int)data["progress"]!["failed"]!));
        Assert.EndsWith($"/api/cooks/{cook}/results", (string)data["links"]!["results"]!, StringComparison.Ordinal);
        Assert.Equal(("cook.completed", 2), ((string)both[1]["type"]!, (int)both[1]["data"]!["generation"]!));
        Assert.Equal(3, (await sandbox.CallsAsync("/inbox/cook")).Count);
    }

    [Fact]
    public async Task Its_course_and_its_pieces_are_told_to_those_who_want_that()
    {
        await using SandboxProcess sandbox = await SandboxProcess.StartAsync();
        await using GrimoireApp app = await StartAsync(sandbox);

        await CookAsync(app, sandbox, ["cook.*", "cast.failed"]);
        IReadOnlyList<JsonNode> told = await ToldAsync(app, sandbox, 4);

        Assert.Equal(["cast.failed", "cook.completed", "cook.created", "cook.started"], told.Select(message => (string)message["type"]!).Order(StringComparer.Ordinal));
    }

    async Task<GrimoireApp> StartAsync(SandboxProcess sandbox)
    {
        GrimoireApp app = GrimoireApp.Of(storage: null, output);
        app.Settings["Egress__Allow"] = sandbox.Url.Authority;
        app.Settings["Notifications__Pauses"] = "PT0.5S,PT0.5S";
        await app.RestartAsync();
        return app;
    }

    /// <summary>Of four pieces, one fails.</summary>
    static async Task<string> CookAsync(GrimoireApp app, SandboxProcess sandbox, string[]? events)
    {
        object spell = new
        {
            slug = "piece",
            inputs = new { type = "object", properties = new { n = new { type = "integer" } } },
            steps = (object[])[new { id = "check", tool = "json.value", with = new { value = "${inputs.n == 2 ? number('no number') : inputs.n}" } }],
        };
        var notify = new Dictionary<string, object> { ["url"] = sandbox.Jobs.InboxUrl("cook") };
        if (events is not null)
        {
            notify["events"] = events;
        }

        JsonElement started = await app.ExpectAsync(
            HttpStatusCode.Accepted, "POST", "cooks", new { spell, pieces = Enumerable.Range(0, 4).Select(n => new { n }), tolerated = 50, notify });
        return started.GetProperty("cookId").GetString()!;
    }

    static async Task<IReadOnlyList<JsonNode>> ToldAsync(GrimoireApp app, SandboxProcess sandbox, int count) =>
        [.. (await Eventually.SeeAsync(() => sandbox.Jobs.InboxAsync("cook"), inbox => inbox.Count >= count, app.Process)).Messages.Select(message => JsonNode.Parse(message.Body!)!)];

    static Task<JsonElement> SeeAsync(GrimoireApp app, string cook, string type, int times) => Eventually.SeeAsync(
        () => app.GetAsync($"cooks/{cook}/events"), page => page.GetProperty("events").EnumerateArray().Count(e => e.GetProperty("type").GetString() == type) == times, app.Process);
}
