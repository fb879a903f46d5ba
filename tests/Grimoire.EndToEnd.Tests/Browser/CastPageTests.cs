using System.Text.RegularExpressions;
using Grimoire.EndToEnd.Tests.Browser.Support;
using Microsoft.Playwright;

namespace Grimoire.EndToEnd.Tests.Browser;

/// <summary>A cast as it happens, and what can be done with it.</summary>
[Collection(DashboardTests.Name)]
[Trait("Row", "UX12")]
public sealed partial class CastPageTests(DashboardApp app)
{
    [BrowserFact]
    public async Task A_cast_is_watched_to_its_end_and_its_pictures_are_seen()
    {
        string id = await app.App.CastSavedAsync("album-cover", """{ "artist": "Blue Train" }""");
        await using DashboardTab tab = await app.OpenAsync($"/casts/{id}");

        await tab.SeeStatusAsync("completed");

        ILocator picture = tab.Page.GetByAltText("image/cover.png, made by the step image");
        await picture.WaitForAsync();
        await tab.WaitAsync("document.querySelector('.artifact img').naturalWidth > 0");
        // One row a step, one bar an attempt that ran; what was skipped has none.
        await DashboardTab.CountAsync(tab.Page.Locator(".rows > .row"), 4);
        await DashboardTab.CountAsync(tab.Page.Locator(".row", new() { HasText = "image" }).First.Locator(".bar-run"), 1);
        await DashboardTab.CountAsync(tab.Page.Locator(".row", new() { HasText = "upscale" }).Locator(".bar"), 0);
        await tab.Button("Enlarge image/cover.png").ClickAsync();
        await tab.Page.GetByRole(AriaRole.Dialog, new() { Name = "image/cover.png" }).WaitForAsync();
        await tab.PictureAsync("cast");
    }

    [BrowserFact]
    [Trait("Row", "KZ12")]
    public async Task Each_attempt_has_a_bar_and_the_step_tells_why_they_failed()
    {
        string id = await app.App.CastSavedAsync("resilient");
        await app.App.EndAsync(id);
        await using DashboardTab tab = await app.OpenAsync();
        await tab.SeeCastAsync(id, "completed");
        ILocator charge = tab.Page.Locator(".row", new() { HasText = "charge" });

        await DashboardTab.CountAsync(charge.Locator(".bar-failed"), 2);
        await DashboardTab.CountAsync(charge.Locator(".bar-retry"), 2);
        await DashboardTab.CountAsync(charge.Locator(".bar-run"), 1);
        await charge.GetByRole(AriaRole.Button).First.ClickAsync();

        ILocator step = tab.Page.GetByRole(AriaRole.Region, new() { Name = "Step charge" });
        await step.GetByText("Attempt 3").WaitForAsync();
        await DashboardTab.CountAsync(step.GetByText("http.status · step charge"), 2);
        // Whoever is sent the address sees the same.
        Assert.Contains("step=charge", tab.Page.Url, StringComparison.Ordinal);
        await tab.Page.ReloadAsync();
        await step.GetByText("Attempt 3").WaitForAsync();
    }

    [BrowserFact]
    public async Task A_step_that_waits_says_for_what_and_until_when_and_is_answered()
    {
        string id = await app.App.CastSavedAsync("poster", """{ "event": "Jazz night" }""");
        await using DashboardTab tab = await app.OpenAsync($"/casts/{id}");
        await tab.SeeAsync("Print the poster at");
        await tab.SeeAsync("review waits until");
        await DashboardTab.CountAsync(tab.Page.Locator(".row", new() { HasText = "review" }).Locator(".bar-wait.is-open"), 1);

        await tab.Button("Answer…").ClickAsync();
        ILocator dialog = tab.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Approve").CheckAsync();
        await dialog.GetByLabel("Who you are").FillAsync("ann@example.com");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Answer", Exact = true }).ClickAsync();

        await tab.SeeStatusAsync("completed");
        Assert.Equal("ann@example.com", (string?)(await app.App.GetAsync($"api/casts/{id}/steps/review"))["output"]!["by"]);
    }

    [BrowserFact]
    public async Task What_anybody_is_asked_is_found_and_answered_in_one_place()
    {
        string id = await app.App.CastSavedAsync("poster", """{ "event": "Ball night" }""");
        await using DashboardTab tab = await app.OpenAsync("/attention");
        ILocator row = tab.Page.GetByRole(AriaRole.Row, new() { Name = $"…{id[^12..]}" });
        await row.GetByText("Print the poster").WaitForAsync();

        await row.GetByRole(AriaRole.Button).ClickAsync();
        ILocator dialog = tab.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Decline").CheckAsync();
        await dialog.GetByLabel("Who you are").FillAsync("bob@example.com");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Answer", Exact = true }).ClickAsync();

        await row.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await app.App.EndAsync(id);
        Assert.False((bool)(await app.App.GetAsync($"api/casts/{id}/steps/review"))["output"]!["approved"]!);
    }

    [BrowserFact]
    public async Task Each_element_is_answered_by_what_it_asks_about()
    {
        string id = await app.App.CastAsync("""
            [{ "id": "each", "tool": "approval", "forEach": "${['red', 'green', 'blue']}", "maxParallel": 3, "with": { "question": "Print ${item}?", "details": { "colour": "${item}" } } }]
            """);
        await app.App.SeeAsync(id, cast => (int?)cast["steps"]![0]!["attempts"] == 3 || cast["steps"]![0]!["waits"] is not null);
        await using DashboardTab tab = await app.OpenAsync("/attention");
        ILocator green = tab.Page.GetByRole(AriaRole.Row, new() { Name = "Print green?" });
        await green.GetByRole(AriaRole.Button).ClickAsync();
        ILocator dialog = tab.Page.GetByRole(AriaRole.Dialog, new() { Name = "Print green?" });
        await dialog.GetByText("\"colour\": \"green\"").WaitForAsync();
        await AnswerAsync(dialog, "Approve");
        await green.WaitForAsync(new() { State = WaitForSelectorState.Detached });

        await tab.GoAsync($"/casts/{id}");
        await tab.Button("Answer…").ClickAsync();
        dialog = tab.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Which element").SelectOptionAsync("2");
        await tab.Page.GetByRole(AriaRole.Dialog, new() { Name = "Print blue?" }).GetByText("\"colour\": \"blue\"").WaitForAsync();
        await AnswerAsync(dialog, "Decline");
        await tab.SeeAsync("Print red?");
        await tab.Button("Answer…").ClickAsync();
        await tab.Page.GetByRole(AriaRole.Dialog, new() { Name = "Print red?" }).GetByText("\"colour\": \"red\"").WaitForAsync();
        await AnswerAsync(dialog, "Approve");

        await tab.SeeStatusAsync("completed");
        Assert.Equal([true, true, false], (await app.App.GetAsync($"api/casts/{id}/steps/each"))["output"]!.AsArray().Select(answer => (bool)answer!["approved"]!));

        static async Task AnswerAsync(ILocator dialog, string answer)
        {
            await dialog.GetByLabel(answer).CheckAsync();
            await dialog.GetByLabel("Who you are").FillAsync("ann@example.com");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Answer", Exact = true }).ClickAsync();
            await dialog.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        }
    }

    [BrowserFact]
    [Trait("Row", "UX05")]
    public async Task A_failed_cast_is_redriven_with_other_inputs_and_completes()
    {
        string id = await app.App.StartCastAsync("api/casts", """
            { "spell": { "slug": "mended", "inputs": { "type": "object", "properties": { "text": { "type": "string" } } },
                "steps": [{ "id": "first", "tool": "text.case", "with": { "text": "kept", "to": "upper" } }, { "id": "parse", "tool": "json.parse", "with": { "text": "${inputs.text}" } }] },
              "inputs": { "text": "{ no json" } }
            """);
        await using DashboardTab tab = await app.OpenAsync();
        await tab.SeeCastAsync(id, "failed");
        await tab.SeeAsync("It failed.");
        await tab.SeeAsync("json.malformed");
        await tab.PictureAsync("failed-cast");

        await tab.Button("Redrive…").ClickAsync();
        ILocator dialog = tab.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Inputs").FillAsync("""{ "text": "{ no" }""");
        await dialog.GetByLabel("Inputs").FillAsync("""{ "text": """);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Redrive", Exact = true }).ClickAsync();
        await dialog.GetByText("cannot be read as JSON").WaitForAsync();
        await dialog.GetByLabel("Inputs").FillAsync("""{ "text": "{\"good\": true}" }""");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Redrive", Exact = true }).ClickAsync();

        await tab.SeeStatusAsync("completed");
        Assert.NotEqual(id, tab.CastId);
        Assert.Equal(id, (string?)(await app.App.LookAsync(tab.CastId))["redriveOf"]);
        ILocator first = tab.Page.Locator(".row", new() { HasText = "first" });
        await first.GetByText("taken over").First.WaitForAsync();
        await first.GetByRole(AriaRole.Button).First.ClickAsync();
        await tab.SeeAsync("taken over from");
    }

    [BrowserFact]
    public async Task A_cast_is_paused_resumed_and_cancelled()
    {
        string id = await app.App.CastSavedAsync("nightly", """{ "pause": "PT1H" }""");
        await using DashboardTab tab = await app.OpenAsync($"/casts/{id}");
        await tab.SeeAsync("waits until");

        await tab.Button("Pause").ClickAsync();
        await tab.SeeStatusAsync("paused");
        await tab.Button("Resume").ClickAsync();
        await tab.SeeStatusAsync("running");
        await tab.Button("Cancel…").ClickAsync();
        ILocator dialog = tab.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Reason").FillAsync("Too late.");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel the cast" }).ClickAsync();

        await tab.SeeStatusAsync("cancelled");
        await tab.SeeAsync("Too late.");
    }

    [BrowserFact]
    public async Task Nothing_moves_on_the_page_while_the_cast_goes_on()
    {
        string id = await app.App.CastSavedAsync("poster", """{ "event": "Still life" }""");
        await using DashboardTab tab = await app.OpenAsync($"/casts/{id}");
        await tab.Page.Locator(".rows > .row").First.WaitForAsync();
        await tab.Page.EvaluateAsync("""
            () => { window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => { if (!entry.hadRecentInput) window.moved += entry.value; })).observe({ type: 'layout-shift', buffered: false }); }
            """);

        await tab.SeeAsync("review waits until");
        await tab.Page.Locator(".artifact img").WaitForAsync();

        double moved = await tab.Page.EvaluateAsync<double>("window.moved");
        Assert.True(moved < 0.02, $"The layout has shifted by {moved}.");
        await app.App.PostAsync($"api/casts/{id}/cancel");
    }

    [BrowserFact]
    public async Task Five_hundred_steps_are_shown_each_with_its_bar()
    {
        string steps = string.Join(',', Enumerable.Range(0, 500).Select(index => $$"""{ "id": "s{{index}}", "tool": "text.case", "with": { "text": "a", "to": "upper" } }"""));
        string id = await app.App.CastAsync($"[{steps}]");
        await using DashboardTab tab = await app.OpenAsync($"/casts/{id}");

        await tab.SeeStatusAsync("completed");

        await tab.WaitAsync("document.querySelectorAll('.rows > .row .bar-run').length === 500");
        await tab.Page.GetByRole(AriaRole.Tab, new() { NameRegex = Events() }).ClickAsync();
        await tab.Page.GetByRole(AriaRole.Button, new() { NameRegex = ShowAll() }).WaitForAsync();
    }

    [GeneratedRegex(@"Events \(1\d\d\d\)")]
    private static partial Regex Events();

    [GeneratedRegex(@"Show all 1\d\d\d")]
    private static partial Regex ShowAll();
}
