using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Grimoire.Functions.Tools.Egress;

/// <summary>One entry of Egress:Allow: a host, a host and port, or a network.</summary>
sealed record EgressAllowance
{
    public string? Host { get; private init; }

    public int? Port { get; private init; }

    public IPNetwork? Network { get; private init; }

    public static EgressAllowance? Parse(string entry)
    {
        entry = entry.Trim();
        if (IPNetwork.TryParse(entry, out var network))
        {
            return new EgressAllowance { Network = network };
        }

        if (IPAddress.TryParse(entry.Trim('[', ']'), out var address))
        {
            return new EgressAllowance { Network = Only(address) };
        }

        var colon = entry.LastIndexOf(':');
        var host = colon < 0 ? entry : entry[..colon];
        int? port = null;
        if (colon >= 0)
        {
            if (!int.TryParse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535)
            {
                return null;
            }

            port = number;
        }

        if (IPAddress.TryParse(host.Trim('[', ']'), out var only))
        {
            return new EgressAllowance { Network = Only(only), Port = port };
        }

        return Uri.CheckHostName(host) == UriHostNameType.Dns ? new EgressAllowance { Host = host, Port = port } : null;
    }

    public bool Covers(string host, int port, IPAddress address) =>
        (Port is null || Port == port)
        && (Host is null || string.Equals(Host, host, StringComparison.OrdinalIgnoreCase))
        && (Network is not { } network || network.Contains(address));

    static IPNetwork Only(IPAddress address) => new(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
}
