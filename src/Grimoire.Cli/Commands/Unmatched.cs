using System.CommandLine;
using Grimoire.Cli.Output;

namespace Grimoire.Cli.Commands;

/// <summary>A word where a command is wanted, and there is none of that name.</summary>
static class Unmatched
{
    const int MostTypos = 2;

    public static string Told(Command group, string word)
    {
        var isOption = word.StartsWith('-');
        var names = isOption ? OptionsOf(group) : group.Subcommands.Select(command => command.Name);
        var near = names.Select(name => (Name: name, Typos: Typos(word, name))).Where(one => one.Typos <= Math.Min(MostTypos, word.Length / 2)).OrderBy(one => one.Typos).FirstOrDefault();
        var meant = near.Name is { } name ? $" Is {name} meant?" : "";
        return $"'{word}' is no {(isOption ? "option" : "command")} of {CommandTree.PathOf(group, Called.Here)}.{meant}";
    }

    static IEnumerable<string> OptionsOf(Command group) =>
        group.Options.Concat(group.Parents.OfType<Command>().SelectMany(above => above.Options.Where(option => option.Recursive))).Select(option => option.Name);

    /// <summary>How many letters are other ones, too many or missing.</summary>
    static int Typos(string typed, string name)
    {
        var row = Enumerable.Range(0, name.Length + 1).ToArray();
        for (var i = 1; i <= typed.Length; i++)
        {
            (var diagonal, row[0]) = (row[0], i);
            for (var j = 1; j <= name.Length; j++)
            {
                var changed = diagonal + (typed[i - 1] == name[j - 1] ? 0 : 1);
                (diagonal, row[j]) = (row[j], Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1));
            }
        }

        return row[^1];
    }
}
