using System.Text.Json.Nodes;
using Grimoire.Documents;

namespace Grimoire.Cooks;

/// <summary>Pieces as they came out of a table, or what is wrong with the table.</summary>
/// <param name="Pieces">The inputs of each; they count only if there are no errors.</param>
/// <param name="Lines">On which line each of them begins, from 1.</param>
/// <param name="Errors">With line and column; pointers lead to the pieces. What is too much to list is counted.</param>
public sealed record PieceReading(IReadOnlyList<JsonObject> Pieces, IReadOnlyList<int> Lines, IReadOnlyList<Finding> Errors);

/// <summary>Reads tables of pieces. They are checked against the spell by <see cref="PieceChecks"/>.</summary>
public static class Pieces
{
    /// <summary>A JSON object a line; lines with nothing on them are skipped.</summary>
    public static PieceReading FromJsonLines(string text, PieceLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new JsonLinesReader(limits ?? PieceLimits.Default).Read(text);
    }

    /// <summary>CSV after RFC 4180, whose first line names the inputs.</summary>
    /// <param name="text">The table.</param>
    /// <param name="inputs">The schema of the spell's inputs: it says of which type a value is. Null: there is none.</param>
    /// <param name="limits">Null: the default ones.</param>
    public static PieceReading FromCsv(string text, JsonObject? inputs, PieceLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new CsvPieces(inputs, limits ?? PieceLimits.Default).Read(text);
    }
}
