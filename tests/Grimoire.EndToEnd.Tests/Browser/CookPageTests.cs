using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Browser.Support;
using Microsoft.Playwright;

namespace Grimoire.EndToEnd.Tests.Browser;

/// <summary>A spell over a table: begun, followed, looked into and mended in the browser.</summary>
[Collection(DashboardTests.Name)]
[Trait("Row", "UX12")]
public sealed partial class CookPageTests(DashboardApp app)
{
    [BrowserFact]
    public async Task A_cook_is_begun_with_a_table_and_followed_to_its_end()
    {
        await using DashboardTab tab = await app.OpenAsync("/cooks");
        await tab.Link("New cook").ClickAsync();
        await tab.Page.GetByLabel("Spell", new() { Exact = true }).FillAsync("hello");
        await tab.Page.GetByLabel("Form of the pieces").SelectOptionAsync(new SelectOptionValue { Label = "JSON Lines: an object a line" });
        ILocator pieces = tab.Page.GetByLabel("Pieces", new() { Exact = true });
        await pieces.FillAsync("""{"name": 17}""");
        await tab.Button("Begin the cook").ClickAsync();
        // What is wrong is told with its place, and nothing has begun.
        await tab.Page.GetByLabel("What is wrong").WaitForAsync();
        await pieces.FillAsync("""
            {"name": "Ada"}
            {"name": "Grace"}
            """);
        await tab.Button("Begin the cook").ClickAsync();

        await tab.SeeStatusAsync("completed");
        await tab.SeeAsync("2 of 2 done");
        await tab.PictureAsync("cook");
    }

    [BrowserFact]
    public async Task Pieces_that_failed_are_seen_and_tried_again()
    {
        string cook = await StartAsync(app, """
            { "spell": { "slug": "cook-by-hand", "inputs": { "type": "object", "properties": { "text": { "type": "string" } } }, "steps": [{ "id": "parse", "tool": "json.parse", "with": { "text": "${inputs.text}" } }] },
              "pieces": [{ "text": "{}" }, { "text": "{ no" }, { "text": "[]" }], "tolerated": 100 }
            """);
        await EndAsync(app, cook);
        await using DashboardTab tab = await app.OpenAsync($"/cooks/{cook}");
        await tab.SeeAsync("1 failed");

        await tab.Page.GetByRole(AriaRole.Button, new() { NameRegex = Failed() }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Row, new() { Name = "{ no" }).WaitForAsync();
        Assert.Contains("status=failed", tab.Page.Url, StringComparison.Ordinal);
        await tab.Button("Retry failed…").ClickAsync();
        await tab.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Retry", Exact = true }).ClickAsync();

        // The second generation has failed as the first did.
        await Eventually.SeeAsync(() => app.App.GetAsync($"api/cooks/{cook}"), found => (int?)found["generation"] == 2 && (string?)found["status"] is "completed" or "failed" or "stopped", app.App.Process);
    }

    internal static async Task<string> StartAsync(DashboardApp app, string body)
    {
        using HttpResponseMessage made = await app.App.Process.ExpectAsync(HttpStatusCode.Accepted, app.App.PostAsync("api/cooks", body));
        return (string)JsonNode.Parse(await made.Content.ReadAsStringAsync())!["cookId"]!;
    }

    internal static Task EndAsync(DashboardApp app, string cook) => Eventually.SeeAsync(
        () => app.App.GetAsync($"api/cooks/{cook}"), found => (string?)found["runtimeStatus"] is "Completed" or "Failed", app.App.Process);

    [GeneratedRegex("^failed")]
    private static partial Regex Failed();
}
