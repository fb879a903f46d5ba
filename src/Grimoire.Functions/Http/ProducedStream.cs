using System.IO.Pipelines;

namespace Grimoire.Functions.Http;

/// <summary>
/// A body that is made while it is read, and never further than a little ahead of its reader. What goes wrong in making it breaks the reading too, so that
/// nobody takes a part for the whole; and when the reader goes away, the making of it ends.
/// </summary>
/// <param name="produce">Writes all of it. It is not begun before somebody reads.</param>
sealed class ProducedStream(Func<Stream, CancellationToken, Task> produce) : ForwardStream
{
    const int Ahead = 128 * 1024;

    readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: Ahead, resumeWriterThreshold: Ahead / 2, useSynchronizationContext: false));
    readonly CancellationTokenSource _gone = new();
    Task? _making;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _making ??= MakeAsync();
        var result = await _pipe.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var length = (int)Math.Min(buffer.Length, result.Buffer.Length);
        var taken = result.Buffer.Slice(0, length);
        var rest = buffer;
        foreach (var segment in taken)
        {
            segment.CopyTo(rest);
            rest = rest[segment.Length..];
        }

        _pipe.Reader.AdvanceTo(taken.End);
        return length;
    }

    // Some hosts read so; whoever does gives a thread for it.
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync().ConfigureAwait(false);
        await _pipe.Reader.CompleteAsync().ConfigureAwait(false);
        await (_making ?? Task.CompletedTask).ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
        _gone.Dispose();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _making is { IsCompleted: false })
        {
            // Who cannot wait leaves it to end by itself.
            _gone.Cancel();
            _pipe.Reader.Complete();
        }

        base.Dispose(disposing);
    }

    async Task MakeAsync()
    {
        Exception? failure = null;
        try
        {
            var sink = new Sink(_pipe.Writer);
            await produce(sink, _gone.Token).ConfigureAwait(false);
            await sink.FlushAsync(_gone.Token).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            // The reader gets it.
            failure = thrown;
        }

        await _pipe.Writer.CompleteAsync(failure).ConfigureAwait(false);
    }

    /// <summary>What is written at once, as archives write their headers, waits in the pipe: only who writes asynchronously waits for the reader.</summary>
    sealed class Sink(PipeWriter writer) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            Check(await writer.WriteAsync(buffer, cancellationToken).ConfigureAwait(false));

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            buffer.CopyTo(writer.GetSpan(buffer.Length));
            writer.Advance(buffer.Length);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override async Task FlushAsync(CancellationToken cancellationToken) => Check(await writer.FlushAsync(cancellationToken).ConfigureAwait(false));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        static void Check(FlushResult result)
        {
            if (result.IsCompleted)
            {
                throw new OperationCanceledException("The reader has gone.");
            }
        }
    }
}
