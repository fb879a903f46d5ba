using System.Text;
using Grimoire.Functions.Storage;

namespace Grimoire.Functions.Tests.Storage;

/// <summary>What only a folder can do: be looked into, be left behind by a crash, belong to another process.</summary>
public sealed class FileObjectsTests : IDisposable
{
    static readonly CancellationToken None = CancellationToken.None;

    readonly string _home = Directory.CreateTempSubdirectory("objects-").FullName;

    string Folder => Path.Combine(_home, "storage");

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task What_was_stored_is_there_after_a_restart()
    {
        string? version;
        using (var store = FileObjects.Open(Folder))
        {
            version = await store.CreateAsync("a/o.json", Bytes("{}"), None);
            await store.AppendAsync("a/log.jsonl", Bytes("1\n"), None);
            await store.UploadAsync("a/s.txt", new MemoryStream(Bytes("text")), "text/plain", new Dictionary<string, string> { ["Cast"] = "c" }, 10, None);
        }

        using var again = FileObjects.Open(Folder);
        Assert.NotNull(await again.ReplaceAsync("a/o.json", Bytes("[]"), version!, None));
        Assert.Equal("1\n", Encoding.UTF8.GetString((await again.ReadLogAsync("a/log.jsonl", 0, None)).Span));
        Assert.Equal("c", (await again.InspectAsync("a/s.txt", None))?.Metadata["cast"]);
    }

    [Fact]
    public async Task Usual_names_are_the_files_names()
    {
        using var store = FileObjects.Open(Folder);

        await store.CreateAsync("casts/me-01/attempts/image/001.json", Bytes("{}"), None);
        await store.CreateAsync("casts/me-01/artifacts/README", Bytes("x"), None);
        await store.CreateAsync("casts/me-01/artifacts/v1.2/x", Bytes("x"), None);

        Assert.Equal(["casts/me-01/artifacts/+r+e+a+d+m+e~", "casts/me-01/artifacts/v1.2~/x~", "casts/me-01/attempts/image/001.json"], Files());
    }

    [Fact]
    public void A_second_store_on_the_same_folder_is_refused_until_the_first_is_closed()
    {
        using (FileObjects.Open(Folder))
        {
            var refusal = Assert.Throws<StorageException>(() => FileObjects.Open(Folder));
            Assert.Contains("in use by another process", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("Storage:Folder", refusal.Message, StringComparison.Ordinal);
        }

        FileObjects.Open(Folder).Dispose();
    }

    [Fact]
    public void A_folder_that_cannot_be_one_is_refused_with_its_name()
    {
        File.WriteAllText(Folder, "a file");

        var refusal = Assert.Throws<StorageException>(() => FileObjects.Open(Folder));

        Assert.Contains(Folder, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_crash_left_unfinished_is_removed_and_never_seen()
    {
        Directory.CreateDirectory(Path.Combine(Folder, ".tmp"));
        await File.WriteAllTextAsync(Path.Combine(Folder, ".tmp", "0123456789abcdef"), "half an obj");

        using var store = FileObjects.Open(Folder);

        Assert.Empty(Directory.GetFiles(Path.Combine(Folder, ".tmp")));
        Assert.Empty(await NamesAsync(store));
    }

    [Fact]
    public async Task Nothing_unfinished_stays_behind()
    {
        using var store = FileObjects.Open(Folder);
        var version = await store.CreateAsync("o", Bytes("1"), None);
        await store.CreateAsync("o", Bytes("2"), None);
        await store.ReplaceAsync("o", Bytes("3"), version!, None);
        await store.ReplaceAsync("o", Bytes("4"), version!, None);
        await store.CheckAsync(None);
        await Assert.ThrowsAsync<ContentTooLargeException>(
            () => store.UploadAsync("s", new MemoryStream(new byte[11]), "x/y", new Dictionary<string, string>(), 10, None));

        Assert.Empty(Directory.GetFiles(Path.Combine(Folder, ".tmp")));
        Assert.Equal(["o~"], Files());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"id\":\"2\",\"ty")]
    [InlineData("\0\0\0\0\0\0")]
    public async Task Half_a_line_that_a_crash_left_is_not_read_and_the_next_line_is_whole(string torn)
    {
        Directory.CreateDirectory(Path.Combine(Folder, "c"));
        var tail = torn.Length == 0 ? new string('x', 10_000) : torn;
        await File.WriteAllTextAsync(Path.Combine(Folder, "c", "journal.jsonl"), "{\"id\":\"1\"}\n" + tail);
        using var store = FileObjects.Open(Folder);
        var before = await store.ReadLogAsync("c/journal.jsonl", 0, None);

        await store.AppendAsync("c/journal.jsonl", Bytes("{\"id\":\"3\"}\n"), None);

        Assert.Equal("{\"id\":\"1\"}\n", Encoding.UTF8.GetString(before.Span));
        Assert.Equal("{\"id\":\"3\"}\n", Encoding.UTF8.GetString((await store.ReadLogAsync("c/journal.jsonl", before.Length, None)).Span));
        Assert.Equal("{\"id\":\"1\"}\n{\"id\":\"3\"}\n", await File.ReadAllTextAsync(Path.Combine(Folder, "c", "journal.jsonl")));
    }

    [Fact]
    public async Task A_log_of_which_only_half_a_line_was_written_begins_anew()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "c"));
        await File.WriteAllTextAsync(Path.Combine(Folder, "c", "journal.jsonl"), "{\"id\":\"1\"");
        using var store = FileObjects.Open(Folder);

        Assert.True((await store.ReadLogAsync("c/journal.jsonl", 0, None)).IsEmpty);
        await store.AppendAsync("c/journal.jsonl", Bytes("{}\n"), None);

        Assert.Equal("{}\n", Encoding.UTF8.GetString((await store.ReadLogAsync("c/journal.jsonl", 0, None)).Span));
    }

    [Fact]
    public async Task Files_of_others_and_half_streams_are_no_objects()
    {
        using var store = FileObjects.Open(Folder);
        await store.UploadAsync("a/s.txt", new MemoryStream(Bytes("text")), "text/plain", new Dictionary<string, string>(), 10, None);
        var path = Path.Combine(Folder, "a", "s.txt");
        await File.WriteAllBytesAsync(path, (await File.ReadAllBytesAsync(path))[..^3]);
        await File.WriteAllTextAsync(Path.Combine(Folder, "a", ".DS_Store"), "x");
        await File.WriteAllTextAsync(Path.Combine(Folder, "a", "Thumbs.db"), "x");

        Assert.Null(await store.InspectAsync("a/s.txt", None));
        Assert.Null(await store.DownloadAsync("a/s.txt", 0, null, None));
        Assert.Equal(["a/s.txt"], await NamesAsync(store));
    }

    [Fact]
    public async Task Folders_that_somebody_removes_are_made_again()
    {
        using var store = FileObjects.Open(Folder);
        await store.CreateAsync("casts/c/manifest.json", Bytes("1"), None);

        Directory.Delete(Path.Combine(Folder, "casts"), recursive: true);

        Assert.NotNull(await store.CreateAsync("casts/c/manifest.json", Bytes("2"), None));
        Assert.Equal(["casts/c/manifest.json"], await NamesAsync(store));
    }

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static async Task<List<string>> NamesAsync(FileObjects store)
    {
        var names = new List<string>();
        await foreach (var name in store.ListAsync("", null, None))
        {
            names.Add(name);
        }

        return names;
    }

    IEnumerable<string> Files() =>
        Directory.GetFiles(Folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Folder, file).Replace('\\', '/'))
            .Where(file => file[0] != '.')
            .Order(StringComparer.Ordinal);
}
