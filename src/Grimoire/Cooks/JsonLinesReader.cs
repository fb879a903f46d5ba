using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Grimoire.Documents;

namespace Grimoire.Cooks;

/// <summary>Reads pieces of which each is a JSON object on a line of its own.</summary>
sealed class JsonLinesReader(PieceLimits limits)
{
    readonly PieceFindings _findings = new(limits.Findings);
    readonly List<JsonObject> _pieces = [];
    readonly List<int> _lines = [];

    public PieceReading Read(string text)
    {
        var count = 0;
        var line = 0;
        // Editors on Windows like to put one in front.
        var rest = text.AsSpan(text.StartsWith('\uFEFF') ? 1 : 0);
        while (!rest.IsEmpty)
        {
            // Nothing but a line feed ends a line: JSON may have all other separators within its texts.
            var end = rest.IndexOf('\n');
            var one = (end < 0 ? rest : rest[..end]).Trim(" \t\r");
            rest = end < 0 ? [] : rest[(end + 1)..];
            line++;
            if (one.IsEmpty)
            {
                continue;
            }

            if (count++ < limits.Pieces)
            {
                Line(one.ToString(), line, JsonPointer.Append("/pieces", count - 1));
            }
        }

        if (count == 0)
        {
            _findings.Add("/pieces", "field.value", "There are no pieces; a cook needs at least one, a JSON object of inputs a line.");
        }

        return count <= limits.Pieces
            ? new PieceReading(_pieces, _lines, _findings.Told())
            : new PieceReading([], [], [new Finding("/pieces", "piece.tooMany", string.Create(CultureInfo.InvariantCulture, $"There are {count} pieces; {limits.Pieces} are allowed."))]);
    }

    void Line(string text, int line, string pointer)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > limits.PieceBytes)
        {
            _findings.Add(pointer, "piece.tooLarge", $"Line {line} has {bytes} bytes; {limits.PieceBytes} are allowed.", line);
            return;
        }

        var wrong = new List<Finding>();
        var value = DocumentText.Parse(text, DocumentFormat.Json, limits.PieceBytes, wrong);
        foreach (var finding in wrong)
        {
            // For the reader of JSON each line is a text of its own.
            var message = finding.Message.Replace("at line 1, column", "at column", StringComparison.Ordinal);
            _findings.Add(pointer + finding.Pointer, finding.Code, string.Create(CultureInfo.InvariantCulture, $"Line {line}: {message}"), line, finding.Column);
        }

        if (wrong.Count == 0 && value is not JsonObject)
        {
            _findings.Add(pointer, "field.type", $"Line {line} is {ObjectReader.Noun(value)}; an object of inputs is wanted.", line);
        }
        else if (value is JsonObject inputs)
        {
            _pieces.Add(inputs);
            _lines.Add(line);
        }
    }
}
