using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Grimoire.Accounts;

namespace Grimoire.Functions.Http;

/// <summary>What was used, added up row by row and in all.</summary>
/// <param name="by">What there is a row of.</param>
sealed class UsageReport(UsageBy by)
{
    readonly Dictionary<string, UsageSum> _rows = [];
    UsageSum _totals = UsageSum.Nothing;

    /// <summary>The name of the column that tells the rows apart.</summary>
    public string Name { get; } = by.ToString().ToLowerInvariant();

    /// <summary>A cast is of many tools, so it is none's.</summary>
    bool HasCasts => by != UsageBy.Tool;

    IEnumerable<(string Key, UsageSum Sum)> Rows => (by == UsageBy.Day ? _rows.OrderBy(row => row.Key, StringComparer.Ordinal) : _rows.OrderByDescending(row => row.Value.CostUsd).ThenBy(row => row.Key, StringComparer.Ordinal))
        .Select(row => (row.Key, row.Value));

    public void Add(string account, DateOnly day, IReadOnlyList<UsageRow> rows)
    {
        foreach (var row in rows)
        {
            _totals += row.Sum;
            var key = by switch
            {
                UsageBy.Day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                UsageBy.Spell => row.Spell,
                UsageBy.Account => account,
                _ => row.Tool,
            };
            if (key is not null)
            {
                _rows[key] = _rows.GetValueOrDefault(key, UsageSum.Nothing) + row.Sum;
            }
        }
    }

    public void AddTo(JsonObject body)
    {
        body["totals"] = Fields(_totals, hasCasts: true);
        body["rows"] = new JsonArray([.. Rows.Select(row =>
        {
            var fields = Fields(row.Sum, HasCasts);
            fields.Insert(0, Name, row.Key);
            return fields;
        })]);
    }

    /// <summary>Slugs, ids and names of accounts have no characters that would have to be quoted.</summary>
    public string Csv()
    {
        var text = new StringBuilder();
        text.Append(Name).Append(HasCasts ? ",completed,failed,cancelled" : "").Append(",attempts,costUsd\r\n");
        foreach (var (key, sum) in Rows)
        {
            text.Append(key);
            if (HasCasts)
            {
                text.Append(CultureInfo.InvariantCulture, $",{sum.Completed},{sum.Failed},{sum.Cancelled}");
            }

            text.Append(CultureInfo.InvariantCulture, $",{sum.Attempts},{sum.CostUsd}\r\n");
        }

        return text.ToString();
    }

    static JsonObject Fields(UsageSum sum, bool hasCasts)
    {
        var fields = new JsonObject();
        if (hasCasts)
        {
            fields["casts"] = new JsonObject { ["completed"] = sum.Completed, ["failed"] = sum.Failed, ["cancelled"] = sum.Cancelled };
        }

        fields["attempts"] = sum.Attempts;
        fields["costUsd"] = sum.CostUsd;
        return fields;
    }
}
