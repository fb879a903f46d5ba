using Grimoire.EndToEnd.Tests.Browser.Support;
using Microsoft.Playwright;

namespace Grimoire.EndToEnd.Tests.Browser;

/// <summary>Every page, in light and dark, on a desk and on a phone: nobody is kept out, nothing is cut off.</summary>
[Collection(DashboardTests.Name)]
[Trait("Row", "UX12")]
public sealed class LooksTests(DashboardApp app)
{
    [BrowserTheory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 375)]
    [InlineData(ColorScheme.Dark, 375)]
    public async Task Every_page_can_be_read_by_everybody(ColorScheme colors, int width)
    {
        string cast = await app.App.CastSavedAsync("album-cover", """{ "artist": "Blue Train" }""");
        await app.App.EndAsync(cast);
        string troubled = await app.App.CastSavedAsync("resilient");
        await app.App.EndAsync(troubled);
        string asked = await app.App.CastSavedAsync("poster", """{ "event": "Jazz night" }""");
        await app.App.SeeAsync(asked, cast => cast["steps"]!.AsArray().Any(step => step!["waits"] is not null));
        string cook = await CooksAsync();
        (string Name, string Path, string Shows)[] pages =
        [
            ("casts", "/casts", "album-cover"), ("cast", $"/casts/{cast}", "cover.png"), ("step", $"/casts/{troubled}?step=charge", "Attempt 3"), ("values", $"/casts/{cast}?tab=values", "Blue Train"),
            ("events", $"/casts/{troubled}?tab=events", "attempt.retrying"), ("spells", "/spells", "album-cover"), ("spell", "/spells/poster", "review"), ("new-spell", "/spells/new", "Save"),
            ("tools", "/tools", "sandbox.image"), ("tool", "/tools/sandbox.image", "sandbox.image"), ("cooks", "/cooks", "hello"), ("cook", $"/cooks/{cook}", "completed"),
            ("asked", $"/casts/{asked}", "Print the poster"), ("attention", "/attention", "Print the poster"), ("usage", "/usage", "Cost"), ("health", "/health", "storage"),
        ];
        await using DashboardTab tab = await app.OpenAsync(colors: colors, width: width);

        foreach ((string name, string path, string shows) in pages)
        {
            await tab.GoAsync(path);
            await tab.WaitAsync("text => document.querySelector('h1') && (document.body.innerText + [...document.querySelectorAll('textarea')].map(one => one.value)).includes(text)", shows);
            await tab.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            await tab.CheckWidthAsync();
            await tab.CheckAccessAsync();
            await tab.PictureAsync($"{name}-{colors}-{width}".ToLowerInvariant());
        }

        await app.App.PostAsync($"api/casts/{asked}/cancel");
    }

    [BrowserFact]
    public async Task Colours_that_were_chosen_stay_and_can_be_read()
    {
        await using DashboardTab tab = await app.OpenAsync(colors: ColorScheme.Light);

        await tab.Button("Dark colours").ClickAsync();
        await tab.Page.ReloadAsync();

        await tab.Button("Light colours").WaitForAsync();
        Assert.Equal("rgb(18, 20, 27)", await tab.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        await tab.CheckAccessAsync();
    }

    [BrowserFact]
    public async Task The_door_can_be_read_by_everybody()
    {
        await using DashboardTab tab = await app.OpenAsync(key: "", width: 375);
        await tab.Heading("Sign in").WaitForAsync();

        await tab.CheckWidthAsync();
        await tab.CheckAccessAsync();
        await tab.PictureAsync("sign-in-phone");
    }

    async Task<string> CooksAsync()
    {
        string cook = await CookPageTests.StartAsync(app, """{ "spell": "hello", "pieces": [{ "name": "Ada" }, { "name": "Grace" }, { "name": "Edsger" }] }""");
        await CookPageTests.EndAsync(app, cook);
        return cook;
    }
}
