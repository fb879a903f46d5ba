using System.Security.Cryptography;
using System.Text;
using Grimoire.Cli.Output;
using Grimoire.Cli.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Grimoire.Cli.Tests;

/// <summary>Text and names that mean harm.</summary>
public sealed class HostileTests
{
    [Theory]
    [InlineData("[red]Name[/]", "[red]Name[/]")]
    [InlineData("\u001b[2Jgone", "\\x1b[2Jgone")]
    [InlineData("two\nlines\r\t", "two\\nlines\\r\\t")]
    [InlineData("\u009b31m", "\\x9b31m")]
    [InlineData("a\u202egnp.exe", "a\\u202egnp.exe")]
    [InlineData("Sigur Rós 🎵", "Sigur Rós 🎵")]
    public void Text_of_others_does_nothing_to_a_terminal(string text, string shown) => Assert.Equal(shown, SafeText.Line(text));

    [Fact]
    public void Half_a_character_is_escaped() => Assert.Equal("a\\ud83cb", SafeText.Line("a" + (char)0xd83c + "b"));

    [Fact]
    public async Task A_name_with_markup_and_escapes_is_shown_as_what_it_is()
    {
        const string answer = """{"spells":[{"slug":"x","version":1,"savedAt":"2030-01-01T00:00:00Z","name":"[red]\u001b]0;title\u0007\u001b[2J[/"}]}""";
        await using var app = await FakeApp.AnsweringAsync(answer);
        using var home = new CliHome();
        var table = (await home.RunAsync("spells", "list", "--url", app.Url)).Ends(0);
        Assert.Contains("[red]\\x1b]0;title\\x07\\x1b[2J[/", table.Out, StringComparison.Ordinal);
        var json = (await home.RunAsync("spells", "list", "--url", app.Url, "--json")).Ends(0);
        Assert.DoesNotContain('\u001b', json.Out);
        Assert.Equal("[red]\u001b]0;title\u0007\u001b[2J[/", json.Json.GetProperty("spells")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_problem_with_escapes_is_shown_as_what_it_is()
    {
        await using var app = await FakeApp.AnsweringAsync("""{"code":"\u001b[31mx","detail":"\u001b[2J","errors":[{"pointer":"/\u001b","code":"[red]","message":"\r\n"}]}""", 422);
        using var home = new CliHome();
        var run = (await home.RunAsync("spells", "list", "--url", app.Url)).Ends(3);
        Assert.DoesNotContain('\u001b', run.Error);
        Assert.Contains("/\\x1b: [red]: \\r\\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "UX13")]
    public async Task No_name_of_an_artifact_leads_out_of_the_folder()
    {
        await using var app = await ArtifactsAsync("evil", "../../evil.txt", "/etc/evil.txt", "..\\\\evil.txt", "a/../../evil.txt", "CON", "fine/a b.txt");
        using var home = new CliHome();
        var run = await home.RunAsync("artifacts", "download", "main-1", "--url", app.Url, "--dir", "down");
        Assert.Equal(7, run.Exit);
        Assert.Contains("cannot be asked for", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(home.Folder, "*evil*", SearchOption.AllDirectories), file => !file.Contains("/down/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_that_some_system_does_not_take_become_others()
    {
        await using var app = await ArtifactsAsync("text", "CON", "fine/a b.txt", "C:evil");
        using var home = new CliHome();
        (await home.RunAsync("artifacts", "download", "main-1", "--url", app.Url, "--dir", "down")).Ends(0);
        var files = Directory.EnumerateFiles(Path.Combine(home.Work, "down"), "*", SearchOption.AllDirectories).Select(Path.GetFileName).ToList();
        Assert.Equal(3, files.Count);
        Assert.Contains("a b.txt", files);
        Assert.DoesNotContain("CON", files);
        Assert.DoesNotContain(files, file => file!.Contains(':', StringComparison.Ordinal) || file.Contains(".part", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_downloaded_through_a_link()
    {
        await using var app = await ArtifactsAsync("text", "out/evil.txt");
        using var home = new CliHome();
        var outside = Directory.CreateDirectory(Path.Combine(home.Folder, "outside")).FullName;
        Directory.CreateDirectory(Path.Combine(home.Work, "down"));
        Directory.CreateSymbolicLink(Path.Combine(home.Work, "down", "out"), outside);
        Assert.Contains("is a link", (await home.RunAsync("artifacts", "download", "main-1", "--url", app.Url, "--dir", "down")).Ends(9).Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(outside));
    }

    [Fact]
    public async Task What_comes_damaged_is_not_stored()
    {
        await using var app = await FakeApp.StartAsync((context, _) => context.Request.Path.Value!.EndsWith("/artifacts", StringComparison.Ordinal)
            ? FakeApp.WriteAsync(context, $$"""{"artifacts":[{"artifact":"a.txt","sha256":"{{new string('0', 64)}}"}]}""")
            : context.Response.WriteAsync("something else"));
        using var home = new CliHome();
        Assert.Contains("damaged", (await home.RunAsync("artifacts", "download", "main-1", "--url", app.Url)).Ends(7).Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(home.Work));
    }

    static Task<FakeApp> ArtifactsAsync(string content, params string[] names)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
        return FakeApp.StartAsync((context, _) =>
        {
            context.Response.Headers.ETag = $"\"{sha256}\"";
            return context.Request.Path.Value!.EndsWith("/artifacts", StringComparison.Ordinal)
                ? FakeApp.WriteAsync(context, $$"""{"artifacts":[{{string.Join(',', names.Select(name => $$"""{"artifact":"{{name}}","sha256":"{{sha256}}"}"""))}}]}""")
                : context.Response.WriteAsync(content);
        });
    }
}
