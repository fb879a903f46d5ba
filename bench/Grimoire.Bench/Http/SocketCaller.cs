using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Grimoire.Bench.Http;

/// <summary>
/// As much of HTTP/1.1 as a caller needs who knows the server: requests as they are, answers of a known length. What callers cost is
/// taken from what they measure, since both share the processors.
/// </summary>
internal sealed class SocketCaller : ICaller
{
    const int BufferSize = 16 * 1024;
    const int StatusAt = 9;

    readonly Socket _socket;
    readonly byte[] _buffer = new byte[BufferSize];

    SocketCaller(Socket socket) => _socket = socket;

    public static ICaller Connect(Uri server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(new IPEndPoint(IPAddress.Parse(server.Host), server.Port));
        return new SocketCaller(socket);
    }

    public async Task<Answer> CallAsync(Request request)
    {
        int sent = await _socket.SendAsync(request.Bytes, SocketFlags.None);
        Check.That(sent == request.Bytes.Length, $"Only {sent} bytes of {request.Method} {request.Url} were sent.");

        int received = 0;
        int head;
        do
        {
            received += await ReceiveAsync(received);
            head = _buffer.AsSpan(0, received).IndexOf("\r\n\r\n"u8);
        }
        while (head < 0);

        int body = head + 4;
        int end = body + ContentLength(_buffer.AsSpan(0, head));
        Check.That(end <= BufferSize, $"The answer to {request.Method} {request.Url} is longer than {BufferSize} bytes.");
        while (received < end)
        {
            received += await ReceiveAsync(received);
        }

        Check.That(received == end, $"More came than the answer to {request.Method} {request.Url}.");
        return new Answer(Status(_buffer), _buffer.AsMemory(body, end - body));
    }

    public void Dispose() => _socket.Dispose();

    async ValueTask<int> ReceiveAsync(int at)
    {
        Check.That(at < BufferSize, $"The head of the answer is longer than {BufferSize} bytes.");
        int count = await _socket.ReceiveAsync(_buffer.AsMemory(at), SocketFlags.None);
        Check.That(count > 0, "The server closed the connection instead of answering.");
        return count;
    }

    /// <summary>The answer begins like "HTTP/1.1 200".</summary>
    static int Status(ReadOnlySpan<byte> answer) =>
        Utf8Parser.TryParse(answer[StatusAt..], out int status, out _) ? status : throw Unreadable(answer[..StatusAt]);

    static int ContentLength(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> name = "\r\nContent-Length: "u8;
        int at = head.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(head[(at + name.Length)..], out int length, out _) ? length : throw Unreadable(head);
    }

    static CheckFailedException Unreadable(ReadOnlySpan<byte> head) => new($"No answer of known length: {Encoding.ASCII.GetString(head)}");
}
