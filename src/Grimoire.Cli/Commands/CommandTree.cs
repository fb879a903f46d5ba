using System.CommandLine;
using System.CommandLine.Help;

namespace Grimoire.Cli.Commands;

/// <summary>All commands.</summary>
static class CommandTree
{
    public static RootCommand Build()
    {
        var root = new RootCommand("Casts spells of a Grimoire app, watches them, cooks, and looks after the app.") { HelpName = "grimoire" };
        foreach (var option in GlobalOptions.All)
        {
            root.Add(option);
        }

        foreach (var command in (IEnumerable<Command>)
        [
            InitCommand.Build(),
            SpellsCommands.Build(),
            CastCommand.Build(),
            WatchCommand.Build(),
            CastsCommands.Build(),
            EventsCommand.Build(),
            ArtifactsCommands.Build(),
            RedriveCommand.Build(),
            .. ControlCommands.Build(),
            ApprovalsCommand.Build(),
            AnswerCommand.Build(),
            CookCommands.Build(),
            ToolsCommands.Build(),
            AccountsCommands.Build(),
            KeysCommands.Build(),
            UsageCommand.Build(),
            DeadLettersCommands.Build(),
            .. OpsCommands.Build(),
            CompletionCommand.Build(),
        ])
        {
            root.Add(command);
        }

        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Description = "Shows how a command is used.";
            help.Action = new HelpWithExample((HelpAction)help.Action!);
        }

        foreach (var version in root.Options.OfType<VersionOption>())
        {
            version.Description = "Shows the version.";
        }

        return root;
    }

    /// <summary>A command as it is typed.</summary>
    public static string PathOf(Command command, string root = "grimoire")
    {
        var parent = command.Parents.OfType<Command>().FirstOrDefault();
        return parent is null ? root : $"{PathOf(parent, root)} {command.Name}";
    }
}
