using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Tests.Shared;
using Microsoft.Playwright;

namespace Grimoire.EndToEnd.Tests.Browser.Support;

/// <summary>The real app with keys on and the sample spells saved, the sandbox, and Chromium: for all tests of the dashboard.</summary>
public sealed class DashboardApp : IAsyncLifetime
{
    static readonly string[] Options =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    SandboxProcess? _sandbox;
    CastingApp? _app;
    IPlaywright? _playwright;
    IBrowser? _browser;

    internal CastingApp App => _app ?? throw new InvalidOperationException("It is not started.");

    internal SandboxProcess Sandbox => _sandbox ?? throw new InvalidOperationException("It is not started.");

    /// <summary>Of an operator.</summary>
    public string Key { get; private set; } = "";

    public Uri Url => App.Process.Http.BaseAddress!;

    public async Task InitializeAsync()
    {
        if (BrowserSettings.Missing is not null)
        {
            return;
        }

        _sandbox = await SandboxProcess.StartAsync();
        _app = CastingApp.Of(_sandbox, storage: "");
        _app.Settings["Security__Keys"] = "required";
        await _app.StartAsync();
        await _app.Process.WaitForOutputAsync(line => line.Contains("This is shown once", StringComparison.Ordinal));
        Key = FirstKey.In(_app.Process.Output);
        _app.Process.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        foreach (string slug in (string[])["hello", "album-cover", "panel", "poster", "resilient", "nightly"])
        {
            await _app.SaveSampleAsync(slug);
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = BrowserSettings.Chromium, Args = Options });
    }

    /// <summary>A tab of its own, signed in unless a page of another kind is wanted.</summary>
    /// <param name="path">After "#": "/casts".</param>
    /// <param name="key">Null: that of an operator; nothing: none.</param>
    /// <param name="colors">Light or dark.</param>
    /// <param name="width">Of the window; 375 is a phone.</param>
    internal async Task<DashboardTab> OpenAsync(string path = "/casts", string? key = null, ColorScheme colors = ColorScheme.Light, int width = 1280)
    {
        IBrowserContext context = await _browser!.NewContextAsync(new()
        {
            BaseURL = Url.ToString(),
            ColorScheme = colors,
            ViewportSize = new() { Width = width, Height = 900 },
            Locale = "en-GB",
        });
        context.SetDefaultTimeout(30_000);
        var tab = new DashboardTab(context, await context.NewPageAsync(), this);
        if (key != "")
        {
            // As a link brings it.
            await tab.Page.GotoAsync($"/#key={key ?? Key}");
            await tab.Page.GetByRole(AriaRole.Heading, new() { Name = "Casts" }).WaitForAsync();
        }

        await tab.Page.GotoAsync("/#" + path);
        return tab;
    }

    /// <summary>Makes a key of the account main.</summary>
    public async Task<string> KeyAsync(string name, string role)
    {
        using HttpResponseMessage made = await App.Process.Http.PostAsJsonAsync("api/keys", new { name, role });
        return (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()!;
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        if (_sandbox is not null)
        {
            await _sandbox.DisposeAsync();
        }
    }
}

[CollectionDefinition(Name)]
public sealed class DashboardTests : ICollectionFixture<DashboardApp>
{
    public const string Name = "the dashboard";
}
