using Grimoire.EndToEnd.Tests.Browser.Support;
using Microsoft.Playwright;

namespace Grimoire.EndToEnd.Tests.Browser;

/// <summary>Nobody sees anything without a key, and a key stays in its tab.</summary>
[Collection(DashboardTests.Name)]
[Trait("Row", "UX12")]
public sealed class SignInTests(DashboardApp app)
{
    [BrowserFact]
    public async Task A_wrong_key_is_refused_in_words_and_a_right_one_opens_the_casts()
    {
        await using DashboardTab tab = await app.OpenAsync(key: "");
        await tab.Heading("Sign in").WaitForAsync();
        ILocator key = tab.Page.GetByLabel("Key");

        await key.FillAsync("grm_000000000000_wrong");
        await tab.Button("Sign in").ClickAsync();

        await tab.SeeAsync("There is no such key, or it does not hold any more.");
        Assert.Null(await tab.Page.EvaluateAsync<string?>("sessionStorage.getItem('grimoire.key')"));
        await key.FillAsync(app.Key);
        await tab.Button("Sign in").ClickAsync();
        await tab.Heading("Casts").WaitForAsync();
    }

    [BrowserFact]
    public async Task A_key_in_the_address_is_taken_out_of_it_and_is_kept_for_the_tab_alone()
    {
        await using DashboardTab tab = await app.OpenAsync();
        await tab.Heading("Casts").WaitForAsync();

        Assert.DoesNotContain("grm_", tab.Page.Url, StringComparison.Ordinal);
        Assert.Equal(app.Key, await tab.Page.EvaluateAsync<string?>("sessionStorage.getItem('grimoire.key')"));
        Assert.DoesNotContain("grm_", await tab.Page.EvaluateAsync<string>("JSON.stringify(localStorage) + document.cookie"), StringComparison.Ordinal);
        IPage other = await tab.Page.Context.NewPageAsync();
        await other.GotoAsync("/");
        await other.GetByRole(AriaRole.Heading, new() { Name = "Sign in" }).WaitForAsync();
    }

    [BrowserFact]
    public async Task Signing_out_forgets_the_key()
    {
        await using DashboardTab tab = await app.OpenAsync();

        await tab.Button("Sign out").ClickAsync();

        await tab.Heading("Sign in").WaitForAsync();
        Assert.Null(await tab.Page.EvaluateAsync<string?>("sessionStorage.getItem('grimoire.key')"));
        await tab.Page.ReloadAsync();
        await tab.Heading("Sign in").WaitForAsync();
    }

    [BrowserFact]
    public async Task A_key_that_may_only_look_is_offered_nothing_else()
    {
        string id = await app.App.CastSavedAsync("hello", """{ "name": "Ada" }""");
        await app.App.EndAsync(id);
        await using DashboardTab tab = await app.OpenAsync(key: await app.KeyAsync("looks", "viewer"));

        await tab.SeeCastAsync(id, "completed");

        Assert.Equal(0, await tab.Button("Redrive…").CountAsync());
        Assert.Equal(0, await tab.Button("Remove…").CountAsync());
    }
}
