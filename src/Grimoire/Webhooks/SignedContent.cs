using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Grimoire.Webhooks;

/// <summary>The bytes that a signature is made over, in a borrowed buffer.</summary>
/// <param name="capacity">How many bytes will be appended at most.</param>
sealed class SignedContent(int capacity) : IDisposable
{
    readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(capacity);
    int _length;

    public void Append(ReadOnlySpan<char> text) => _length += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_length));

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>The MAC by each key, one behind the other.</summary>
    /// <returns>The length of one MAC.</returns>
    public int Macs(SigningKeys keys, HashAlgorithmName algorithm, Span<byte> macs)
    {
        var size = 0;
        for (var index = 0; index < keys.Count; index++)
        {
            size = CryptographicOperations.HmacData(algorithm, keys[index], _buffer.AsSpan(0, _length), macs[(index * size)..]);
        }

        return size;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
}
