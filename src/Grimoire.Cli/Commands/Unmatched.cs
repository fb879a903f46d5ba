using System.CommandLine;
using Grimoire.Cli.Output;
using Grimoire.Documents;

namespace Grimoire.Cli.Commands;

/// <summary>A word where a command is wanted, and there is none of that name.</summary>
static class Unmatched
{
    public static string Told(Command group, string word)
    {
        var isOption = word.StartsWith('-');
        var names = isOption ? OptionsOf(group) : group.Subcommands.Select(command => command.Name);
        return $"'{word}' is no {(isOption ? "option" : "command")} of {CommandTree.PathOf(group, Called.Here)}.{Suggestion.Question(word, names)}";
    }

    static IEnumerable<string> OptionsOf(Command group) =>
        group.Options.Concat(group.Parents.OfType<Command>().SelectMany(above => above.Options.Where(option => option.Recursive))).Select(option => option.Name);
}
