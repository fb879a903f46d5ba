using System.Text.Encodings.Web;
using System.Text.Json;

namespace Grimoire.Bench;

/// <summary>The figures of a run: a table for people, and one JSON object a line for everything else.</summary>
internal sealed class Report
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly List<Figure> _figures = [];

    public void Add(Figure figure)
    {
        _figures.Add(figure);
        Console.Error.WriteLine($"  {figure.Section}: {figure.Name}: {Show(figure.Median)} {figure.Unit}");
    }

    public void Write(Machine machine, string? jsonFile)
    {
        Figure[] figures = [.. machine.Disk, .. _figures];
        Console.WriteLine(machine.Describe());
        Console.WriteLine();
        WriteTable(figures);
        string[] lines = [machine.ToJson(), .. figures.Select(ToJson)];
        if (jsonFile is not null)
        {
            File.WriteAllLines(jsonFile, lines);
            return;
        }

        Console.WriteLine();
        foreach (string line in lines)
        {
            Console.WriteLine(line);
        }
    }

    static void WriteTable(IReadOnlyList<Figure> figures)
    {
        string[] head = ["section", "figure", "median", "unit", "target", "", "runs"];
        string[][] rows = [head, .. figures.Select(f => new[]
        {
            f.Section,
            f.Name,
            Show(f.Median),
            f.Unit,
            f.Target is { } target ? $"{target.Relation} {Show(target.Value)}" : string.Empty,
            f.IsMet switch { true => "met", false => "NOT MET", null => string.Empty },
            string.Join(' ', f.Runs.Select(Show)),
        })];
        int[] widths = [.. head.Select((_, column) => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
        {
            Console.WriteLine(string.Join("  ", row.Select((cell, column) =>
                column == 2 ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd());
        }

        Console.WriteLine();
        Console.WriteLine($"{figures.Count(f => f.IsMet == true)} of {figures.Count(f => f.IsMet is not null)} targets met.");
    }

    static string ToJson(Figure figure) => JsonSerializer.Serialize(
        new
        {
            figure.Section,
            Figure = figure.Name,
            Median = Round(figure.Median),
            Runs = figure.Runs.Select(Round),
            figure.Unit,
            Target = figure.Target is { } target ? new { target.Relation, target.Value } : null,
            Met = figure.IsMet,
        },
        Json);

    /// <summary>Four digits say all that a measurement can.</summary>
    static double Round(double value) => Math.Abs(value) switch
    {
        >= 1000 => Math.Round(value),
        >= 100 => Math.Round(value, 1),
        >= 10 => Math.Round(value, 2),
        _ => Math.Round(value, 3),
    };

    static string Show(double value) => Round(value).ToString(Math.Abs(value) >= 1000 ? "N0" : "0.###");
}
