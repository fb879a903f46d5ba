using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Schemas;

namespace Grimoire.Cooks;

/// <summary>
/// The pieces of a cook as a table, written row by row. JSON Lines have a piece as it is; CSV has a column for each input and each field of the output
/// that is known beforehand, and in the columns "inputs" and "output", as JSON, what has no column of its own.
/// </summary>
/// <param name="inputs">The names of the inputs that have a column.</param>
/// <param name="output">The names of the fields of the output that have a column.</param>
public sealed class PieceTable(IReadOnlyList<string> inputs, IReadOnlyList<string> output)
{
    /// <summary>With the inputs that the spell's schema describes.</summary>
    public static PieceTable Of(JsonObject? inputSchema, IReadOnlyList<string> output) => new(SchemaView.Of(inputSchema)?.Fields ?? [], output);

    public async Task WriteCsvAsync(TextWriter writer, IAsyncEnumerable<PieceRow> rows, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(writer);
        await WriteAsync(writer, CsvHeader(), cancellation).ConfigureAwait(false);
        await foreach (var row in rows.WithCancellation(cancellation).ConfigureAwait(false))
        {
            await WriteAsync(writer, CsvLine(row), cancellation).ConfigureAwait(false);
        }
    }

    public static async Task WriteJsonLinesAsync(TextWriter writer, IAsyncEnumerable<PieceRow> rows, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(writer);
        await foreach (var row in rows.WithCancellation(cancellation).ConfigureAwait(false))
        {
            await WriteAsync(writer, JsonLine(row), cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The first line, with the line break after it.</summary>
    public string CsvHeader() => Line(
        ["index", "castId", "status", .. inputs.Select(name => "inputs." + name), "inputs", .. output.Select(name => "output." + name), "output", "costUsd", "errorCode", "errorMessage"]);

    /// <summary>A row, with the line break after it.</summary>
    public string CsvLine(PieceRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        List<string> cells = [row.Index.ToString(CultureInfo.InvariantCulture), CsvCell.Of(row.CastId), CsvCell.Of(row.Status)];
        Flatten(row.Inputs, inputs, cells);
        Flatten(row.Output, output, cells);
        cells.Add(row.CostUsd?.ToString(CultureInfo.InvariantCulture) ?? "");
        cells.Add(CsvCell.Of(row.Error?.Code));
        cells.Add(CsvCell.Of(row.Error?.Message));
        return string.Join(',', cells) + "\r\n";
    }

    /// <summary>A row, with the line break after it.</summary>
    public static string JsonLine(PieceRow row) => JsonSerializer.Serialize(row, DomainJson.Options) + "\n";

    /// <summary>What has a column, and then what has none.</summary>
    static void Flatten(JsonNode? value, IReadOnlyList<string> names, List<string> cells)
    {
        var fields = value as JsonObject;
        cells.AddRange(names.Select(name => CsvCell.Of(fields?[name])));
        if (fields is null)
        {
            cells.Add(CsvCell.Of(value));
            return;
        }

        var rest = new JsonObject();
        foreach (var (name, field) in fields)
        {
            if (!names.Contains(name))
            {
                rest[name] = field?.DeepClone();
            }
        }

        cells.Add(rest.Count == 0 ? "" : CsvCell.Of(rest));
    }

    static string Line(IEnumerable<string> texts) => string.Join(',', texts.Select(CsvCell.Of)) + "\r\n";

    static Task WriteAsync(TextWriter writer, string line, CancellationToken cancellation) => writer.WriteAsync(line.AsMemory(), cancellation);
}
