using System.Globalization;
using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Schemas;

namespace Grimoire.Cooks;

/// <summary>Reads pieces from CSV: the first line names the inputs, each further one has the values of a piece.</summary>
sealed class CsvPieces(JsonObject? inputs, PieceLimits limits)
{
    /// <summary>More are no inputs that somebody thought of.</summary>
    const int MostColumns = 1_000;

    readonly PieceFindings _findings = new(limits.Findings);
    readonly List<JsonObject> _pieces = [];
    readonly List<int> _lines = [];

    public PieceReading Read(string text)
    {
        var csv = new CsvText(text);
        List<CsvColumn>? columns = null;
        var count = 0;
        foreach (var row in csv.Rows())
        {
            if (columns is null)
            {
                columns = Header(row);
                if (!_findings.IsEmpty)
                {
                    return Refused(_findings.Told(""));
                }
            }
            else if (count++ < limits.Pieces)
            {
                Row(row, columns, count - 1);
            }
        }

        if (csv.Malformed is { } malformed)
        {
            return Refused([.. _findings.Told(), malformed]);
        }

        if (count > limits.Pieces)
        {
            return Refused([new Finding("/pieces", "piece.tooMany", string.Create(CultureInfo.InvariantCulture, $"There are {count} pieces; {limits.Pieces} are allowed."))]);
        }

        if (count == 0)
        {
            _findings.Add("/pieces", "field.value", columns is null
                ? "There is nothing in it; a line with the names of the inputs is wanted, and then a line for each piece."
                : "There are no pieces; after the names of the inputs at least one line is wanted.");
        }

        return new PieceReading(_pieces, _lines, _findings.Told());
    }

    List<CsvColumn> Header(CsvRow row)
    {
        if (row.Cells.Count > MostColumns)
        {
            _findings.Add("", "field.tooMany", string.Create(CultureInfo.InvariantCulture, $"There are {row.Cells.Count} columns; {MostColumns} are allowed."), row.Line);
            return [];
        }

        var view = SchemaView.Of(inputs);
        var columns = new List<CsvColumn>();
        foreach (var (index, cell) in row.Cells.Index())
        {
            var column = CsvColumn.Of(cell.Trim(), view);
            var problem = column.Problem ?? columns.Select(other => column.Conflict(other)).FirstOrDefault(conflict => conflict is not null);
            if (problem is { } found)
            {
                _findings.Add("", found.Code, string.Create(CultureInfo.InvariantCulture, $"Line {row.Line}, column {index + 1}: {found.Message}"), row.Line);
            }

            columns.Add(column);
        }

        return columns;
    }

    void Row(CsvRow row, List<CsvColumn> columns, int index)
    {
        var pointer = JsonPointer.Append("/pieces", index);
        if (row.Cells.Count != columns.Count)
        {
            _findings.Add(pointer, "csv.cells", string.Create(
                CultureInfo.InvariantCulture, $"Line {row.Line} has {row.Cells.Count} cells; {columns.Count} are wanted, as the first line has."), row.Line);
            return;
        }

        var piece = new JsonObject();
        for (var i = 0; i < columns.Count; i++)
        {
            if (row.Cells[i].Length > 0 && columns[i].Put(row.Cells[i], piece) is { } problem)
            {
                _findings.Add(columns[i].PointerIn(pointer), "csv.value", string.Create(
                    CultureInfo.InvariantCulture, $"Line {row.Line}, column '{columns[i].Header}': {problem}"), row.Line);
            }
        }

        _pieces.Add(piece);
        _lines.Add(row.Line);
    }

    static PieceReading Refused(IReadOnlyList<Finding> errors) => new([], [], errors);
}
