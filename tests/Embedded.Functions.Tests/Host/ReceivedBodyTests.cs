using Embedded.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace Embedded.Functions.Tests.Host;

public sealed class ReceivedBodyTests
{
    [Theory]
    [InlineData(1024L * 1024)]
    [InlineData(64L * 1024 * 1024)]
    [InlineData(null)]
    public async Task A_body_that_was_only_announced_costs_little_memory(long? announced)
    {
        var body = new Empty(GC.GetAllocatedBytesForCurrentThread());
        HttpRequest request = new DefaultHttpContext().Request;
        request.ContentLength = announced;
        request.Body = body;

        await ReceivedBody.ReadAsync(request, CancellationToken.None);

        Assert.InRange(body.AllocatedBefore, 0, 100_000);
    }

    [Theory]
    [InlineData(16 * 1024)]
    [InlineData((16 * 1024) + 1)]
    [InlineData(3 * 1024 * 1024)]
    public async Task A_body_of_any_length_can_be_read_more_than_once(int length)
    {
        byte[] sent = new byte[length];
        Random.Shared.NextBytes(sent);
        HttpRequest request = new DefaultHttpContext().Request;
        request.ContentLength = length;
        request.Body = new MemoryStream(sent);

        await using Stream body = await ReceivedBody.ReadAsync(request, CancellationToken.None);

        for (int i = 0; i < 2; i++)
        {
            using var read = new MemoryStream();
            body.Position = 0;
            await body.CopyToAsync(read);
            Assert.True(sent.AsSpan().SequenceEqual(read.ToArray()));
        }
    }

    /// <summary>Notes what was allocated until it is read.</summary>
    sealed class Empty(long start) : MemoryStream
    {
        public long AllocatedBefore { get; private set; } = -1;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            AllocatedBefore = AllocatedBefore < 0 ? GC.GetAllocatedBytesForCurrentThread() - start : AllocatedBefore;
            return base.ReadAsync(buffer, cancellationToken);
        }
    }
}
