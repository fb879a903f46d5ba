using Embedded.Functions.Settings;
using Embedded.Functions.Triggers;
using Microsoft.Extensions.Configuration;

namespace Embedded.Functions.Host;

/// <summary>All settings of the host, and what is wrong with them.</summary>
internal sealed class HostSettings
{
    public const string DefaultUrl = "http://localhost:7071";

    readonly IConfiguration _configuration;

    public HostSettings(LoadedSettings<LocalSettings> local, IConfiguration configuration)
    {
        _configuration = configuration;
        Folder = AppFolder.Find();
        LoadedSettings<HostJson> hostJson = HostJsonReader.Load(Folder, configuration);
        LoadedSettings<EmbeddedHostOptions> embedded = EmbeddedHostOptionsReader.Load(configuration, Folder);
        HostJson = hostJson.Value;
        Local = local.Value;
        Embedded = embedded.Value;
        Problems = [.. local.Problems, .. hostJson.Problems, .. embedded.Problems];
    }

    public string Folder { get; }

    public HostJson HostJson { get; }

    public LocalSettings Local { get; }

    public EmbeddedHostOptions Embedded { get; }

    public IReadOnlyList<SettingProblem> Problems { get; }

    public FunctionTimeout Timeout => new(HostJson.FunctionTimeout);

    /// <summary>Functions are switched off by the official app setting <c>AzureWebJobs.NAME.Disabled</c>.</summary>
    public bool IsDisabled(string function) =>
        _configuration[$"AzureWebJobs.{function}.Disabled"] is { } text && (text == "1" || (bool.TryParse(text, out bool disabled) && disabled));

    /// <summary>Where to listen: <c>--urls</c> (or ASPNETCORE_URLS), <c>--port</c>, local.settings.json, or func's default.</summary>
    public IReadOnlyList<string> Urls
    {
        get
        {
            string? given = _configuration["urls"] ?? _configuration["ASPNETCORE_URLS"];
            if (!string.IsNullOrWhiteSpace(given))
            {
                return given.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            }

            string? port = _configuration["port"] ?? Local.LocalHttpPort?.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return port is null ? [DefaultUrl] : [$"http://{Host(port)}:{port}"];
        }
    }

    // "localhost" is two addresses, which cannot be given one port that the system chooses.
    string Host(string port) => Local.LocalHttpAddress ?? (port == "0" ? "127.0.0.1" : "localhost");
}
