using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using static Embedded.Functions.Settings.SettingShape;

namespace Embedded.Functions.Settings;

/// <summary>Reads the section "Embedded" of the configuration.</summary>
internal static class EmbeddedHostOptionsReader
{
    public static SettingSchema Schema { get; } = new(
    [
        new("State", Value, ".embedded", "The folder of the task hub's file and of the keys; a relative one is in the app's folder."),
        new("Keys.Enforce", Value, "true", "Whether functions ask for their keys. false only while every address is a loopback one."),
        new("AllowedHosts", List, "", "The names under which the app may be called, such as app.example.org or *.example.org; a request for another one is refused with 400. Without it: any."),
        new("KnownProxies", List, "", "The proxies whose X-Forwarded headers are believed: addresses or networks such as 10.0.0.0/8."),
        new("MaxRequestBodyBytes", Value, "104857600", "The largest body of a request; a larger one is refused with 413. Before the default comes FUNCTIONS_REQUEST_BODY_SIZE_LIMIT."),
        new("MaxLiveInstances", Value, "1000", "How many orchestrations and entities stay in memory between their turns."),
        new("RelaxedDurability", Value, "false", "Whether commits do not wait for the disk: a crash of the machine may then cost the last moments."),
        new("Retention", Value, "", "How long ended instances are kept, such as 30.00:00:00 for 30 days. Without it: for ever."),
    ]);

    /// <param name="appFolder">What a relative <see cref="EmbeddedHostOptions.State"/> is relative to.</param>
    public static LoadedSettings<EmbeddedHostOptions> Load(IConfiguration configuration, string appFolder)
    {
        var problems = new List<SettingProblem>();
        var source = SettingSource.From(configuration, EmbeddedHostOptions.Section);
        Schema.Check(source, problems);
        var reader = new SettingReader([source], problems);
        var defaults = new EmbeddedHostOptions();
        return new(
            new EmbeddedHostOptions
            {
                State = Path.GetFullPath(
                    reader.Parse<string>("State", defaults.State, TryFolder, "the path of a folder"), Path.GetFullPath(appFolder)),
                EnforceKeys = reader.Flag("Keys.Enforce", defaults.EnforceKeys),
                AllowedHosts = reader.List("AllowedHosts"),
                KnownProxies = ReadProxies(source, reader, problems),
                MaxRequestBodyBytes = reader.Integer("MaxRequestBodyBytes", ReadBodyLimit(configuration, defaults, problems), least: 1),
                MaxLiveInstances = reader.OptionalInteger("MaxLiveInstances", least: 1),
                RelaxedDurability = reader.Flag("RelaxedDurability", defaults.RelaxedDurability),
                Retention = reader.Parse<TimeSpan?>("Retention", defaults.Retention, TryRetention, "a time of zero or more, such as 30.00:00:00 for 30 days"),
            },
            problems);
    }

    static long ReadBodyLimit(IConfiguration configuration, EmbeddedHostOptions defaults, List<SettingProblem> problems)
    {
        var variable = new SettingNode(
            "", SettingNodeKind.Group, null, [SettingNode.From(configuration.GetSection(EmbeddedHostOptions.BodyLimitVariable))]);
        return new SettingReader([new("configuration", variable)], problems)
            .Integer(EmbeddedHostOptions.BodyLimitVariable, defaults.MaxRequestBodyBytes, least: 1);
    }

    static List<IPNetwork> ReadProxies(SettingSource source, SettingReader reader, List<SettingProblem> problems)
    {
        var proxies = new List<IPNetwork>();
        foreach (string text in reader.List("KnownProxies"))
        {
            if (!TryNetwork(text, out IPNetwork network))
            {
                problems.Add(source.Error("KnownProxies", $"'{text}' must be an address such as 10.0.0.7, or a network such as 10.0.0.0/8 or fd00::/8"));
                continue;
            }

            if (network.PrefixLength == 0)
            {
                problems.Add(source.Warning("KnownProxies", $"'{text}' is every address there is: anybody can forge the host in the URLs that callers get"));
            }

            proxies.Add(network);
        }

        return proxies;
    }

    static bool TryNetwork(string text, out IPNetwork network)
    {
        if (text.Contains('/'))
        {
            return IPNetwork.TryParse(text, out network);
        }

        network = default;
        if (!IPAddress.TryParse(text, out IPAddress? address))
        {
            return false;
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        network = new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
        return true;
    }

    static bool TryFolder(string text, [MaybeNullWhen(false)] out string folder)
    {
        folder = text;
        return !string.IsNullOrWhiteSpace(text) && !text.Contains('\0');
    }

    static bool TryRetention(string text, out TimeSpan? retention)
    {
        bool read = TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan time) && time >= TimeSpan.Zero;
        retention = time;
        return read;
    }
}
