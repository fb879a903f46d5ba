using System.Text.RegularExpressions;
using Grimoire.EndToEnd.Tests.Browser.Support;
using Microsoft.Playwright;

namespace Grimoire.EndToEnd.Tests.Browser;

/// <summary>What wants attention, what was used, and whether all is well.</summary>
[Collection(DashboardTests.Name)]
[Trait("Row", "UX12")]
public sealed partial class OperationsPagesTests(DashboardApp app)
{
    [BrowserFact]
    [Trait("Row", "UX11")]
    public async Task Letters_are_found_by_a_filter_in_the_address_and_discarded_with_a_reason()
    {
        string id = await app.App.StartCastAsync("api/casts", """{ "spell": { "slug": "lost-letter", "steps": [{ "id": "parse", "tool": "json.parse", "with": { "text": "{ no" } }] } }""");
        await app.App.EndAsync(id, "failed");
        await using DashboardTab tab = await app.OpenAsync("/attention?spell=lost-letter");
        await tab.Page.GetByRole(AriaRole.Row, new() { Name = "json.malformed" }).WaitForAsync();

        await tab.Page.GetByRole(AriaRole.Button, new() { NameRegex = Discard() }).ClickAsync();
        ILocator dialog = tab.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Reason").FillAsync("An old supplier.");
        await dialog.GetByRole(AriaRole.Button, new() { NameRegex = Discard() }).ClickAsync();

        await tab.Page.GetByRole(AriaRole.Row, new() { Name = "json.malformed" }).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await tab.GoAsync($"/casts/{id}?tab=events");
        await tab.SeeAsync("cast.discarded");
    }

    [BrowserFact]
    [Trait("Row", "NX14")]
    public async Task What_runs_for_long_is_listed_with_what_it_waits_for()
    {
        string id = await app.App.CastSavedAsync("nightly", """{ "pause": "PT1H" }""");
        await using DashboardTab tab = await app.OpenAsync("/attention?minutes=0");

        ILocator row = tab.Page.GetByRole(AriaRole.Row, new() { Name = $"…{id[^12..]}" });
        await row.GetByText("sleep").WaitForAsync();
        await row.GetByText("time").First.WaitForAsync();
        await app.App.PostAsync($"api/casts/{id}/cancel");
    }

    [BrowserFact]
    public async Task What_was_used_is_shown_by_tool_and_can_be_taken_along()
    {
        string id = await app.App.CastSavedAsync("album-cover", """{ "artist": "Blue Train" }""");
        await app.App.EndAsync(id);
        await using DashboardTab tab = await app.OpenAsync("/usage?by=tool");

        await tab.Page.GetByRole(AriaRole.Row, new() { Name = "sandbox.image" }).WaitForAsync();
        IDownload table = await tab.Page.RunAndWaitForDownloadAsync(() => tab.Button("Download CSV").ClickAsync());

        Assert.Contains("sandbox.image", await File.ReadAllTextAsync(await table.PathAsync()), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task A_page_that_could_not_be_got_comes_when_the_app_is_back()
    {
        await using DashboardTab tab = await app.OpenAsync("/casts");
        await tab.Page.RouteAsync("**/ui/operations/health.js", route => route.AbortAsync(), new() { Times = 2 });

        await tab.Link("Health").ClickAsync();

        await tab.SeeAsync("The app does not answer. It is asked again.");
        await tab.Page.GetByRole(AriaRole.Heading, new() { Name = "engine ok" }).WaitForAsync();
    }

    [BrowserFact]
    public async Task Each_thing_that_the_app_depends_on_is_shown_to_be_well()
    {
        await using DashboardTab tab = await app.OpenAsync("/health");

        foreach (string name in (string[])["storage", "engine", "disk", "tools"])
        {
            await tab.Page.GetByRole(AriaRole.Heading, new() { Name = $"{name} ok" }).WaitForAsync();
        }
    }

    [GeneratedRegex("^Discard")]
    private static partial Regex Discard();
}
