using System.Text;
using System.Text.Json.Nodes;
using Grimoire.Cli.Api;
using Grimoire.Cli.Output;
using Grimoire.Documents;

namespace Grimoire.Cli.Documents;

/// <summary>A file with a spell or a tool, in JSON or YAML.</summary>
/// <param name="Path">As the user has named it.</param>
/// <param name="Text">What is in it.</param>
/// <param name="Format">By its ending.</param>
/// <param name="Content">What it says; null if it cannot be read.</param>
/// <param name="Findings">Why it cannot be read.</param>
sealed record DocumentFile(string Path, string Text, DocumentFormat Format, JsonObject? Content, IReadOnlyList<Finding> Findings)
{
    /// <summary>As the app has it, for anything that it takes.</summary>
    const int MaxBytes = 256 * 1024;

    Places? _places;

    /// <summary>What a file is known by.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".json", ".yaml", ".yml"];

    public string MediaType => Format == DocumentFormat.Json ? "application/json" : "application/yaml";

    public byte[] Bytes => Encoding.UTF8.GetBytes(Text);

    /// <summary>What it is called where it does not say so itself.</summary>
    public string FileName => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>Whether that names a file, and not a thing that is saved in the app.</summary>
    public static bool IsNamed(string text) => Endings.Contains(System.IO.Path.GetExtension(text), StringComparer.OrdinalIgnoreCase) || text.Contains('/', StringComparison.Ordinal) || text.Contains('\\', StringComparison.Ordinal);

    /// <exception cref="CliException">There is no such file, or it cannot be read as text.</exception>
    public static async Task<DocumentFile> ReadAsync(string path, CancellationToken cancellation)
    {
        var text = await LocalText.ReadAsync(path, cancellation).ConfigureAwait(false);
        var format = string.Equals(System.IO.Path.GetExtension(path), ".json", StringComparison.OrdinalIgnoreCase) ? DocumentFormat.Json : DocumentFormat.Yaml;
        var findings = new List<Finding>();
        var content = DocumentText.Parse(text, format, MaxBytes, findings);
        if (findings.Count == 0 && content is not JsonObject)
        {
            findings.Add(new Finding("", "field.type", "The document has to be an object.", 1, 1));
        }

        return new DocumentFile(path, text, format, findings.Count == 0 ? content as JsonObject : null, findings);
    }

    /// <summary>The files that are meant: those that are named, and of a folder those in it that have such an ending.</summary>
    public static IReadOnlyList<string> Named(IEnumerable<string> paths) => [.. paths.SelectMany(path =>
    {
        if (!Directory.Exists(path))
        {
            return File.Exists(path) ? [path] : throw CliException.Usage($"There is no file or folder '{path}'.");
        }

        var found = Directory.EnumerateFiles(path)
            .Where(file => Endings.Contains(System.IO.Path.GetExtension(file), StringComparer.OrdinalIgnoreCase) && System.IO.Path.GetFileName(file) != Settings.SettingsFile.ProjectName)
            .Order(StringComparer.Ordinal).ToList();
        return found.Count > 0 ? found : throw CliException.Usage($"There is no .json, .yaml or .yml in the folder '{path}'.");
    }).Distinct()];

    /// <summary>The document, for a request that carries it inside of something else.</summary>
    /// <exception cref="CliException">It cannot be read.</exception>
    public JsonObject ToJson()
    {
        if (Content is not null)
        {
            return (JsonObject)Content.DeepClone();
        }

        foreach (var finding in Findings)
        {
            Terminal.Note(Line("error", finding.Pointer, finding.Code, finding.Message, finding.Line, finding.Column));
        }

        throw new CliException(ExitCode.Invalid, $"{Path} is not valid.");
    }

    /// <summary>A finding as a line that editors know: file, line, column.</summary>
    public string Line(string kind, JsonNode? finding, string prefix = "") => Line(
        kind, Within(finding.Text("pointer") ?? "", prefix), finding.Text("code") ?? "", finding.Text("message") ?? "", finding.Whole("line"), finding.Whole("column"));

    /// <summary>A finding with its line and column, for programs.</summary>
    public JsonNode? Placed(JsonNode? finding, string prefix = "")
    {
        if (finding?.DeepClone() is not JsonObject placed)
        {
            return null;
        }

        var pointer = Within(finding.Text("pointer") ?? "", prefix);
        placed["pointer"] = pointer;
        if (finding.Whole("line") is null && PlaceOf(pointer) is { } place)
        {
            (placed["line"], placed["column"]) = (place.Line, place.Column);
        }

        return placed;
    }

    string Line(string kind, string pointer, string code, string message, int? line, int? column)
    {
        var place = line is { } told ? (told, column ?? 1) : PlaceOf(pointer);
        return $"{Path}{(place is { } at ? $":{at.Item1}:{at.Item2}" : "")}: {kind} {code}: {message}{(pointer.Length > 0 ? $" ({pointer})" : "")}";
    }

    (int Line, int Column)? PlaceOf(string pointer) => (_places ??= Places.Of(Text, Format)).Find(pointer);

    static string Within(string pointer, string prefix) => prefix.Length > 0 && pointer.StartsWith(prefix, StringComparison.Ordinal) ? pointer[prefix.Length..] : pointer;
}
