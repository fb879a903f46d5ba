namespace Grimoire.Functions.Tests.Support;

/// <summary>Content as it comes from a provider: forwards only, in pieces of odd sizes, and perhaps broken off at the end.</summary>
sealed class Drip(long size, bool breaks = false) : Stream
{
    long _given;

    /// <summary>Told how much was given before.</summary>
    public Action<long> OnRead { get; init; } = _ => { };

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        OnRead(_given);
        var count = (int)Math.Min(Math.Min(buffer.Length, 54_321), size - _given);
        if (count == 0 && breaks)
        {
            throw new InvalidDataException("The provider hung up.");
        }

        for (var i = 0; i < count; i++)
        {
            buffer.Span[i] = (byte)((_given + i) * 31 >> 3);
        }

        _given += count;
        return ValueTask.FromResult(count);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Content is read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
