using Azure.Storage.Blobs;

namespace System.IO.Hashing.Tests;

/// <summary>The base class, through the one class that the packages derive from it: the CRC-64 of Azure Storage.</summary>
public sealed class HashTests
{
    // The check value of CRC-64/NVME, which Azure Storage uses, over the digits 1 to 9; the hash is little-endian.
    static readonly byte[] Digits = "123456789"u8.ToArray();
    static readonly byte[] DigitsHash = BitConverter.GetBytes(0xAE8B14860A799888);

    [Fact]
    public void The_hash_of_the_whole_is_the_known_one()
    {
        var hash = StorageCrc64();

        hash.Append(Digits);

        Assert.Equal(8, hash.HashLengthInBytes);
        Assert.Equal(DigitsHash, hash.GetCurrentHash());
    }

    [Fact]
    public void Pieces_and_streams_make_the_same_hash_as_the_whole()
    {
        var pieces = StorageCrc64();
        pieces.Append(Digits.AsSpan(0, 4));
        pieces.Append(new MemoryStream(Digits, 4, 5));

        Assert.Equal(DigitsHash, pieces.GetCurrentHash());
    }

    [Fact]
    public async Task A_long_stream_that_comes_in_drops_makes_the_same_hash_as_its_bytes()
    {
        var bytes = new byte[1_000_000];
        new Random(7).NextBytes(bytes);
        var whole = StorageCrc64();
        whole.Append(bytes);
        var streamed = StorageCrc64();

        await streamed.AppendAsync(new Drops(bytes));

        Assert.Equal(whole.GetCurrentHash(), streamed.GetCurrentHash());
    }

    [Fact]
    public async Task A_cancelled_stream_is_not_read_on()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StorageCrc64().AppendAsync(new MemoryStream(Digits), cancelled.Token));
    }

    [Fact]
    public void Asking_for_the_hash_changes_nothing_unless_it_is_asked_to()
    {
        var hash = StorageCrc64();
        var empty = hash.GetCurrentHash();
        hash.Append(Digits);

        Assert.Equal(DigitsHash, hash.GetCurrentHash());
        Assert.Equal(DigitsHash, hash.GetHashAndReset());
        Assert.Equal(empty, hash.GetCurrentHash());
    }

    [Fact]
    public void A_destination_gets_the_hash_and_nothing_beyond_it()
    {
        var hash = StorageCrc64();
        hash.Append(Digits);
        var destination = new byte[10];

        Assert.Equal(8, hash.GetCurrentHash(destination));
        Assert.Equal([.. DigitsHash, 0, 0], destination);
        Assert.True(hash.TryGetCurrentHash(destination, out var written));
        Assert.Equal(8, written);
        Assert.True(hash.TryGetHashAndReset(destination, out written));
        Assert.Equal(8, written);
        Assert.Equal([.. DigitsHash, 0, 0], destination);
    }

    [Fact]
    public void A_destination_that_is_too_short_is_refused_and_costs_nothing()
    {
        var hash = StorageCrc64();
        hash.Append(Digits);

        Assert.Throws<ArgumentException>(() => hash.GetCurrentHash(new byte[7]));
        Assert.Throws<ArgumentException>(() => hash.GetHashAndReset(new byte[7]));
        Assert.False(hash.TryGetCurrentHash(new byte[7], out var written));
        Assert.Equal(0, written);
        Assert.False(hash.TryGetHashAndReset(new byte[7], out written));
        Assert.Equal(0, written);
        Assert.Equal(DigitsHash, hash.GetCurrentHash());
    }

    [Fact]
    public async Task Missing_arguments_and_impossible_lengths_are_refused()
    {
        var hash = StorageCrc64();

        Assert.Throws<ArgumentNullException>(() => hash.Append((byte[])null!));
        Assert.Throws<ArgumentNullException>(() => hash.Append((Stream)null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => hash.AppendAsync(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Lengthless());
    }

    static NonCryptographicHashAlgorithm StorageCrc64()
    {
        var common = typeof(BlobServiceClient).Assembly.GetReferencedAssemblies().Single(name => name.Name == "Azure.Storage.Common");
        var type = Reflection.Assembly.Load(common).GetType("Azure.Storage.StorageCrc64HashAlgorithm", throwOnError: true)!;
        return (NonCryptographicHashAlgorithm)type.GetMethod("Create")!.Invoke(null, null)!;
    }

    /// <summary>A stream that gives fewer bytes than it is asked for.</summary>
    sealed class Drops(byte[] content) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 977)], cancellationToken);
    }

    sealed class Lengthless() : NonCryptographicHashAlgorithm(0)
    {
        public override void Append(ReadOnlySpan<byte> source) => throw new NotSupportedException();

        public override void Reset() => throw new NotSupportedException();

        protected override void GetCurrentHashCore(Span<byte> destination) => throw new NotSupportedException();
    }
}
