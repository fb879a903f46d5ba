using System.Security.Cryptography;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;

namespace Grimoire.Functions.Tests.Storage;

public abstract partial class ObjectStoreContract
{
    const string Art = "casts/c/artifacts/cover.png";
    const long Limit = 100 * 1024 * 1024;

    static readonly Dictionary<string, string> Whose = new() { ["cast"] = "me-1", ["step"] = "Übersetzen ✨", ["attempt"] = "2", ["note"] = " a=b\r\n%41 " };

    [ContractFact]
    [Trait("Row", "AZ04")]
    public async Task A_stream_comes_back_with_its_type_length_hash_and_metadata()
    {
        var content = Bytes("<p>Grüße</p>");

        var stored = await Store.UploadAsync(Art, new MemoryStream(content), "text/html; charset=utf-8", Whose, Limit, None);

        Assert.Equal("text/html; charset=utf-8", stored.ContentType);
        Assert.Equal(content.Length, stored.Bytes);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), stored.Sha256);
        Assert.Equal(Whose, stored.Metadata);
        var inspected = await Store.InspectAsync(Art, None);
        Assert.NotNull(inspected);
        Assert.Equal(stored with { Metadata = inspected.Metadata }, inspected);
        Assert.Equal(Whose, inspected.Metadata);
        Assert.Equal(content, await DownloadAsync(Art, 0, null));
    }

    [ContractFact]
    [Trait("Row", "AZ04")]
    public async Task Twenty_megabytes_come_back_as_they_went()
    {
        const int Size = (20 * 1024 * 1024) + 7;
        var stored = await Store.UploadAsync(Art, new Drip(Size), "application/octet-stream", Whose, Limit, None);

        Assert.Equal(Size, stored.Bytes);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var download = (await Store.DownloadAsync(Art, 0, null, None))!;
        var buffer = new byte[81920];
        while (await download.ReadAsync(buffer) is var read and > 0)
        {
            sha.AppendData(buffer, 0, read);
        }

        Assert.Equal(stored.Sha256, Convert.ToHexStringLower(sha.GetHashAndReset()));
    }

    [ContractFact]
    public async Task A_range_is_those_bytes_and_no_more()
    {
        await Store.UploadAsync(Art, new MemoryStream(Bytes("0123456789")), "text/plain", Whose, Limit, None);

        Assert.Equal("0123456789", Text(await DownloadAsync(Art, 0, 10)));
        Assert.Equal("3456", Text(await DownloadAsync(Art, 3, 4)));
        Assert.Equal("789", Text(await DownloadAsync(Art, 7, null)));
        Assert.Equal("89", Text(await DownloadAsync(Art, 8, 100)));
        Assert.Equal("", Text(await DownloadAsync(Art, 5, 0)));
        Assert.Equal("", Text(await DownloadAsync(Art, 10, null)));
        Assert.Equal("", Text(await DownloadAsync(Art, 1000, 5)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.DownloadAsync(Art, -1, null, None));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.DownloadAsync(Art, 0, -1, None));
    }

    [ContractFact]
    public async Task An_empty_stream_is_one()
    {
        var stored = await Store.UploadAsync(Art, new MemoryStream(), "text/plain", Whose, Limit, None);

        Assert.Equal(0, stored.Bytes);
        Assert.Empty(await DownloadAsync(Art, 0, null));
        Assert.Equal(0, (await Store.InspectAsync(Art, None))!.Bytes);
    }

    [ContractFact]
    [Trait("Row", "NX10")]
    public async Task A_stream_that_breaks_leaves_nothing_and_says_why_itself()
    {
        foreach (var size in new[] { 10, 9_000_000 })
        {
            var failure = await Assert.ThrowsAsync<InvalidDataException>(
                () => Store.UploadAsync(Art, new Drip(size, breaks: true), "text/plain", Whose, Limit, None));

            Assert.Equal("The provider hung up.", failure.Message);
            Assert.Null(await Store.InspectAsync(Art, None));
            Assert.Null(await Store.DownloadAsync(Art, 0, null, None));
            Assert.Empty(await ListAsync(""));
        }
    }

    [ContractFact]
    [Trait("Row", "NX10")]
    public async Task A_stream_that_is_too_long_leaves_nothing()
    {
        foreach (var (size, limit) in new[] { (11, 10L), (9_000_000, 8_999_999L) })
        {
            var refused = await Assert.ThrowsAsync<ContentTooLargeException>(() => Store.UploadAsync(Art, new Drip(size), "text/plain", Whose, limit, None));

            Assert.Equal(limit, refused.MaxBytes);
            Assert.Empty(await ListAsync(""));
        }

        Assert.Equal(10, (await Store.UploadAsync(Art, new Drip(10), "text/plain", Whose, 10, None)).Bytes);
    }

    [ContractFact]
    public async Task A_stream_that_fails_leaves_what_was_there_before()
    {
        await Store.UploadAsync(Art, new MemoryStream(Bytes("first")), "text/plain", Whose, Limit, None);

        await Assert.ThrowsAsync<InvalidDataException>(() => Store.UploadAsync(Art, new Drip(9_000_000, breaks: true), "x/y", Whose, Limit, None));

        Assert.Equal("first", Text(await DownloadAsync(Art, 0, null)));
        Assert.Equal("text/plain", (await Store.InspectAsync(Art, None))!.ContentType);
    }

    [ContractFact]
    public async Task A_stream_replaces_the_one_before_with_all_that_is_known_of_it()
    {
        var first = await Store.UploadAsync(Art, new MemoryStream(Bytes("a longer first one")), "text/plain", Whose, Limit, None);
        await using var begun = await Store.DownloadAsync(Art, 2, null, None);

        var second = await Store.UploadAsync(Art, new MemoryStream(Bytes("second")), "text/html", new Dictionary<string, string>(), Limit, None);

        Assert.NotEqual(first.Version, second.Version);
        Assert.Equal("second", Text(await DownloadAsync(Art, 0, null)));
        var known = await Store.InspectAsync(Art, None);
        Assert.Equal("text/html", known!.ContentType);
        Assert.Empty(known.Metadata);
        Assert.Equal([Art], await ListAsync(""));
        using var rest = new MemoryStream();
        await begun!.CopyToAsync(rest);
        Assert.Equal("longer first one", Text(rest.ToArray()));
    }

    [ContractFact]
    public async Task Types_and_metadata_that_no_header_can_carry_are_refused()
    {
        string[] types = ["", "text/plain\r\nX-Evil: 1", "text/ünicode", new('a', 256)];
        foreach (var type in types)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => Store.UploadAsync(Art, new MemoryStream(), type, Whose, Limit, None));
        }

        (string, string)[] entries = [("", "v"), ("a-b", "v"), ("1a", "v"), ("ä", "v"), ("sha256", "v"), ("Sha256", "v"), ("k", new('ü', 1000))];
        foreach (var (key, value) in entries)
        {
            var metadata = new Dictionary<string, string> { [key] = value };
            await Assert.ThrowsAsync<ArgumentException>(() => Store.UploadAsync(Art, new MemoryStream(), "text/plain", metadata, Limit, None));
        }

        Assert.Empty(await ListAsync(""));
    }

    protected async Task<byte[]> DownloadAsync(string name, long offset, long? length)
    {
        await using var stream = await Store.DownloadAsync(name, offset, length, None);
        Assert.NotNull(stream);
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }
}
