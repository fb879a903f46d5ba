using System.Net;
using System.Net.Sockets;

namespace Grimoire.Functions.Tools.Egress;

/// <summary>Which addresses outgoing requests may reach: public ones, and those that the settings allow.</summary>
sealed class EgressPolicy(EgressOptions options, Resolve resolve)
{
    /// <summary>What can be told before anything is looked up.</summary>
    /// <exception cref="EgressRefusedException">It may not be called, whatever its address is.</exception>
    public static void CheckUrl(Uri url)
    {
        if (url.Scheme is not ("http" or "https"))
        {
            throw new EgressRefusedException($"Tools may call http and https only, not '{url.Scheme}'.");
        }

        if (url.UserInfo.Length > 0)
        {
            throw new EgressRefusedException(
                $"The URL of {url.Host} has a user name or a password in it, which is not allowed. Send them in a header.");
        }
    }

    /// <summary>The addresses of a host, every one of them allowed.</summary>
    /// <exception cref="EgressRefusedException">One is not.</exception>
    public async Task<IPAddress[]> AddressesAsync(string host, int port, CancellationToken cancellation)
    {
        host = host.Trim('[', ']');
        IPAddress[] addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await resolve(host, cancellation).ConfigureAwait(false);
        if (addresses.Length == 0)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }

        // All, not any: a name that also leads inside is made for getting inside.
        foreach (var address in addresses)
        {
            Check(host, port, address);
        }

        return addresses;
    }

    /// <summary>Connects to an address that was checked, and to no other: a second look-up could answer differently.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var endpoint = context.DnsEndPoint;
        var addresses = await AddressesAsync(endpoint.Host, endpoint.Port, cancellation).ConfigureAwait(false);
        SocketException? last = null;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, endpoint.Port), cancellation).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException refused)
            {
                socket.Dispose();
                last = refused;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw last!;
    }

    void Check(string host, int port, IPAddress address)
    {
        if (options.AllowPrivate || AddressKind.WhyNotPublic(address) is not { } kind || options.Allow.Any(allowed => allowed.Covers(host, port, address)))
        {
            return;
        }

        var target = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}";
        var leads = host == address.ToString() ? $"{target} is {kind}" : $"{target} leads to {address}, {kind}";
        throw new EgressRefusedException($"{leads}, and tools may call public addresses only. To allow it, add '{target}' or a network with {address} to the setting {EgressOptions.AllowSetting}.")
        {
            Host = host,
            Address = address,
        };
    }
}

/// <summary>Looks a host name up.</summary>
delegate Task<IPAddress[]> Resolve(string host, CancellationToken cancellation);

/// <summary>The policy forbids a request.</summary>
sealed class EgressRefusedException(string message) : Exception(message)
{
    public string? Host { get; init; }

    public IPAddress? Address { get; init; }
}
