using Grimoire.Functions.Http;

namespace Grimoire.Functions.Tests.Http;

public sealed class ProducedStreamTests
{
    static readonly byte[] Chunk = new byte[16 * 1024];

    [Fact]
    public async Task What_is_written_is_read_in_order_whether_it_was_written_at_once_or_not()
    {
        await using var body = new ProducedStream(async (to, cancellation) =>
        {
            to.Write([1, 2]);
            await to.WriteAsync((byte[])[3, 4], cancellation);
            to.WriteByte(5);
        });
        using var read = new MemoryStream();

        await body.CopyToAsync(read);

        Assert.Equal([1, 2, 3, 4, 5], read.ToArray());
    }

    [Fact]
    public async Task It_is_never_made_further_than_a_little_ahead_of_its_reader()
    {
        var written = 0;
        await using var body = new ProducedStream(async (to, cancellation) =>
        {
            for (; written < 1000; written++)
            {
                await to.WriteAsync(Chunk, cancellation);
            }
        });

        var first = new byte[1];
        Assert.Equal(1, await body.ReadAsync(first));
        Assert.InRange(written, 1, 20);
        await body.CopyToAsync(Stream.Null);
        Assert.Equal(1000, written);
    }

    [Fact]
    public async Task A_failure_in_the_middle_breaks_the_reading()
    {
        await using var body = new ProducedStream(async (to, cancellation) =>
        {
            await to.WriteAsync(Chunk, cancellation);
            throw new IOException("The storage is away.");
        });

        var thrown = await Assert.ThrowsAsync<IOException>(() => body.CopyToAsync(Stream.Null));

        Assert.Equal("The storage is away.", thrown.Message);
    }

    [Fact]
    [Trait("Row", "NX13")]
    public async Task When_the_reader_goes_away_it_is_made_no_further()
    {
        var ended = new TaskCompletionSource<Exception?>();
        var body = new ProducedStream(async (to, cancellation) =>
        {
            try
            {
                while (true)
                {
                    await to.WriteAsync(Chunk, cancellation);
                }
            }
            catch (OperationCanceledException gone)
            {
                ended.SetResult(gone);
                throw;
            }
        });
        Assert.Equal(100, await body.ReadAsync(new byte[100]));

        await body.DisposeAsync();

        Assert.NotNull(await ended.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task What_nobody_reads_is_not_begun()
    {
        var begun = false;

        await new ProducedStream((_, _) =>
        {
            begun = true;
            return Task.CompletedTask;
        }).DisposeAsync();

        Assert.False(begun);
    }
}
