using System.Net;
using Embedded.DurableTask;

namespace Embedded.Functions.Settings;

/// <summary>
/// The settings that only this host has: the section "Embedded" of the configuration, so from the environment
/// <c>Embedded__State</c>, <c>Embedded__Keys__Enforce</c> and so on.
/// </summary>
internal sealed class EmbeddedHostOptions
{
    public const string Section = "Embedded";

    /// <summary>The official name of the environment variable for <see cref="MaxRequestBodyBytes"/>.</summary>
    public const string BodyLimitVariable = "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT";

    /// <summary>The folder of the task hub's file and of the keys; a relative one is in the app's folder. Default: <c>.embedded</c>.</summary>
    public string State { get; init; } = ".embedded";

    /// <summary>
    /// Whether functions ask for their keys (Keys:Enforce). False is accepted only if every address is a loopback one,
    /// see <see cref="CheckAddresses"/>. Default: true.
    /// </summary>
    public bool EnforceKeys { get; init; } = true;

    /// <summary>The addresses of proxies whose X-Forwarded headers are believed. Default: none.</summary>
    public IReadOnlyList<IPNetwork> KnownProxies { get; init; } = [];

    /// <summary>The names under which the app may be called (the Host header), <c>*.example.org</c> for all below one. Default: none, any name.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>The largest body of a request. Default: 104,857,600 (100 MiB), or FUNCTIONS_REQUEST_BODY_SIZE_LIMIT if that is set.</summary>
    public long MaxRequestBodyBytes { get; init; } = 104_857_600;

    /// <summary>How many orchestrations and entities stay in memory between their turns. Default: null, the engine's 10,000.</summary>
    public int? MaxLiveInstances { get; init; }

    /// <summary>Whether commits do not wait for the disk; a crash of the machine may then cost the last moments. Default: false.</summary>
    public bool RelaxedDurability { get; init; }

    /// <summary>How long ended instances are kept. Default: null, for ever.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>Makes the engine's options those of a hub of this name.</summary>
    public void ApplyTo(EmbeddedOptions engine, string hubName)
    {
        engine.File = Path.Combine(State, $"{hubName}.db");
        engine.RelaxedDurability = RelaxedDurability;
        engine.Retention = Retention;
        engine.MaxLiveInstances = MaxLiveInstances ?? engine.MaxLiveInstances;
    }

    /// <summary>Keys may go unchecked only where nobody else can call.</summary>
    /// <param name="addresses">The addresses that the server is bound to, such as <c>http://localhost:7071</c>.</param>
    /// <returns>What is wrong, if anything is.</returns>
    public SettingProblem? CheckAddresses(IEnumerable<string> addresses) =>
        !EnforceKeys && addresses.FirstOrDefault(address => !IsLoopback(address)) is { } open
            ? new("configuration", $"{Section}:Keys:Enforce", $"may be false only while every address is a loopback one; '{open}' is not. "
                + "Enforce the keys, or listen on localhost only", SettingSeverity.Error)
            : null;

    // Not Uri.IsLoopback: the server listens on every address if it is given any name other than localhost.
    static bool IsLoopback(string address) => Uri.TryCreate(address, UriKind.Absolute, out Uri? uri)
        && (uri.Host == "localhost" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out IPAddress? ip) && IPAddress.IsLoopback(ip)));
}
