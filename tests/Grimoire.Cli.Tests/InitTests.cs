using System.Text.Json;
using Grimoire.Cli.Tests.Support;

namespace Grimoire.Cli.Tests;

/// <summary>What a new folder is told to work with.</summary>
public sealed class InitTests
{
    [Fact]
    public async Task The_address_is_the_one_in_force_and_it_is_told_who_says_it()
    {
        using var home = new CliHome();
        var run = (await home.RunAsync("init", "default")).Ends(0);
        Assert.Equal("http://127.0.0.1:7071", AddressIn(home, "default"));
        Assert.Contains("made default/grimoire.json, for the app at http://127.0.0.1:7071 (the default)", run.Out, StringComparison.Ordinal);

        home.Environment["GRIMOIRE_URL"] = "http://127.0.0.1:7099/api/";
        run = (await home.RunAsync("init", "environment")).Ends(0);
        Assert.Equal("http://127.0.0.1:7099", AddressIn(home, "environment"));
        Assert.Contains("made environment/grimoire.json, for the app at http://127.0.0.1:7099 (GRIMOIRE_URL)", run.Out, StringComparison.Ordinal);

        run = (await home.RunAsync("init", "flag", "--url", "https://example.org/grimoire")).Ends(0);
        Assert.Equal("https://example.org/grimoire", AddressIn(home, "flag"));
        Assert.Contains("(--url)", run.Out, StringComparison.Ordinal);

        Assert.Contains("no address of an app", (await home.RunAsync("init", "wrong", "--url", "ftp://x")).Ends(2).Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(home.Work, "wrong")));
    }

    [Fact]
    public async Task Settings_that_are_there_stay_and_no_address_is_told()
    {
        using var home = new CliHome();
        home.Write("shop/grimoire.json", """{"url":"https://example.org"}""");
        var run = (await home.RunAsync("init", "shop")).Ends(0);
        Assert.Contains("shop/grimoire.json is there already", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("for the app at", run.Out, StringComparison.Ordinal);
        Assert.Equal("https://example.org", AddressIn(home, "shop"));
    }

    [Fact]
    public async Task It_is_told_where_a_key_comes_from()
    {
        using var home = new CliHome();
        var run = (await home.RunAsync("init")).Ends(0);
        Assert.Contains("The first one is in the log of the app's first start", run.Out, StringComparison.Ordinal);
        Assert.Contains("  grimoire spells push spells", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("./grimoire", ".", "  ./grimoire spells push spells")]
    [InlineData("/opt/my apps/grimoire", "shop", "  '/opt/my apps/grimoire' spells push spells")]
    public async Task What_to_type_next_begins_as_the_command_was_called(string called, string folder, string next)
    {
        using var home = new CliHome { Environment = { ["GRIMOIRE_COMMAND"] = called } };
        Assert.Contains(next, (await home.RunAsync("init", folder)).Ends(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_script_at_the_root_tells_itself_as_what_to_type_also_from_the_new_folder()
    {
        using var home = new CliHome();
        var script = Path.Combine(CliHome.Root, "grimoire");
        var run = await home.RunProgramAsync("/bin/bash", "-c", "cd \"$1\" && ./grimoire init \"$2\"", "bash", CliHome.Root, Path.Combine(home.Work, "shop"));
        Assert.Contains($"  {script} spells push spells", run.Ends(0).Out, StringComparison.Ordinal);

        var bin = Directory.CreateDirectory(Path.Combine(home.Folder, "bin")).FullName;
        File.CreateSymbolicLink(Path.Combine(bin, "grimoire"), script);
        run = await home.RunProgramAsync("/bin/bash", "-c", "PATH=\"$1:$PATH\" && grimoire init other", "bash", bin);
        Assert.Contains("  grimoire spells push spells", run.Ends(0).Out, StringComparison.Ordinal);
    }

    static string? AddressIn(CliHome home, string folder) =>
        JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(home.Work, folder, "grimoire.json"))).GetProperty("url").GetString();
}
