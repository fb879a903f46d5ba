using Grimoire.Cli.Tests.Support;

namespace Grimoire.Cli.Tests;

/// <summary>What is told to somebody who has mistyped a command.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("frobnicate", "error: 'frobnicate' is no command of grimoire.\ngrimoire --help tells how it is used.\n")]
    [InlineData("frobnicate the thing", "error: 'frobnicate' is no command of grimoire.\ngrimoire --help tells how it is used.\n")]
    [InlineData("spels list", "error: 'spels' is no command of grimoire. Did you mean 'spells'?\ngrimoire --help tells how it is used.\n")]
    [InlineData("spells lits", "error: 'lits' is no command of grimoire spells. Did you mean 'list'?\ngrimoire spells --help tells how it is used.\n")]
    [InlineData("spells --jsn", "error: '--jsn' is no option of grimoire spells. Did you mean '--json'?\ngrimoire spells --help tells how it is used.\n")]
    public async Task What_is_no_command_is_told_in_a_line_with_where_the_help_is(string arguments, string told)
    {
        using var home = new CliHome();
        var run = (await home.RunAsync(arguments.Split(' '))).Ends(2);
        Assert.Equal(told, run.Error.ReplaceLineEndings("\n"));
        Assert.Empty(run.Out);
    }

    [Theory]
    [InlineData("--timeout soon")]
    [InlineData("cast hello --frob")]
    public async Task What_is_wrong_with_an_option_is_told_without_the_whole_help(string arguments)
    {
        using var home = new CliHome();
        var run = (await home.RunAsync(arguments.Split(' '))).Ends(2);
        Assert.DoesNotContain("Usage:", run.Error, StringComparison.Ordinal);
        Assert.Contains("--help tells how it is used.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("spells")]
    public async Task Without_a_command_the_help_tells_which_there_are(string arguments)
    {
        using var home = new CliHome();
        var run = (await home.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Ends(2);
        Assert.Contains("Usage:", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_brings_no_key_is_told_where_one_comes_from()
    {
        await using var app = await FakeApp.AnsweringAsync("""{"code":"auth.missing","detail":"A key is wanted."}""", 401);
        using var home = new CliHome();
        var run = (await home.RunAsync("spells", "list", "--url", app.Url)).Ends(4);
        Assert.Contains("auth.missing: A key is wanted. Set GRIMOIRE_KEY to a key. The first one is in the log of the app's first start", run.Error, StringComparison.Ordinal);
        Assert.Contains("grimoire keys create", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("keys create", (await home.RunAsync("spells", "list", "--url", app.Url, "--key", "grm_x")).Ends(4).Error, StringComparison.Ordinal);
    }
}
