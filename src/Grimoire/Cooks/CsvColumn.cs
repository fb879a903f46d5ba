using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Schemas;

namespace Grimoire.Cooks;

/// <summary>A column of a table of pieces: which input it is, and of which type its values are.</summary>
sealed class CsvColumn
{
    const int MaxParts = 20;

    readonly string[] _path;
    readonly IReadOnlySet<string>? _types;

    CsvColumn(string header, string[] path, IReadOnlySet<string>? types, (string Code, string Message)? problem)
    {
        Header = header;
        _path = path;
        _types = types;
        Problem = problem;
    }

    public string Header { get; }

    /// <summary>Why there is no such input; null if there is.</summary>
    public (string Code, string Message)? Problem { get; }

    public static CsvColumn Of(string header, SchemaView? inputs)
    {
        if (header.Length == 0)
        {
            return Wrong(header, "csv.header", "the column has no name; the name of an input is wanted.");
        }

        // An input may have a dot in its own name.
        string[] path = inputs?.Fields.Contains(header) == true ? [header] : header.Split('.');
        if (path.Length > MaxParts || path.Any(part => part.Length == 0))
        {
            return Wrong(header, "csv.header", $"{ObjectReader.Shown(header)} is no name of an input: names are joined by single dots, at most {MaxParts} of them.");
        }

        var view = inputs;
        foreach (var (place, part) in path.Index())
        {
            if (view is null)
            {
                break;
            }

            if (!MayHave(view, part))
            {
                var (within, hint) = (string.Join('.', path[..place]), Suggestion.Hint(part, view.Fields));
                return Wrong(header, "input.unknown", $"there is no input {ObjectReader.Shown(part)}{(within.Length > 0 ? $" in '{within}'" : "")}{(hint.Length > 0 ? hint : ".")}");
            }

            view = view.Field(part);
        }

        return new CsvColumn(header, path, inputs is null ? Text : view?.Types(), null);
    }

    /// <summary>Why the two cannot be in one table; null if they can.</summary>
    public (string Code, string Message)? Conflict(CsvColumn other)
    {
        var common = Math.Min(_path.Length, other._path.Length);
        return common == 0 || !_path.Take(common).SequenceEqual(other._path.Take(common)) ? null
            : _path.Length == other._path.Length ? ("field.duplicate", $"there is a column '{Header}' before.")
            : ("field.conflict", $"'{Header}' and '{other.Header}' cannot both be there: one is within the other.");
    }

    public string PointerIn(string piece) => _path.Aggregate(piece, JsonPointer.Append);

    /// <summary>Puts the value of a cell where it belongs.</summary>
    /// <returns>What is wrong with the cell; null if nothing is.</returns>
    public string? Put(string cell, JsonObject piece)
    {
        var (value, problem) = CsvValue.Read(cell, _types);
        if (problem is not null)
        {
            return problem;
        }

        var inside = piece;
        foreach (var part in _path[..^1])
        {
            if (inside[part] is not JsonObject next)
            {
                inside[part] = next = [];
            }

            inside = next;
        }

        inside[_path[^1]] = value;
        return null;
    }

    // What is not described is a slip of the pen, unless the schema says that it may be there, or describes no fields at all.
    static bool MayHave(SchemaView view, string field) =>
        view.Field(field) is not null || view.IsOpen || view.IsCombined || (view.Fields.Count == 0 && !view.IsClosed) || view.Fields.Contains(field);

    static IReadOnlySet<string> Text { get; } = new HashSet<string>(StringComparer.Ordinal) { "string" };

    static CsvColumn Wrong(string header, string code, string message) => new(header, [], null, (code, message));
}
