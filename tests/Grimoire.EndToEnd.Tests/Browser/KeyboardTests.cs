using Grimoire.EndToEnd.Tests.Browser.Support;
using Microsoft.Playwright;

namespace Grimoire.EndToEnd.Tests.Browser;

/// <summary>Without a mouse.</summary>
[Collection(DashboardTests.Name)]
[Trait("Row", "UX12")]
public sealed class KeyboardTests(DashboardApp app)
{
    [BrowserFact]
    public async Task A_failed_cast_is_found_looked_into_and_redriven_with_keys_alone()
    {
        string id = await app.App.StartCastAsync("api/casts", """{ "spell": { "slug": "by-keys", "steps": [{ "id": "parse", "tool": "json.parse", "with": { "text": "{ no" } }] } }""");
        await app.App.EndAsync(id, "failed");
        await using DashboardTab tab = await app.OpenAsync(key: "");
        await tab.Page.GetByLabel("Key").WaitForAsync();

        // Signing in: the field has the focus.
        await tab.WaitAsync("document.activeElement?.name === 'key'");
        await tab.Page.Keyboard.TypeAsync(app.Key);
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.Heading("Casts").WaitForAsync();

        await TabToAsync(tab, "failed");
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.WaitAsync("location.hash.includes('status=failed')");
        await tab.Page.GetByRole(AriaRole.Row, new() { Name = "by-keys" }).First.WaitForAsync();
        await TabToAsync(tab, $"…{id[^12..]}");
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.SeeStatusAsync("failed");

        await TabToAsync(tab, "parse");
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.Page.GetByRole(AriaRole.Region, new() { Name = "Step parse" }).WaitForAsync();
        await TabToAsync(tab, "Artifacts (0)");
        await tab.Page.Keyboard.PressAsync("ArrowRight");
        await tab.Page.GetByRole(AriaRole.Tab, new() { Name = "Inputs and output", Selected = true }).WaitForAsync();

        await TabToAsync(tab, "Redrive…", back: true);
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.Page.GetByRole(AriaRole.Dialog).WaitForAsync();
        await tab.Page.Keyboard.PressAsync("Escape");
        await DashboardTab.CountAsync(tab.Page.GetByRole(AriaRole.Dialog), 0);
        // Whoever closes a dialog is where they were.
        Assert.Equal("Redrive…", await FocusedAsync(tab));
        await tab.Page.Keyboard.PressAsync("Enter");
        await TabToAsync(tab, "Redrive");
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.WaitAsync("id => location.hash.startsWith('#/casts/') && !location.hash.includes(id)", id);
        await tab.SeeStatusAsync("failed");
    }

    [BrowserFact]
    public async Task The_first_key_leads_past_the_head_of_the_page()
    {
        await using DashboardTab tab = await app.OpenAsync();
        await tab.Page.ReloadAsync();
        await tab.Heading("Casts").WaitForAsync();

        await tab.Page.Keyboard.PressAsync("Tab");

        Assert.Equal("Skip to the content", await FocusedAsync(tab));
    }

    static async Task TabToAsync(DashboardTab tab, string text, bool back = false)
    {
        for (int presses = 0; presses < 150; presses++)
        {
            await tab.Page.Keyboard.PressAsync(back ? "Shift+Tab" : "Tab");
            if ((await FocusedAsync(tab)).StartsWith(text, StringComparison.Ordinal) && (text != "Redrive" || await FocusedAsync(tab) == text))
            {
                // Where the focus is can be seen.
                Assert.NotEqual("none", await tab.Page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
                return;
            }
        }

        Assert.Fail($"The Tab key does not come to “{text}” at {tab.Page.Url}.");
    }

    static Task<string> FocusedAsync(DashboardTab tab) => tab.Page.EvaluateAsync<string>("document.activeElement?.innerText?.trim() ?? ''");
}
