using System.Text;
using Grimoire.Documents;

namespace Grimoire.Cooks;

/// <summary>A line of a table; with line breaks in its cells it takes several lines of the text.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Cells">Without their quotes.</param>
readonly record struct CsvRow(int Line, IReadOnlyList<string> Cells);

/// <summary>
/// Takes CSV apart as RFC 4180 says: cells separated by commas, in quotes where they have commas, quotes or line breaks in them, quotes in them doubled.
/// Lines may end with CR LF, LF or CR. Lines with nothing on them are skipped.
/// </summary>
sealed class CsvText(string text)
{
    readonly StringBuilder _cell = new();

    // Editors on Windows like to put one in front.
    int _at = text.StartsWith('\uFEFF') ? 1 : 0;
    int _line = 1;
    int _lineStart = text.StartsWith('\uFEFF') ? 1 : 0;

    /// <summary>Why it cannot be read any further; null if it can.</summary>
    public Finding? Malformed { get; private set; }

    public IEnumerable<CsvRow> Rows()
    {
        while (_at < text.Length)
        {
            var line = _line;
            var start = _at;
            var cells = Row();
            if (Malformed is not null)
            {
                yield break;
            }

            var isBlank = cells.Count == 1 && cells[0].Length == 0 && text[start] != '"';
            if (!isBlank)
            {
                yield return new CsvRow(line, cells);
            }
        }
    }

    List<string> Row()
    {
        var cells = new List<string>();
        while (true)
        {
            cells.Add(_at < text.Length && text[_at] == '"' ? Quoted() : Plain());
            if (Malformed is not null || _at == text.Length)
            {
                return cells;
            }

            if (text[_at] != ',')
            {
                LineBreak();
                return cells;
            }

            _at++;
        }
    }

    string Plain()
    {
        var start = _at;
        while (_at < text.Length && text[_at] is not (',' or '\r' or '\n'))
        {
            if (text[_at] == '"')
            {
                Wrong(_at, "a cell that has quotes in it has to be in quotes as a whole, with its own quotes doubled");
                return "";
            }

            _at++;
        }

        return text[start.._at];
    }

    string Quoted()
    {
        var (opened, openedLine, openedLineStart) = (_at++, _line, _lineStart);
        _cell.Clear();
        while (_at < text.Length)
        {
            var one = text[_at];
            if (one != '"')
            {
                if (one is '\r' or '\n')
                {
                    var from = _at;
                    LineBreak();
                    _cell.Append(text, from, _at - from);
                }
                else
                {
                    _cell.Append(one);
                    _at++;
                }
            }
            else if (_at + 1 < text.Length && text[_at + 1] == '"')
            {
                _cell.Append('"');
                _at += 2;
            }
            else
            {
                _at++;
                if (_at < text.Length && text[_at] is not (',' or '\r' or '\n'))
                {
                    Wrong(_at, "a comma or the end of the line is wanted after the closing quote; a quote within a cell is doubled");
                }

                return _cell.ToString();
            }
        }

        (_line, _lineStart) = (openedLine, openedLineStart);
        Wrong(opened, "the quote that is opened here is never closed");
        return "";
    }

    void LineBreak()
    {
        _at += text[_at] == '\r' && _at + 1 < text.Length && text[_at + 1] == '\n' ? 2 : 1;
        _line++;
        _lineStart = _at;
    }

    void Wrong(int at, string reason)
    {
        var column = at - _lineStart + 1;
        Malformed = new Finding("", "csv.syntax", FormattableString.Invariant($"Not CSV, at line {_line}, column {column}: {reason}."), _line, column);
    }
}
