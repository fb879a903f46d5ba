using System.Text;
using Azure.Storage.Blobs.Models;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;
using Grimoire.Tests.Shared;

namespace Grimoire.Functions.Tests.Storage;

/// <summary>What only a container shows: requests, properties, blobs of a log.</summary>
public sealed class BlobObjectsTests : IAsyncLifetime
{
    static readonly CancellationToken None = CancellationToken.None;

    readonly BlobRequests _requests = new($"objects-{Guid.NewGuid():N}");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (AzuriteFactAttribute.Connection.Length > 0)
        {
            await _requests.Client().DeleteIfExistsAsync();
        }
    }

    [AzuriteFact]
    public async Task Each_operation_on_what_is_there_is_one_request()
    {
        var store = Store();
        var version = await store.CreateAsync("o", Bytes("1"), None);
        await store.AppendAsync("log", Bytes("1\n"), None);
        await store.UploadAsync("s", new MemoryStream(Bytes("1")), "x/y", new Dictionary<string, string>(), 10, None);
        _requests.Clear();

        await store.CreateAsync("o2", Bytes("1"), None);
        await store.CreateAsync("o", Bytes("1"), None);
        await store.ReplaceAsync("o", Bytes("2"), version!, None);
        await store.ReadAsync("o", None);
        await store.AppendAsync("log", Bytes("2\n"), None);
        await store.ReadLogAsync("log", 0, None);
        await store.ReadLogAsync("log", 2, None);
        await store.ReadLogAsync("log", 4, None);
        await store.UploadAsync("s", new MemoryStream(Bytes("2")), "x/y", new Dictionary<string, string>(), 10, None);
        await store.InspectAsync("s", None);
        (await store.DownloadAsync("s", 0, null, None))!.Dispose();
        await store.CheckAsync(None);

        Assert.Equal(
            [
                "PUT o2", "PUT o", "PUT o", "GET o", "PUT log?comp=appendblock", "GET log", "GET log", "GET log", "PUT s", "HEAD s", "GET s", "PUT ~check",
            ],
            _requests.Sent);
    }

    [AzuriteFact]
    public async Task The_container_is_made_by_the_first_write_and_by_no_read()
    {
        var store = Store();
        Assert.Null(await store.ReadAsync("o", None));
        Assert.False(await _requests.Client().ExistsAsync());

        await store.AppendAsync("log", Bytes("1\n"), None);

        Assert.True(await _requests.Client().ExistsAsync());
    }

    [AzuriteFact]
    public async Task A_full_blob_of_a_log_is_followed_by_the_next_and_places_in_the_log_stay()
    {
        var store = Store(blocksPerBlob: 3);
        _requests.Refuse = RefuseWhenFull(3);
        var offsets = new List<long> { 0 };
        for (var i = 0; i < 8; i++)
        {
            var line = $"line {new string('x', i)}{i}\n";
            await store.AppendAsync("c/log", Bytes(line), None);
            offsets.Add(offsets[^1] + line.Length);
        }

        var all = Text(await store.ReadLogAsync("c/log", 0, None));

        Assert.Equal("line 0\nline x1\nline xx2\nline xxx3\nline xxxx4\nline xxxxx5\nline xxxxxx6\nline xxxxxxx7\n", all);
        foreach (var offset in offsets)
        {
            Assert.Equal(all[(int)offset..], Text(await store.ReadLogAsync("c/log", offset, None)));
        }

        Assert.Equal(["c/log", "c/log~2", "c/log~3"], Blobs());
        Assert.Equal(["c/log"], await NamesAsync(store));
        _requests.Refuse = _ => null;
        await store.DeleteAsync("c/log", None);
        Assert.Empty(Blobs());
    }

    [AzuriteFact]
    public async Task A_reader_at_the_very_end_of_a_full_blob_finds_what_comes_next()
    {
        var store = Store(blocksPerBlob: 2);
        _requests.Refuse = RefuseWhenFull(2);
        await store.AppendAsync("log", Bytes("1\n"), None);
        await store.AppendAsync("log", Bytes("2\n"), None);
        Assert.True((await store.ReadLogAsync("log", 4, None)).IsEmpty);

        await store.AppendAsync("log", Bytes("3\n"), None);

        Assert.Equal("3\n", Text(await store.ReadLogAsync("log", 4, None)));
        Assert.True((await store.ReadLogAsync("log", 6, None)).IsEmpty);
    }

    [AzuriteFact]
    [Trait("Row", "AZ04")]
    public async Task A_stored_stream_is_a_blob_with_its_type_and_readable_metadata()
    {
        var whose = new Dictionary<string, string> { ["cast"] = "me-1", ["step"] = "Bild", ["attempt"] = "2" };
        var info = await Store().UploadAsync("a.png", new Drip(9_000_000), "image/png", whose, 10_000_000, None);

        BlobProperties blob = await _requests.Client().GetBlobClient("a.png").GetPropertiesAsync();

        Assert.Equal("image/png", blob.ContentType);
        Assert.Equal(9_000_000, blob.ContentLength);
        Assert.Equal(info.Sha256, blob.Metadata["sha256"]);
        Assert.Equal(("me-1", "Bild", "2"), (blob.Metadata["cast"], blob.Metadata["step"], blob.Metadata["attempt"]));
    }

    [AzuriteFact]
    public async Task A_block_whose_answer_is_a_busy_storage_is_sent_again()
    {
        var busy = 2;
        _requests.Refuse = request => request.Contains("comp=block&", StringComparison.Ordinal) && busy-- > 0 ? "ContainerBeingDeleted" : null;

        var info = await Store().UploadAsync("a.png", new Drip(9_000_000), "image/png", new Dictionary<string, string>(), 10_000_000, None);

        Assert.Equal(9_000_000, info.Bytes);
        Assert.Equal(9_000_000, (await Store().InspectAsync("a.png", None))!.Bytes);
        Assert.True(busy < 0);
    }

    BlobObjects Store(int blocksPerBlob = BlobObjects.MaxBlocks) => new(_requests.Client(), Retries.Of(new InstantTime()), blocksPerBlob);

    /// <summary>As the storage does after 50,000 blocks.</summary>
    static Func<string, string?> RefuseWhenFull(int blocks)
    {
        var made = new HashSet<string>();
        var added = new Dictionary<string, int>();
        return request =>
        {
            made.Add(request);
            if (!request.EndsWith("?comp=appendblock", StringComparison.Ordinal) || !made.Contains(request[..^"?comp=appendblock".Length]))
            {
                return null;
            }

            added[request] = added.GetValueOrDefault(request) + 1;
            return added[request] > blocks ? "BlockCountExceedsLimit" : null;
        };
    }

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    static async Task<List<string>> NamesAsync(BlobObjects store)
    {
        var names = new List<string>();
        await foreach (var name in store.ListAsync("", null, None))
        {
            names.Add(name);
        }

        return names;
    }

    List<string> Blobs() => [.. _requests.Client().GetBlobs().Select(blob => blob.Name)];
}
