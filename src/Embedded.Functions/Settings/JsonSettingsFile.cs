using System.Text.Json;

namespace Embedded.Functions.Settings;

/// <summary>Reads a settings file as JSON, as leniently as the official host does: comments and trailing commas are fine.</summary>
internal static class JsonSettingsFile
{
    static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <returns>The file's content: null if there is no such file, nothing but problems if it cannot be read.</returns>
    public static SettingNode? Read(string path, List<SettingProblem> problems)
    {
        string name = Path.GetFileName(path);
        try
        {
            return Parse(File.ReadAllText(path), name, problems);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(name, "", $"cannot be read: {e.Message}", SettingSeverity.Error));
            return SettingNode.Empty;
        }
    }

    static SettingNode Parse(string text, string name, List<SettingProblem> problems)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Lenient);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return SettingNode.From(document.RootElement);
            }

            problems.Add(new(name, "", "must hold a JSON object: { ... }", SettingSeverity.Error));
        }
        catch (JsonException e)
        {
            problems.Add(new(name, "", $"is not valid JSON at line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: {Reason(e)}", SettingSeverity.Error));
        }

        catch (InvalidOperationException)
        {
            problems.Add(new(name, "", "holds a text that is not valid Unicode: a \\u escape for one half of a surrogate pair", SettingSeverity.Error));
        }

        return SettingNode.Empty;
    }

    /// <summary>The message without its own way to tell the place, which counts from zero.</summary>
    static string Reason(JsonException e) => e.Message.Split(" LineNumber:")[0];
}
