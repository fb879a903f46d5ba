using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Settings;

/// <summary>Reads host.json with what the configuration's section "AzureFunctionsJobHost" puts over it.</summary>
internal sealed class HostJsonReader
{
    const string Http = "extensions.http";
    const string Durable = "extensions.durableTask";
    static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(1);

    readonly IConfiguration _configuration;
    readonly SettingReader _settings;
    readonly List<SettingProblem> _problems = [];

    HostJsonReader(string path, IConfiguration configuration)
    {
        _configuration = configuration;
        SettingNode? file = JsonSettingsFile.Read(path, _problems);
        CheckFile(file);
        SettingSource[] sources =
        [
            SettingSource.From(configuration, HostJson.OverridesSection),
            new SettingSource(HostJson.FileName, file ?? SettingNode.Empty),
        ];
        foreach (SettingSource source in sources.Reverse())
        {
            HostJsonSchema.Schema.Check(source, _problems);
        }

        _settings = new SettingReader(sources, _problems);
    }

    /// <param name="folder">The app's folder.</param>
    public static LoadedSettings<HostJson> Load(string folder, IConfiguration configuration)
    {
        var reader = new HostJsonReader(Path.Combine(folder, HostJson.FileName), configuration);
        return new(reader.Read(), reader._problems);
    }

    /// <summary>Where the official host would refuse to start, and for a file without content, would write one.</summary>
    void CheckFile(SettingNode? file)
    {
        if (file is null)
        {
            _problems.Add(new(HostJson.FileName, "", "is missing; every setting has its default. func refuses to start without one: "
                + "add a file with { \"version\": \"2.0\" } and have it copied to the output folder", SettingSeverity.Warning));
        }
        else if (file.Children.Count > 0 && file.Find("version") is not { Kind: SettingNodeKind.Value, Text: "2.0" })
        {
            string found = file.Find("version") is { Text: { } text } ? $"is {text}" : "is missing";
            _problems.Add(new(HostJson.FileName, "version", $"{found}; it must be \"2.0\", whatever the version of the runtime", SettingSeverity.Error));
        }
    }

    HostJson Read()
    {
        var defaults = new HostJson();
        return new HostJson
        {
            FunctionTimeout = ReadTimeout(defaults.FunctionTimeout),
            Functions = _settings.List("functions"),
            RoutePrefix = _settings.Parse<string>(
                $"{Http}.routePrefix", defaults.RoutePrefix, TryRoutePrefix, "the beginning of a path, such as api or api/v1, or empty"),
            MaxConcurrentRequests = _settings.Limit($"{Http}.maxConcurrentRequests", defaults.MaxConcurrentRequests),
            MaxOutstandingRequests = _settings.Limit($"{Http}.maxOutstandingRequests", defaults.MaxOutstandingRequests),
            CustomHeaders = _settings.Map($"{Http}.customHeaders", HeaderComplaint),
            HubName = ReadHubName(),
            MaxConcurrentActivityFunctions = _settings.OptionalInteger($"{Durable}.maxConcurrentActivityFunctions", least: 1),
            MaxConcurrentOrchestratorFunctions = _settings.OptionalInteger($"{Durable}.maxConcurrentOrchestratorFunctions", least: 1),
            MaxConcurrentEntityFunctions = _settings.OptionalInteger($"{Durable}.maxConcurrentEntityFunctions", least: 1),
            DefaultVersion = _settings.Text($"{Durable}.defaultVersion") ?? defaults.DefaultVersion,
            VersionMatchStrategy = _settings.Choice($"{Durable}.versionMatchStrategy", defaults.VersionMatchStrategy),
            VersionFailureStrategy = _settings.Choice($"{Durable}.versionFailureStrategy", defaults.VersionFailureStrategy),
            LogLevels = ReadLevels("logging.logLevel"),
            ConsoleLogLevels = ReadLevels("logging.console.logLevel"),
        };
    }

    TimeSpan? ReadTimeout(TimeSpan? fallback)
    {
        const string Path = "functionTimeout";
        TimeSpan? timeout = _settings.Parse<TimeSpan?>(Path, fallback, TryTimeout, "a time of at least one second, such as 00:05:00, or -1 for none");
        if (_settings.Text(Path) is { } text && text.All(char.IsAsciiDigit) && TryTimeout(text, out TimeSpan? days))
        {
            _settings.Warn(Path, $"'{text}' is read as {days?.Days} days, as the official host does; a time is written as 00:05:00");
        }

        return timeout;
    }

    string ReadHubName()
    {
        const string Path = $"{Durable}.hubName";
        string fallback = HubNames.DefaultFor(_configuration["WEBSITE_SITE_NAME"]);
        if (_settings.Text(Path) is not { } text)
        {
            return fallback;
        }

        if (AppSettingReferences.Resolve(text, _configuration, out string? complaint) is not { } name)
        {
            _settings.Reject(Path, complaint!);
            return fallback;
        }

        if (!HubNames.IsValid(name))
        {
            string origin = name == text ? "" : $" (from '{text}')";
            _settings.Reject(Path, $"'{name}'{origin} must have {HubNames.Rule}");
            return fallback;
        }

        return name;
    }

    Dictionary<string, LogLevel> ReadLevels(string path) => _settings
        .Map(path, (_, level) => TryLevel(level, out LogLevel _) ? null : $"'{level}' must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}")
        .ToDictionary(entry => entry.Key, entry => TryLevel(entry.Value, out LogLevel level) ? level : default, StringComparer.OrdinalIgnoreCase);

    static bool TryLevel(string text, out LogLevel level) => Enum.TryParse(text, ignoreCase: true, out level) && Enum.IsDefined(level);

    static bool TryTimeout(string text, out TimeSpan? timeout)
    {
        bool read = TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan time);

        // The official host reads -1 as a time too, of minus one day, and takes that to mean none.
        bool none = read && time == TimeSpan.FromDays(-1);
        timeout = none ? null : time;
        return none || (read && time >= ShortestTimeout);
    }

    static bool TryRoutePrefix(string text, out string prefix)
    {
        prefix = text.Trim('/');
        return !prefix.Contains("//", StringComparison.Ordinal)
            && !prefix.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter) || letter is '?' or '#' or '\\' or '~' or '%');
    }

    static string? HeaderComplaint(string name, string value) =>
        name.Length == 0 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter))
            ? "is not the name of a header: letters, digits and hyphens"
            : value.Any(letter => (char.IsControl(letter) && letter != '\t') || letter > '~')
                ? "must be a header's value: one line of ASCII text"
                : null;
}
