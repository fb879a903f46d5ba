using Embedded.Functions.Settings;
using Embedded.Functions.Triggers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;

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
        Problems = [.. local.Problems, .. hostJson.Problems, .. embedded.Problems, .. Urls.Select(UrlProblem).OfType<SettingProblem>()];
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
            string? given = OnCommandLine("urls") ?? _configuration["ASPNETCORE_URLS"];
            if (!string.IsNullOrWhiteSpace(given))
            {
                return given.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            }

            string? port = OnCommandLine("port") ?? Local.LocalHttpPort?.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return port is null ? [DefaultUrl] : [$"http://{Host(port)}:{port}"];
        }
    }

    /// <summary>Such short names are often taken in the environment, for something else.</summary>
    string? OnCommandLine(string name) => (_configuration as IConfigurationRoot)?.Providers.OfType<CommandLineConfigurationProvider>()
        .Select(provider => provider.TryGet(name, out string? value) ? value : null).LastOrDefault(value => value is not null);

    static SettingProblem? UrlProblem(string url)
    {
        string? complaint = null;
        try
        {
            // What the server makes of it: it would take a port that is no number for a part of the name, and any name for every address.
            BindingAddress address = BindingAddress.Parse(url);
            complaint = address.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase) ? "TLS is for a proxy in front of this host"
                : !address.Scheme.Equals("http", StringComparison.OrdinalIgnoreCase) ? $"'{address.Scheme}' is not http"
                : address.IsUnixPipe || address.IsNamedPipe ? "functions are called by TCP"
                : address.Port is < 0 or > ushort.MaxValue ? "a port is 0 to 65535"
                : address.Host.Contains(':') && !address.Host.EndsWith(']') ? "the port is not a number"
                : address.PathBase.Length > 0 ? "it must not have a path; extensions.http.routePrefix of host.json is for that"
                : null;
        }
        catch (FormatException e)
        {
            complaint = e.Message;
        }

        return complaint is null ? null : new SettingProblem(
            "configuration", "urls", $"'{url}' is not an address to listen on, such as http://localhost:7071: {complaint}", SettingSeverity.Error);
    }

    // "localhost" is two addresses, which cannot be given one port that the system chooses.
    string Host(string port) => Local.LocalHttpAddress ?? (port == "0" ? "127.0.0.1" : "localhost");
}
