using Grimoire.Cli.Tests.Support;

namespace Grimoire.Cli.Tests;

/// <summary>The command in a real shell and on a real terminal.</summary>
[Collection(OtherWorld.Name)]
public sealed class ShellTests(World world)
{
    [Theory]
    [InlineData("grimoire spe", "spells")]
    [InlineData("grimoire spells pu", "pull push")]
    [InlineData("grimoire cast hello --idem", "--idempotency-key")]
    [InlineData("grimoire casts list --status fai", "failed")]
    [InlineData("grimoire completion z", "zsh")]
    public async Task Bash_completes_what_is_typed(string typed, string completed)
    {
        using var home = world.Home();
        var words = typed.Split(' ');
        var script = home.Write("complete.sh", $$"""
            grimoire() { '{{CliHome.Dotnet}}' exec '{{CliHome.Assembly}}' "$@"; }
            source <(grimoire completion bash)
            complete -p grimoire
            COMP_LINE='{{typed}}' COMP_POINT={{typed.Length}} COMP_WORDS=({{typed}}) COMP_CWORD={{words.Length - 1}}
            _grimoire
            echo "${COMPREPLY[*]}"
            """);
        var run = (await home.RunProgramAsync("bash", script)).Ends(0);
        Assert.Equal("complete -o default -F _grimoire grimoire\n" + completed + "\n", run.Out);
    }

    [Theory]
    [InlineData("zsh", "compdef _grimoire grimoire")]
    [InlineData("fish", "complete -c grimoire")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Other_shells_have_scripts_too(string shell, string has)
    {
        using var home = world.Home();
        Assert.Contains(has, (await home.RunAsync("completion", shell)).Ends(0).Out, StringComparison.Ordinal);
    }

    [TerminalFact]
    [Trait("Row", "UX13")]
    public async Task On_a_terminal_a_cast_is_drawn_and_left_as_it_ended()
    {
        using var home = world.Home();
        var run = await OnTerminalAsync(home, "cast resilient --input failures=1 --watch", "TERM=xterm-256color");
        run.Ends(0);
        Assert.Contains("\u001b[", run.Out, StringComparison.Ordinal);
        Assert.Contains("\u001b[?25h", run.Out, StringComparison.Ordinal);
        Assert.Contains("charge     completed  attempt 2", run.Out, StringComparison.Ordinal);
        Assert.Contains("forecast   caught", run.Out, StringComparison.Ordinal);
        Assert.Contains("\"charge\": \"paid in the end\"", run.Out, StringComparison.Ordinal);
    }

    [TerminalFact]
    public async Task On_a_terminal_a_cook_has_a_bar()
    {
        using var home = world.Home();
        home.Write("names.csv", "name\nAda\nGrace\n");
        var run = await OnTerminalAsync(home, "cook start hello --pieces names.csv --watch", "TERM=xterm-256color");
        run.Ends(0);
        Assert.Contains("2 of 2 pieces done", run.Out, StringComparison.Ordinal);
        Assert.Contains("\u001b[?25h", run.Out, StringComparison.Ordinal);
    }

    [TerminalFact]
    public async Task On_a_terminal_that_wants_none_nothing_is_drawn()
    {
        using var home = world.Home();
        foreach (var (environment, flag) in ((string, string)[])[("NO_COLOR=1 TERM=xterm", ""), ("TERM=dumb", ""), ("TERM=xterm", " --plain")])
        {
            var run = (await OnTerminalAsync(home, "cast hello --watch" + flag, environment)).Ends(0);
            // What .NET itself says to a terminal when it is first written to: that its keys are those of an application.
            Assert.DoesNotContain('\u001b', run.Out.Replace("\u001b[?1h\u001b=", "", StringComparison.Ordinal));
            Assert.Contains("cast.completed", run.Out, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--help", "completion <")]
    [InlineData("cast --help", "grimoire cast greeting --input name=Ada --watch")]
    [InlineData("cook start -h", "--concurrency")]
    public async Task Help_has_an_example(string arguments, string has)
    {
        using var home = world.Home();
        Assert.Contains(has, (await home.RunAsync(arguments.Split(' '))).Ends(0).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("spells")]
    [InlineData("sing")]
    [InlineData("cast")]
    [InlineData("cast hello --budget much")]
    [InlineData("redrive main-1 --version oldest")]
    [InlineData("casts list --top 0")]
    public async Task Wrong_usage_is_2_and_says_nothing_on_stdout(string arguments)
    {
        using var home = world.Home();
        var run = (await home.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Ends(2);
        Assert.Empty(run.Out);
        Assert.NotEmpty(run.Error);
    }

    [Fact]
    public async Task The_script_at_the_root_runs_the_command()
    {
        using var home = world.Home();
        Assert.Matches(@"^\d+\.\d+\.\d+", (await home.RunProgramAsync(Path.Combine(CliHome.Root, "grimoire"), "--version")).Ends(0).Out);
    }

    /// <summary>With "script", which gives it a terminal of its own.</summary>
    static async Task<CliRun> OnTerminalAsync(CliHome home, string arguments, string environment)
    {
        return await home.RunProgramAsync(
            "/usr/bin/script", "-qec", $"stty cols 120 rows 40; {environment} '{CliHome.Dotnet}' exec '{CliHome.Assembly}' {arguments}", "/dev/null");
    }
}
