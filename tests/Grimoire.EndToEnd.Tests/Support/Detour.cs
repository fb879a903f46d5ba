using System.Net;
using System.Net.Sockets;
using Grimoire.Tests.Shared;

namespace Grimoire.EndToEnd.Tests.Support;

/// <summary>A way to Azurite that can be closed, so that storage is away, and opened again.</summary>
internal sealed class Detour : IDisposable
{
    readonly Uri _blobs;
    readonly int _port;
    CancellationTokenSource? _opened;

    public Detour()
    {
        string endpoint = AzuriteFactAttribute.Connection.Split(';').Single(part => part.StartsWith("BlobEndpoint=", StringComparison.Ordinal));
        _blobs = new Uri(endpoint["BlobEndpoint=".Length..]);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Connection = AzuriteFactAttribute.Connection.Replace($"{_blobs.Authority}{_blobs.AbsolutePath}", $"127.0.0.1:{_port}{_blobs.AbsolutePath}", StringComparison.Ordinal);
    }

    /// <summary>Azurite's connection string, this way.</summary>
    public string Connection { get; }

    public void Open()
    {
        _opened = new CancellationTokenSource();
        var listener = new TcpListener(IPAddress.Loopback, _port);
        listener.Start();
        _ = AcceptAsync(listener, _opened.Token);
    }

    public void Close()
    {
        _opened?.Cancel();
        _opened?.Dispose();
        _opened = null;
    }

    public void Dispose() => Close();

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
            catch (Exception e) when (closed.IsCancellationRequested && e is OperationCanceledException or SocketException)
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
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // Closed, or one of the two has gone: then the other goes too.
            }
        }
    }
}
