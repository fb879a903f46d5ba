using System.CommandLine;
using System.ComponentModel;
using System.Reflection;
using System.Runtime.Versioning;
using System.Text;
using System.Text.RegularExpressions;
using Grimoire.Cli.Commands;
using Grimoire.Cli.Tests.Support;

namespace Grimoire.Cli.Tests;

/// <summary>docs/cli.md says what the command does: its tables are those of the command, and its examples run.</summary>
[Collection(OtherWorld.Name)]
public sealed partial class DocsTests(World world)
{
    static string Page => File.ReadAllText(Path.Combine(CliHome.Root, "docs", "cli.md"));

    [Fact]
    [Trait("Row", "UX13")]
    public void The_commands_are_those_that_there_are() => Assert.Equal(Commands(), Part("commands"));

    [Fact]
    public void The_options_of_every_command_are_those_that_there_are()
    {
        var table = string.Join('\n', GlobalOptions.All.Select(option => $"| `{Usage(option)}` | {option.Description} |"));
        Assert.Equal(table, Part("options"));
    }

    [Fact]
    public void The_exit_codes_are_those_of_the_command()
    {
        var table = string.Join('\n', Enum.GetValues<ExitCode>().Select(code =>
            $"| {(int)code} | {typeof(ExitCode).GetField(code.ToString())!.GetCustomAttribute<DescriptionAttribute>()!.Description} |"));
        Assert.Equal(table, Part("exit codes"));
    }

    [Fact]
    public void Every_command_that_does_something_has_an_example_that_parses()
    {
        var root = CommandTree.Build();
        foreach (var verb in All(root).OfType<Verb>().Where(verb => verb.Action is not null))
        {
            Assert.NotEmpty(verb.Example);
            foreach (var line in Regex.Matches(verb.Example, "grimoire ((?:[^&|;<>()\"\n]|\"[^\"]*\")*)").Select(match => match.Groups[1].Value.Trim()))
            {
                var parsed = root.Parse(line);
                Assert.True(parsed.Errors.Count == 0, $"{CommandTree.PathOf(verb)}: '{line}': {string.Join(" ", parsed.Errors)}");
            }
        }
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task What_the_page_says_to_type_works()
    {
        using var home = world.Home();
        var bin = Directory.CreateDirectory(Path.Combine(home.Folder, "bin")).FullName;
        var command = Path.Combine(bin, "grimoire");
        await File.WriteAllTextAsync(command, $"#!/bin/sh\nexec '{CliHome.Dotnet}' exec '{CliHome.Assembly}' \"$@\"\n");
        File.SetUnixFileMode(command, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var blocks = Block().Matches(Page).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(blocks);
        var script = home.Write("page.sh", $"set -euo pipefail\nexport PATH='{bin}':\"$PATH\"\n{string.Join('\n', blocks)}");
        var run = (await home.RunProgramAsync("bash", script)).Ends(0);
        Assert.Contains("Hello, Ada!", run.Out, StringComparison.Ordinal);
    }

    static string Commands()
    {
        var text = new StringBuilder();
        foreach (var verb in All(CommandTree.Build()).OfType<Verb>().Where(verb => verb.Action is not null))
        {
            var arguments = string.Concat(verb.Arguments.Select(Usage));
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"**`{CommandTree.PathOf(verb)}{arguments}`** {verb.Description}\n");
            if (verb.Options.Count > 0)
            {
                text.Append("\n| option | |\n|---|---|\n");
                foreach (var option in verb.Options)
                {
                    text.Append(System.Globalization.CultureInfo.InvariantCulture, $"| `{Usage(option)}` | {option.Description?.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
                }
            }

            text.Append('\n');
        }

        return text.ToString().Trim();
    }

    static string Usage(Argument argument) =>
        argument.Arity.MinimumNumberOfValues == 0 || argument.HasDefaultValue
            ? $" [{argument.Name}]" : argument.Arity.MaximumNumberOfValues > 1 ? $" <{argument.Name}>..." : $" <{argument.Name}>";

    static string Usage(Option option)
    {
        var names = string.Join(", ", option.Aliases.OrderBy(name => name.Length).Append(option.Name));
        return (option.HelpName is { } value ? $"{names} <{value}>" : names) + (option.Required ? " (required)" : "");
    }

    static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(below => All(below).Prepend(below));

    static string Part(string name) => Page.Split($"<!-- {name} -->\n")[1].Split("<!-- end -->")[0].Trim().Split("|---|---|\n", name == "commands" ? 1 : 2)[^1];

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
