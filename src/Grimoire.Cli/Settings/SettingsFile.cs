using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Cli.Api;

namespace Grimoire.Cli.Settings;

/// <summary>A file with settings: grimoire.json of a project, or config.json of the user.</summary>
sealed record SettingsFile(string Path, string? Url, string? Account, string? Key)
{
    public const string ProjectName = "grimoire.json";

    static readonly string[] Known = ["url", "account", "key"];

    /// <summary>The nearest one, from a folder upwards; null if there is none.</summary>
    public static SettingsFile? OfProject(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            var path = System.IO.Path.Combine(at.FullName, ProjectName);
            if (File.Exists(path))
            {
                return Read(path);
            }
        }

        return null;
    }

    /// <summary>The user's own; null if there is none.</summary>
    public static SettingsFile? OfUser(Func<string, string?> environment)
    {
        var home = environment("XDG_CONFIG_HOME") is { Length: > 0 } folder ? folder
            : environment("HOME") is { Length: > 0 } own ? System.IO.Path.Combine(own, ".config")
            : Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData);
        var path = System.IO.Path.Combine(home, "grimoire", "config.json");
        return File.Exists(path) ? Read(path) : null;
    }

    /// <summary>Whether somebody else on this machine can read it.</summary>
    public bool IsReadByOthers =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(Path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != 0;

    static SettingsFile Read(string path)
    {
        JsonNode? content;
        try
        {
            content = JsonNode.Parse(File.ReadAllText(path), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        }
        catch (JsonException malformed)
        {
            throw CliException.Usage($"{path}:{malformed.LineNumber + 1}:{malformed.BytePositionInLine + 1}: this is no JSON.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"{path} cannot be read: {unreadable.Message}", unreadable);
        }

        if (content is not JsonObject fields)
        {
            throw CliException.Usage($"{path}: an object is wanted, such as {{\"url\": \"http://127.0.0.1:7071\"}}.");
        }

        foreach (var (name, value) in fields)
        {
            if (name != "$schema" && !Known.Contains(name))
            {
                throw CliException.Usage($"{path}: '{name}' is no setting; there are {string.Join(", ", Known)}.");
            }

            if (value is not null && fields.Text(name) is null)
            {
                throw CliException.Usage($"{path}: '{name}' has to be text.");
            }
        }

        return new SettingsFile(path, Given(fields, "url"), Given(fields, "account"), Given(fields, "key"));
    }

    static string? Given(JsonObject fields, string name) => fields.Text(name) is { Length: > 0 } value ? value : null;
}
