using System.Text.RegularExpressions;

namespace Grimoire.Cli.Output;

/// <summary>How this command was called, so that what it tells to type next works: a clone has ./grimoire, and no grimoire.</summary>
static partial class Called
{
    /// <summary>Set by the script at the root of the repository.</summary>
    public const string Variable = "GRIMOIRE_COMMAND";

    /// <summary>Where it was called.</summary>
    public static string Here { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } name ? Quoted(name) : "grimoire";

    /// <summary>From another folder than that in which it was called.</summary>
    public static string Elsewhere { get; } =
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } name && name.Contains('/', StringComparison.Ordinal) ? Quoted(Path.GetFullPath(name)) : Here;

    static string Quoted(string name) => Harmless().IsMatch(name) ? name : $"'{name.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex("^[A-Za-z0-9_./+@%-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Harmless();
}
