using System.Globalization;
using Grimoire.Documents;

namespace Grimoire.Cooks;

/// <summary>What is wrong with pieces: the first of it in full, of the rest how much there is. A mistake in a column is made a thousand times.</summary>
sealed class PieceFindings(int most)
{
    readonly List<Finding> _first = [];
    int _more;

    public bool IsEmpty => _first.Count == 0;

    public void Add(Finding finding)
    {
        if (_first.Count < most)
        {
            _first.Add(finding);
        }
        else
        {
            _more++;
        }
    }

    public void Add(string pointer, string code, string message, int? line = null, int? column = null) => Add(new Finding(pointer, code, message, line, column));

    /// <param name="pointer">Where the pieces are.</param>
    public IReadOnlyList<Finding> Told(string pointer = "/pieces") => _more == 0
        ? _first
        : [.. _first, new Finding(pointer, "piece.more", string.Create(CultureInfo.InvariantCulture, $"{_more} more {(_more == 1 ? "error is" : "errors are")} not listed."))];
}
