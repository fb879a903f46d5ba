using Grimoire.Functions.Tools.Http;

namespace Grimoire.Functions.Tools.Egress;

/// <summary>A stream that breaks off after so many bytes.</summary>
sealed class BoundedStream(Stream inner, int maxBytes) : ForwardStream
{
    long _read;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Counted(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

    public override int Read(byte[] buffer, int offset, int count) => Counted(inner.Read(buffer, offset, count));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    int Counted(int read) => (_read += read) <= maxBytes ? read : throw new ResponseTooLargeException(maxBytes);
}
