using System.Globalization;
using Grimoire.Cli.Output;

namespace Grimoire.Cli.Watching;

/// <summary>What a step asks a person.</summary>
/// <param name="Step">The id of the step.</param>
/// <param name="Item">Of a step with forEach: which element asks.</param>
/// <param name="Attempt">Which attempt.</param>
/// <param name="Text">As it is put to the person.</param>
/// <param name="Until">Then it is over.</param>
sealed record Question(string Step, int? Item, int Attempt, string Text, DateTimeOffset? Until)
{
    /// <summary>The command that answers what a step asks: of a step with forEach it needs the element.</summary>
    public static string Command(string castId, string step, int? item) =>
        $"{Called.Here} answer {castId} {step} --approve --by NAME{(item is { } element ? string.Create(CultureInfo.InvariantCulture, $" --item {element}") : "")}";

    /// <summary>A step, or an element of it, as it is told.</summary>
    public static string Place(string step, int? item) => item is { } element ? string.Create(CultureInfo.InvariantCulture, $"{step}[{element}]") : step;
}
