using System.Net;
using System.Net.Sockets;
using Grimoire.Tests.Shared;

namespace Grimoire.EndToEnd.Tests.Support;

/// <summary>A way to Azurite that can be closed, so that storage is away, and opened again.</summary>
internal sealed class Detour : IDisposable
{
    readonly Uri _blobs;

    // Bound, but not listening: nobody else gets the port while the way is closed, and whoever comes is refused.
    readonly Socket _place = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    CancellationTokenSource? _opened;

    public Detour()
    {
        string endpoint = AzuriteFactAttribute.Connection.Split(';').Single(part => part.StartsWith("BlobEndpoint=", StringComparison.Ordinal));
        _blobs = new Uri(endpoint["BlobEndpoint=".Length..]);
        _place.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Connection = AzuriteFactAttribute.Connection.Replace($"{_blobs.Authority}{_blobs.AbsolutePath}", $"{_place.LocalEndPoint}{_blobs.AbsolutePath}", StringComparison.Ordinal);
    }

    /// <summary>Azurite's connection string, this way.</summary>
    public string Connection { get; }

    public void Open()
    {
        _opened = new CancellationTokenSource();
        var listener = new TcpListener((IPEndPoint)_place.LocalEndPoint!);
        listener.Start();
        _ = AcceptAsync(listener, _opened.Token);
    }

    public void Close()
    {
        _opened?.Cancel();
        _opened?.Dispose();
        _opened = null;
    }

    public void Dispose()
    {
        Close();
        _place.Dispose();
    }

    async Task AcceptAsync(TcpListener listener, CancellationToken closed)
    {
        using (listener)
        using (closed.Register(listener.Stop))
        {
            try
            {
                while (true)
                {
                    _ = PassAsync(await listener.AcceptTcpClientAsync(closed), closed);
                }
            }
            catch (Exception e) when (closed.IsCancellationRequested && e is OperationCanceledException or SocketException or InvalidOperationException)
            {
                // Closed.
            }
        }
    }

    async Task PassAsync(TcpClient caller, CancellationToken closed)
    {
        using (caller)
        using (var azurite = new TcpClient())
        {
            try
            {
                await azurite.ConnectAsync(_blobs.Host, _blobs.Port, closed);
                await await Task.WhenAny(
                    caller.GetStream().CopyToAsync(azurite.GetStream(), closed),
                    azurite.GetStream().CopyToAsync(caller.GetStream(), closed));
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
                // Closed, or one of the two has gone: then the other goes too.
            }
        }
    }
}
