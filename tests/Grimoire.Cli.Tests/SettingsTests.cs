using System.Runtime.Versioning;
using Grimoire.Cli.Tests.Support;

namespace Grimoire.Cli.Tests;

/// <summary>Where the address, the key and the account come from.</summary>
public sealed class SettingsTests
{
    const string NoSpells = """{"spells":[]}""";

    [Fact]
    [Trait("Row", "UX13")]
    public async Task A_flag_counts_before_the_environment_that_before_the_project_and_that_before_the_user()
    {
        await using var app = await FakeApp.AnsweringAsync(NoSpells);
        using var home = new CliHome();
        WriteUser(home, $$"""{"url":"{{app.Url}}","account":"user","key":"key-of-user"}""");
        (await home.RunAsync("spells", "list")).Ends(0);
        home.Write("grimoire.json", $$"""{"url":"{{app.Url}}","account":"project","key":"key-of-project"}""");
        (await home.RunAsync("spells", "list")).Ends(0);
        (home.Environment["GRIMOIRE_ACCOUNT"], home.Environment["GRIMOIRE_KEY"]) = ("environment", "key-of-environment");
        (await home.RunAsync("spells", "list")).Ends(0);
        (await home.RunAsync("spells", "list", "--account", "flag", "--key", "key-of-flag")).Ends(0);

        Assert.Equal(["Bearer key-of-user", "Bearer key-of-project", "Bearer key-of-environment", "Bearer key-of-flag"], app.Asked.Select(asked => asked.Key));
        Assert.Equal(["user", "project", "environment", "flag"], app.Asked.Select(asked => asked.Path.Split("account=")[1]));
    }

    [Fact]
    public async Task The_nearest_project_file_upwards_counts()
    {
        await using var app = await FakeApp.AnsweringAsync(NoSpells);
        using var home = new CliHome();
        home.Write("grimoire.json", $$"""{"url":"{{app.Url}}/api/"}""");
        var below = Directory.CreateDirectory(Path.Combine(home.Work, "a", "b")).FullName;
        var run = await home.RunProgramAsync("/bin/sh", "-c", $"cd '{below}' && '{CliHome.Dotnet}' exec '{CliHome.Assembly}' spells list");
        run.Ends(0);
        Assert.StartsWith("/api/spells?", app.Asked.Single().Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"url":"localhost:7071"}""", "no address of an app")]
    [InlineData("""{"ulr":"http://localhost:7071"}""", "'ulr' is no setting; there are url, account, key")]
    [InlineData("""{"url":7071}""", "'url' has to be text")]
    [InlineData("{\n\"url\":}", ":2:7: this is no JSON")]
    [InlineData("""{"account":"Main!"}""", "cannot be an account")]
    [InlineData("""{"key":"two words"}""", "has characters that no key has")]
    public async Task A_wrong_value_is_told_with_the_file_that_says_it(string file, string told)
    {
        using var home = new CliHome();
        var path = home.Write("grimoire.json", file);
        var run = (await home.RunAsync("spells", "list")).Ends(2);
        Assert.Contains(told, run.Error, StringComparison.Ordinal);
        Assert.Contains(path, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("two words", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--url", "ftp://x", "(--url)")]
    [InlineData("--account", "A B", "(--account)")]
    [InlineData("--timeout", "soon", "no time for --timeout")]
    [InlineData("--timeout", "0", "no time for --timeout")]
    public async Task A_wrong_flag_is_told(string flag, string value, string told)
    {
        using var home = new CliHome();
        Assert.Contains(told, (await home.RunAsync("spells", "list", flag, value)).Ends(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_key_of_the_user_is_not_sent_to_where_a_folder_says()
    {
        await using var app = await FakeApp.AnsweringAsync(NoSpells);
        using var home = new CliHome();
        WriteUser(home, """{"url":"https://grimoire.example.org","key":"key-of-user"}""");
        home.Write("grimoire.json", $$"""{"url":"{{app.Url}}"}""");
        var run = (await home.RunAsync("spells", "list")).Ends(2);
        Assert.Contains("is not sent to", run.Error, StringComparison.Ordinal);
        Assert.Empty(app.Asked);
        (await home.RunAsync("spells", "list", "--url", app.Url)).Ends(0);
        Assert.Equal("Bearer key-of-user", app.Asked.Single().Key);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_key_in_a_file_that_others_can_read_is_warned_about_and_never_shown()
    {
        await using var app = await FakeApp.AnsweringAsync(NoSpells);
        using var home = new CliHome();
        var path = home.Write("grimoire.json", $$"""{"url":"{{app.Url}}","key":"grm_0123456789ab_secret"}""");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var run = (await home.RunAsync("spells", "list")).Ends(0);
        Assert.Contains($"chmod 600 {path}", run.Error, StringComparison.Ordinal);
        File.SetUnixFileMode(path, UnixFileMode.UserRead);
        Assert.DoesNotContain("chmod", (await home.RunAsync("spells", "list")).Ends(0).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", run.Error + run.Out, StringComparison.Ordinal);
    }

    static void WriteUser(CliHome home, string json)
    {
        var folder = Directory.CreateDirectory(Path.Combine(home.Home, ".config", "grimoire")).FullName;
        File.WriteAllText(Path.Combine(folder, "config.json"), json);
    }
}
