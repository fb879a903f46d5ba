using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.EndToEnd.Tests.Browser.Support;
using Microsoft.Playwright;

namespace Grimoire.EndToEnd.Tests.Browser;

/// <summary>Whatever somebody writes into a field is shown as it is written, and does nothing, wherever it is shown.</summary>
[Collection(DashboardTests.Name)]
[Trait("Row", "UX12")]
public sealed class HostileTextTests(DashboardApp app)
{
    const string Hostile = """<img src=x onerror="window.hacked=1">'"><script>window.hacked=1</script><a href="javascript:window.hacked=1">x</a>""";

    [BrowserFact]
    public async Task Every_field_that_a_user_controls_is_text_on_every_page()
    {
        (string failed, string asked, string cook) = await FillAsync();
        await using DashboardTab tab = await app.OpenAsync();
        await tab.Page.AddInitScriptAsync("window.hacked = 0");

        await LookAsync(tab, "/casts");
        await LookAsync(tab, "/casts?status=failed&spell=" + Uri.EscapeDataString(Hostile));
        await LookAsync(tab, $"/casts/{failed}?step=" + Uri.EscapeDataString(Hostile));
        foreach (string part in (string[])["artifacts", "values", "events"])
        {
            await LookAsync(tab, $"/casts/{failed}?step=parse&tab={part}", waitFor: "Attempt 1");
            await tab.Page.EvaluateAsync("document.querySelectorAll('details').forEach(one => one.open = true)");
        }

        await LookAsync(tab, $"/casts/{asked}", waitFor: "onerror");
        await LookAsync(tab, "/attention?spell=none", waitFor: "onerror");
        await LookAsync(tab, "/spells", waitFor: "onerror");
        await LookAsync(tab, "/spells/hostile", waitFor: "onerror");
        await LookAsync(tab, "/tools", waitFor: "onerror");
        await LookAsync(tab, "/tools/hostile", waitFor: "onerror");
        await LookAsync(tab, "/cooks");
        await LookAsync(tab, $"/cooks/{cook}", waitFor: "onerror");
        await LookAsync(tab, "/attention?failedStep=parse", waitFor: "json.malformed");
        await LookAsync(tab, "/attention?spell=" + Uri.EscapeDataString(Hostile));
        await LookAsync(tab, "/usage?by=tool");
        await LookAsync(tab, "/health");
        await LookAsync(tab, "/casts/" + Uri.EscapeDataString(Hostile));
        await LookAsync(tab, "/spells/" + Uri.EscapeDataString(Hostile));
        await LookAsync(tab, "/" + Uri.EscapeDataString(Hostile));
        await app.App.PostAsync($"api/casts/{asked}/cancel");
    }

    /// <summary>What a tool has made is shown, but not as a page of the app.</summary>
    [BrowserFact]
    public async Task A_page_or_drawing_that_a_tool_has_made_is_text_to_read_or_a_file_to_save()
    {
        string id = await app.App.CastAsync("""
            [{ "id": "page", "tool": "text.artifact", "with": { "name": "page.html", "contentType": "text/html", "text": "<script>window.hacked=1</script>" } },
             { "id": "drawing", "tool": "text.artifact", "with": { "name": "drawing.svg", "contentType": "image/svg+xml", "text": "<svg xmlns='http://www.w3.org/2000/svg'><script>window.hacked=1</script></svg>" } },
             { "id": "lie", "tool": "text.artifact", "with": { "name": "lie.png", "contentType": "image/png", "text": "<script>window.hacked=1</script>" } }]
            """);
        await using DashboardTab tab = await app.OpenAsync();
        await tab.SeeCastAsync(id, "completed");

        await tab.Page.Locator(".artifact").Nth(2).ScrollIntoViewIfNeededAsync();
        await tab.Page.Locator(".artifact pre", new() { HasText = "<script>window.hacked=1</script>" }).First.WaitForAsync();

        Assert.Equal(0, await tab.Page.Locator("iframe, object, embed, .artifact svg").CountAsync());
        IDownload saved = await tab.Page.RunAndWaitForDownloadAsync(() => tab.Button("Save page/page.html").ClickAsync());
        Assert.Equal("page.html", saved.SuggestedFilename);
        Assert.Null(await tab.Page.EvaluateAsync<int?>("window.hacked ?? null"));
    }

    async Task<(string Failed, string Asked, string Cook)> FillAsync()
    {
        string text = JsonSerializer.Serialize(Hostile);
        await SaveAsync("api/tools/hostile", $$"""{ "kind": "http", "name": {{text}}, "description": {{text}}, "request": { "method": "GET", "url": "{{app.Sandbox.Url}}noop" } }""");
        await SaveAsync("api/spells/hostile", $$"""
            { "name": {{text}}, "description": {{text}}, "inputs": { "type": "object", "properties": { "text": { "type": "string", "title": {{text}}, "description": {{text}}, "default": {{text}} } } },
              "steps": [{ "id": "page", "name": {{text}}, "tool": "text.artifact", "with": { "name": "a.txt", "text": {{text}} } }, { "id": "parse", "name": {{text}}, "tool": "json.parse", "with": { "text": "${inputs.text}" } }] }
            """);
        string failed = await app.App.CastSavedAsync("hostile", $$"""{ "text": {{text}} }""");
        await app.App.EndAsync(failed, "failed");
        string asked = await app.App.CastAsync($$"""[{ "id": "ask", "name": {{text}}, "tool": "approval", "with": { "question": {{text}} } }]""");
        await app.App.SeeAsync(asked, cast => cast["steps"]![0]!["waits"] is not null);
        string cook = await CookPageTests.StartAsync(app, $$"""{ "spell": "hostile", "name": {{text}}, "pieces": [{ "text": {{text}} }] }""");
        await CookPageTests.EndAsync(app, cook);
        return (failed, asked, cook);
    }

    async Task SaveAsync(string path, string document)
    {
        using HttpResponseMessage saved = await app.App.Process.Http.PutAsJsonAsync(path, JsonNode.Parse(document));
        Assert.True(saved.IsSuccessStatusCode, await saved.Content.ReadAsStringAsync());
    }

    static async Task LookAsync(DashboardTab tab, string path, string? waitFor = null)
    {
        await tab.GoAsync(path);
        await tab.Page.Locator("#main h1, #main .problem").First.WaitForAsync();
        if (waitFor is not null)
        {
            await tab.WaitAsync("text => document.body.innerText.includes(text) || [...document.querySelectorAll('textarea')].some(one => one.value.includes(text))", waitFor);
        }

        await tab.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        Assert.Equal(0, await tab.Page.Locator("img[src='x'], #main script, a[href^='javascript:'], [onerror]").CountAsync());
        Assert.True(await tab.Page.EvaluateAsync<bool>("!window.hacked"), $"A script ran at {path}.");
    }
}
