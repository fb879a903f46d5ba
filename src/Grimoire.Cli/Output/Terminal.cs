using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Grimoire.Cli.Output;

/// <summary>
/// Where answers, progress and errors go: answers to stdout, and with --json nothing else; all the rest to stderr. Every line is made harmless here, so that
/// no other place has to think of it.
/// </summary>
sealed class Terminal(bool json, bool plain)
{
    const int NarrowestWidth = 40;

    static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    static readonly JsonSerializerOptions Indented = new(Compact) { WriteIndented = true };

    /// <summary>Answers are for programs.</summary>
    public bool IsJson => json;

    /// <summary>A person looks at it: what is there may be drawn over.</summary>
    public bool IsLive { get; } = !json && !plain && !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>A line of the answer.</summary>
    public static void Say(string line) => Console.Out.WriteLine(SafeText.Line(line));

    /// <summary>Something beside the answer.</summary>
    public static void Note(string line) => Console.Error.WriteLine(SafeText.Line(line));

    /// <summary>A line of progress: with --json it must not stand in the answer.</summary>
    public void Progress(string line) => (json ? Console.Error : Console.Out).WriteLine(SafeText.Line(line));

    public static void Error(string line) => Note("error: " + line);

    public static void Warning(string line) => Note("warning: " + line);

    /// <summary>The answer as JSON.</summary>
    public static void Json(JsonNode? node) => Console.Out.WriteLine(Written(node, Console.IsOutputRedirected ? Compact : Indented));

    /// <summary>One value on one line.</summary>
    public static void JsonLine(JsonNode? node) => Console.Out.WriteLine(Written(node, Compact));

    /// <summary>A value within an answer for people.</summary>
    public static void SayJson(JsonNode? node) => Console.Out.WriteLine(Written(node, Indented));

    /// <summary>A value within a line.</summary>
    public static string Inline(JsonNode? node) => Written(node, Compact);

    /// <summary>Columns with a head. On a terminal the last one ends where the line does.</summary>
    public static void Table(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        List<string[]> lines = [[.. head], .. rows.Select(row => row.Select(SafeText.Line).ToArray())];
        var widths = Enumerable.Range(0, head.Count).Select(column => lines.Max(line => line[column].Length)).ToArray();
        var end = Console.IsOutputRedirected ? int.MaxValue : Math.Max(NarrowestWidth, Console.WindowWidth - 1);
        foreach (var line in lines)
        {
            var text = string.Join("  ", line.Select((cell, column) => column == line.Length - 1 ? cell : cell.PadRight(widths[column]))).TrimEnd();
            Console.Out.WriteLine(text.Length > end ? string.Concat(text.AsSpan(0, end - 1), "…") : text);
        }
    }

    static string Written(JsonNode? node, JsonSerializerOptions options) => SafeText.Json(node?.ToJsonString(options) ?? "null");
}
