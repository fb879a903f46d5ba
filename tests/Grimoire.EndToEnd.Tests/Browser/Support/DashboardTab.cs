using System.Collections.Concurrent;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Microsoft.Playwright;

namespace Grimoire.EndToEnd.Tests.Browser.Support;

/// <summary>A tab with the dashboard. What goes wrong in it without a word fails the test when it is closed.</summary>
internal sealed class DashboardTab : IAsyncDisposable
{
    readonly IBrowserContext _context;
    readonly DashboardApp _app;
    readonly ConcurrentQueue<string> _complaints = new();

    public DashboardTab(IBrowserContext context, IPage page, DashboardApp app)
    {
        (_context, Page, _app) = (context, page, app);
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.Console += (_, message) =>
        {
            // That a request was refused is shown on the page; the browser says it again.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                _complaints.Enqueue(message.Text);
            }
        };
    }

    public IPage Page { get; }

    /// <summary>What the browser has complained of: errors, and what the Content-Security-Policy has kept from happening.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    public Task GoAsync(string path) => Page.GotoAsync("/#" + path);

    public ILocator Heading(string text) => Page.GetByRole(AriaRole.Heading, new() { Name = text }).First;

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Link(string name) => Page.GetByRole(AriaRole.Link, new() { Name = name });

    /// <summary>Waits until the page shows a text.</summary>
    public Task SeeAsync(string text) => Page.GetByText(text).First.WaitForAsync();

    /// <summary>Waits until something is so in the page. Asked from here: what a page asks itself again and again, as WaitForFunction does, its policy may keep from being evaluated.</summary>
    /// <param name="isSo">An expression; or a function, which is given <paramref name="argument"/>.</param>
    /// <param name="argument">For the function.</param>
    public Task WaitAsync(string isSo, object? argument = null) =>
        Eventually.SeeAsync(() => Page.EvaluateAsync<bool>(isSo, argument), so => so, _app.App.Process);

    /// <summary>Opens a cast and waits until it is shown to have ended so.</summary>
    public async Task SeeCastAsync(string id, string status)
    {
        await GoAsync($"/casts/{id}");
        await SeeStatusAsync(status);
    }

    public Task SeeStatusAsync(string status) => Page.Locator("h1", new() { HasText = status }).WaitForAsync();

    /// <summary>The id of the cast that is shown.</summary>
    public string CastId => Uri.UnescapeDataString(new Uri(Page.Url).Fragment.Split('?')[0]["#/casts/".Length..]);

    /// <summary>Waits until there are as many of it: what is shown of a cast comes in several answers.</summary>
    public static Task CountAsync(ILocator what, int count) => Assertions.Expect(what).ToHaveCountAsync(count, new() { Timeout = 30_000 });

    /// <summary>Keeps a picture where CI wants them.</summary>
    public async Task PictureAsync(string name)
    {
        if (BrowserSettings.Screenshots.Length > 0)
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(BrowserSettings.Screenshots, name + ".png"), FullPage = true });
        }
    }

    /// <summary>Nothing of the page keeps people out who see or move differently, as far as a program can tell (WCAG 2.2 AA).</summary>
    public async Task CheckAccessAsync()
    {
        await Page.EvaluateAsync(await File.ReadAllTextAsync(BrowserSettings.Axe));
        JsonElement? found = await Page.EvaluateAsync("""
            async () => (await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
                .violations.map(one => `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map(node => node.html + ' ' + node.failureSummary).join(' | ')}`)
            """);
        Assert.True(found!.Value.GetArrayLength() == 0, $"{Page.Url}: {found}");
    }

    /// <summary>The page is no wider than the window.</summary>
    public async Task CheckWidthAsync()
    {
        int over = await Page.EvaluateAsync<int>("document.body.scrollWidth - document.body.clientWidth");
        Assert.True(over <= 0, $"{Page.Url} is {over} pixels wider than the window.");
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        Assert.True(_complaints.IsEmpty, $"The browser complained: {string.Join('\n', _complaints)}\nThe app at {_app.Url} said:\n{_app.App.Process.Output}");
    }
}
