using System.Net;
using Grimoire.EndToEnd.Tests.Browser.Support;
using Microsoft.Playwright;

namespace Grimoire.EndToEnd.Tests.Browser;

/// <summary>Spells written, checked as they are typed, looked at as a graph, and cast; tools tried.</summary>
[Collection(DashboardTests.Name)]
[Trait("Row", "UX12")]
public sealed class SpellPageTests(DashboardApp app)
{
    [BrowserFact]
    [Trait("Row", "UX01")]
    public async Task A_spell_is_checked_as_it_is_typed_and_saved_and_cast()
    {
        await using DashboardTab tab = await app.OpenAsync("/spells/new");
        ILocator text = tab.Page.GetByLabel("The document of the spell");
        await text.FillAsync("""
            {
              "slug": "typed",
              "inputs": { "type": "object", "required": ["who"], "properties": { "who": { "type": "string" } } },
              "steps": [
                { "id": "hello", "tool": "text.cas", "with": { "text": "Hello, ${inputs.who}", "to": "upper" } }
              ]
            }
            """);
        await tab.SeeAsync("/steps/0/tool");
        await text.FillAsync((await text.InputValueAsync()).Replace("text.cas\"", "text.case\"", StringComparison.Ordinal));
        await tab.Page.GetByText("✓ Valid").WaitForAsync();
        await tab.Page.GetByRole(AriaRole.List, new() { Name = "Steps" }).GetByRole(AriaRole.Button, new() { Name = "hello" }).WaitForAsync();

        await tab.Button("Save").ClickAsync();
        await tab.WaitAsync("location.hash === '#/spells/typed'");
        await tab.SeeAsync("version 1");
        await tab.Page.GetByLabel("who").FillAsync("Ada");
        await tab.Button("What would happen?").ClickAsync();
        await tab.SeeAsync("Nothing has been called.");
        await tab.Button("Cast").ClickAsync();

        await tab.SeeStatusAsync("completed");
        Assert.Equal("Ada", (string?)(await app.App.LookAsync(tab.CastId))["inputs"]!["who"]);
    }

    [BrowserFact]
    public async Task A_new_spell_that_is_cast_at_once_is_saved_when_its_inputs_fit_and_once_also_if_the_cast_does_not_begin()
    {
        await using DashboardTab tab = await app.OpenAsync("/spells/new");
        await tab.Page.GetByLabel("The document of the spell").FillAsync("""
            {
              "slug": "at-once",
              "inputs": { "type": "object", "required": ["who"], "properties": { "who": { "type": "string" } } },
              "steps": [{ "id": "hello", "tool": "text.case", "with": { "text": "Hello, ${inputs.who}", "to": "upper" } }]
            }
            """);
        await tab.Page.GetByText("✓ Valid").WaitForAsync();

        await tab.Button("Save and cast").ClickAsync();
        await tab.SeeAsync("Nothing was saved.");
        Assert.Equal(HttpStatusCode.NotFound, (await app.App.Process.Http.GetAsync("api/spells/at-once")).StatusCode);
        await tab.Page.GetByLabel("who").FillAsync("Ada");
        await tab.Page.RouteAsync("**/api/spells/at-once/casts", route => route.AbortAsync(), new() { Times = 1 });
        await tab.Button("Save and cast").ClickAsync();
        await tab.SeeAsync("Try again when it is back.");
        await tab.WaitAsync("location.hash === '#/spells/at-once'");
        await tab.Button("Cast").ClickAsync();

        await tab.SeeStatusAsync("completed");
        Assert.Equal(1, (int?)(await app.App.GetAsync("api/spells/at-once"))["version"]);
    }

    [BrowserFact]
    public async Task What_was_typed_when_the_key_ended_is_there_for_who_signs_in_again()
    {
        string key = await app.KeyAsync("leaving", "caster");
        await using DashboardTab tab = await app.OpenAsync("/spells/hello", key);
        ILocator text = tab.Page.GetByLabel("The document of the spell");
        string mine = (await text.InputValueAsync()).Replace("\"slug\"", "\"description\": \"Mine.\", \"slug\"", StringComparison.Ordinal);
        (await app.App.Process.Http.DeleteAsync($"api/keys/{key.Split('_')[1]}")).EnsureSuccessStatusCode();

        await text.FillAsync(mine);
        await tab.Heading("Sign in").WaitForAsync();
        await tab.Page.GetByLabel("Key").FillAsync(app.Key);
        await tab.Button("Sign in").ClickAsync();

        await tab.SeeAsync("● Not saved.");
        Assert.Equal(mine, await text.InputValueAsync());
    }

    [BrowserFact]
    public async Task Inputs_that_do_not_fit_are_told_beside_their_fields()
    {
        await using DashboardTab tab = await app.OpenAsync("/spells/album-cover");
        await tab.SeeAsync("version 1");

        await tab.Button("Cast").ClickAsync();

        await tab.SeeAsync("is required");
        Assert.Contains("/spells/album-cover", tab.Page.Url, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Somebody_elses_version_is_not_saved_over_without_a_word()
    {
        await app.App.Process.Http.PutAsync("api/spells/shared", Json("""{ "steps": [{ "id": "a", "tool": "json.value", "with": { "value": 1 } }] }"""));
        await using DashboardTab tab = await app.OpenAsync("/spells/shared");
        ILocator text = tab.Page.GetByLabel("The document of the spell");
        await tab.SeeAsync("version 1");
        await app.App.Process.Http.PutAsync("api/spells/shared", Json("""{ "steps": [{ "id": "a", "tool": "json.value", "with": { "value": 2 } }] }"""));

        await text.FillAsync("""{ "slug": "shared", "steps": [{ "id": "a", "tool": "json.value", "with": { "value": 3 } }] }""");
        await tab.Page.GetByText("✓ Valid").WaitForAsync();
        await tab.Button("Save").ClickAsync();

        await tab.Page.GetByRole(AriaRole.Dialog).Or(tab.Page.GetByRole(AriaRole.Alert)).First.WaitForAsync();
        Assert.Equal(2, (int?)(await app.App.GetAsync("api/spells/shared"))["version"]);
    }

    [BrowserFact]
    public async Task A_tool_is_tried_and_what_it_gives_is_seen()
    {
        await using DashboardTab tab = await app.OpenAsync("/tools/sandbox.image");
        await tab.Page.GetByLabel("prompt").First.FillAsync("A lighthouse");

        await tab.Button("Try it").ClickAsync();

        // What is out of sight is not fetched.
        await tab.Page.Locator(".artifact").ScrollIntoViewIfNeededAsync();
        await tab.Page.Locator(".artifact img").WaitForAsync();
    }

    static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");
}
