using static Embedded.Functions.Settings.SettingShape;

namespace Embedded.Functions.Settings;

/// <summary>Reads local.settings.json.</summary>
internal static class LocalSettingsReader
{
    public static SettingSchema Schema { get; } = new(
    [
        new("IsEncrypted", Value, "", "Must be there, and be false: an encrypted file cannot be read."),
        new("Values", Map, "", "App settings. Each becomes an environment variable of the process, unless there is one already."),
        new("ConnectionStrings", Tree, "", "Connection strings by name, each a string or an object with ConnectionString. Each becomes the setting ConnectionStrings:NAME."),
        new("Host.LocalHttpPort", Value, "", "The port to listen on, 1 to 65535."),
        new("Host.LocalHttpAddress", Value, "", "The address to listen on."),
        new("Host.CORS", List, "", "The origins whose scripts may call, with commas between them; * for any."),
        new("Host.CORSCredentials", Value, "false", "Whether those scripts may send cookies and credentials. Not with the origin *."),
    ]);

    /// <param name="folder">The app's folder. That it has no such file is fine.</param>
    public static LoadedSettings<LocalSettings> Load(string folder)
    {
        var problems = new List<SettingProblem>();
        if (JsonSettingsFile.Read(Path.Combine(folder, LocalSettings.FileName), problems) is not { } file || problems.Count > 0)
        {
            return new(new LocalSettings(), problems);
        }

        var source = new SettingSource(LocalSettings.FileName, file);
        Schema.Check(source, problems);
        var reader = new SettingReader([source], problems);
        if (IsEncrypted(source, reader, problems))
        {
            return new(new LocalSettings(), problems);
        }

        IReadOnlyList<string> origins = ReadOrigins(source, reader, problems);
        return new(
            new LocalSettings
            {
                Values = reader.Map("Values", (name, _) => NameComplaint(name)),
                ConnectionStrings = ReadConnectionStrings(source, problems),
                LocalHttpPort = reader.Text("Host.LocalHttpPort") is null ? null : ReadPort(reader),
                LocalHttpAddress = reader.Text("Host.LocalHttpAddress") is { } address && !string.IsNullOrWhiteSpace(address) ? address.Trim() : null,
                CorsOrigins = origins,
                CorsCredentials = ReadCredentials(source, reader, problems, origins),
            },
            problems);
    }

    static bool IsEncrypted(SettingSource source, SettingReader reader, List<SettingProblem> problems)
    {
        if (source.Root.Find("IsEncrypted") is null && source.Root.Find("Values") is not null)
        {
            problems.Add(source.Warning("IsEncrypted", "is missing, which to func means true; add \"IsEncrypted\": false"));
        }

        bool encrypted = reader.Flag("IsEncrypted", false);
        if (encrypted)
        {
            problems.Add(source.Error("IsEncrypted", "is true; the file must be decrypted with: func settings decrypt"));
        }

        return encrypted;
    }

    static int? ReadPort(SettingReader reader)
    {
        // func takes 0 for "not set".
        int port = reader.Integer("Host.LocalHttpPort", fallback: 0, least: 0, most: ushort.MaxValue);
        return port == 0 ? null : port;
    }

    static string? NameComplaint(string name) => name.Length == 0 || name.Contains('=') || name.Contains('\0')
        ? "cannot be the name of an app setting: it must have a letter, and no ="
        : null;

    static Dictionary<string, string> ReadConnectionStrings(SettingSource source, List<SettingProblem> problems)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        SettingNode? group = source.Root.Find("ConnectionStrings");
        if (group is { Kind: SettingNodeKind.Value or SettingNodeKind.List })
        {
            problems.Add(source.Error("ConnectionStrings", "must be an object: { ... }"));
            return found;
        }

        foreach (SettingNode entry in group?.Children ?? [])
        {
            string? text = entry.Kind == SettingNodeKind.Group ? entry.Find("ConnectionString")?.Text : entry.Text;
            if (text is null || NameComplaint(entry.Name) is not null)
            {
                problems.Add(source.Error(
                    $"ConnectionStrings.{entry.Name}", "must be a string, or an object with \"ConnectionString\" (and perhaps \"ProviderName\")"));
            }
            else
            {
                found[entry.Name] = text;
            }
        }

        return found;
    }

    static List<string> ReadOrigins(SettingSource source, SettingReader reader, List<SettingProblem> problems)
    {
        var origins = new List<string>();
        foreach (string text in reader.List("Host.CORS"))
        {
            // Browsers send an origin without a slash, so with one it would never match.
            string origin = text.TrimEnd('/');
            if (IsOrigin(origin))
            {
                origins.Add(origin);
            }
            else
            {
                problems.Add(source.Error("Host.CORS", $"'{text}' must be * or an origin such as https://example.com or http://localhost:3000"));
            }
        }

        return origins;
    }

    static bool IsOrigin(string text) => text == "*"
        || (Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
            && uri.Scheme.Length > 0 && uri.Host.Length > 0
            && uri.PathAndQuery is "/" or "" && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0);

    static bool ReadCredentials(SettingSource source, SettingReader reader, List<SettingProblem> problems, IReadOnlyList<string> origins)
    {
        bool credentials = reader.Flag("Host.CORSCredentials", false);
        if (credentials && origins.Contains("*"))
        {
            problems.Add(source.Error("Host.CORSCredentials", "cannot be true together with the origin *; name the origins in Host.CORS"));
            return false;
        }

        return credentials;
    }
}
