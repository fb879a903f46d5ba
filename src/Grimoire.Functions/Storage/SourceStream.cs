namespace Grimoire.Functions.Storage;

/// <summary>What is uploaded: remembers that it broke, so that its failure is not taken for the storage's. Leaves the stream itself open.</summary>
sealed class SourceStream(Stream inner) : ForwardStream
{
    public Exception? Failure { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Failure = failure;
            throw;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Uploads are read asynchronously.");
}
