namespace Grimoire.Functions.Tools.Http;

/// <summary>Remembers that reading failed, so that a source that breaks off is told from a storage that does.</summary>
sealed class WatchedStream(Stream inner) : ForwardStream
{
    public Exception? Failure { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception broken)
        {
            Failure = broken;
            throw;
        }
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return inner.Read(buffer, offset, count);
        }
        catch (Exception broken)
        {
            Failure = broken;
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
