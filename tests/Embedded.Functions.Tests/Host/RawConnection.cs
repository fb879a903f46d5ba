using System.Net.Sockets;
using System.Text;
using Embedded.Functions.Tests.Support;

namespace Embedded.Functions.Tests.Host;

/// <summary>A connection on which anything can be sent, HTTP or not.</summary>
internal sealed class RawConnection : IDisposable
{
    readonly TcpClient _client = new();

    public static async Task<RawConnection> OpenAsync(int port)
    {
        var connection = new RawConnection();
        await connection._client.ConnectAsync("127.0.0.1", port);
        return connection;
    }

    /// <summary>Sends bytes given as characters below 256, and reads until the server closes.</summary>
    public static async Task<string> AnswerAsync(int port, string request)
    {
        using RawConnection connection = await OpenAsync(port);
        await connection.SendAsync(request);
        return await connection.ReadToEndAsync();
    }

    public async Task SendAsync(string text)
    {
        try
        {
            await _client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text));
        }
        catch (IOException)
        {
            // The server may have answered and closed before it had read all; its answer counts.
        }
    }

    public async Task<string> ReadToEndAsync()
    {
        using var patience = new CancellationTokenSource(AppProcess.Patience);
        var text = new StringBuilder();
        byte[] buffer = new byte[8192];
        try
        {
            while (await _client.GetStream().ReadAsync(buffer, patience.Token) is > 0 and var count)
            {
                text.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (IOException)
        {
            // Reset after the answer.
        }

        return text.ToString();
    }

    /// <summary>Reads one response whose length is given.</summary>
    public async Task<string> ReadResponseAsync()
    {
        using var patience = new CancellationTokenSource(AppProcess.Patience);
        var text = new StringBuilder();
        byte[] one = new byte[1];
        while (!IsWhole(text.ToString()))
        {
            Assert.Equal(1, await _client.GetStream().ReadAsync(one, patience.Token));
            text.Append((char)one[0]);
        }

        return text.ToString();
    }

    public void Dispose() => _client.Dispose();

    static bool IsWhole(string text)
    {
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return false;
        }

        string length = text[..end].Split("\r\n").First(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return text.Length == end + 4 + int.Parse(length.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
