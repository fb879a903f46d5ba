using System.Security.Cryptography;
using System.Text;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Grimoire.Functions.Storage;
using Grimoire.Tests.Shared;

namespace Grimoire.Functions.Tests.Storage;

/// <summary>One contract, two stores.</summary>
[Trait("Row", "AZ04")]
[Trait("Row", "AZ05")]
public sealed class ArtifactStoreTests : IDisposable
{
    static readonly byte[] Content = Encoding.UTF8.GetBytes("<p>Grüße</p>");
    static readonly Dictionary<string, string> Metadata = new() { ["instance"] = "note-1" };

    readonly string _folder = Directory.CreateTempSubdirectory("artifacts-").FullName;
    readonly string _container = $"test-{Guid.NewGuid():N}";

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        if (AzuriteFactAttribute.Connection.Length > 0)
        {
            Container().DeleteIfExists();
        }
    }

    [Fact]
    public Task An_artifact_in_a_folder_comes_back_as_it_was_stored() => ComesBack(new FileArtifacts(_folder));

    [AzuriteFact]
    public Task An_artifact_in_a_container_comes_back_as_it_was_stored() => ComesBack(new BlobArtifacts(Container()));

    [Fact]
    public Task What_is_not_in_a_folder_is_null() => IsAbsent(new FileArtifacts(_folder));

    [AzuriteFact]
    public async Task What_is_not_in_a_container_is_null_whether_there_is_a_container_or_not()
    {
        await IsAbsent(new BlobArtifacts(Container()));
        await Container().CreateAsync();
        await IsAbsent(new BlobArtifacts(Container()));
    }

    [AzuriteFact]
    public async Task A_blob_carries_its_type_its_hash_and_whose_it_is()
    {
        await new BlobArtifacts(Container()).SaveAsync("n/page.html", "text/html", Content, Metadata, CancellationToken.None);

        BlobProperties properties = await Container().GetBlobClient("n/page.html").GetPropertiesAsync();
        Assert.Equal("text/html", properties.ContentType);
        Assert.Equal(Content.Length, properties.ContentLength);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Content)), properties.Metadata["sha256"]);
        Assert.Equal("note-1", properties.Metadata["instance"]);
    }

    [AzuriteFact]
    public async Task Many_first_artifacts_at_once_find_one_container()
    {
        var store = new BlobArtifacts(Container());

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => store.SaveAsync($"n/{i}", "text/html", Content, Metadata, CancellationToken.None)));

        Assert.Equal(8, Container().GetBlobs().Count());
    }

    [Fact]
    public async Task A_file_says_in_a_file_beside_it_what_it_is_and_leaves_nothing_unfinished()
    {
        await new FileArtifacts(_folder).SaveAsync("n/page.html", "text/html", Content, Metadata, CancellationToken.None);

        var files = Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order(StringComparer.Ordinal);
        Assert.Equal(["page.html", "page.html.meta.json"], files);
        var description = await File.ReadAllTextAsync(Path.Combine(_folder, "n", "page.html.meta.json"));
        Assert.Contains("\"contentType\":\"text/html\"", description, StringComparison.Ordinal);
        Assert.Contains("\"instance\":\"note-1\"", description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("n/../../outside")]
    [InlineData("/etc/outside")]
    public async Task A_name_that_leads_out_of_the_folder_is_refused(string name)
    {
        var store = new FileArtifacts(Path.Combine(_folder, "inside"));

        await Assert.ThrowsAsync<ArgumentException>(() => store.SaveAsync(name, "text/html", Content, Metadata, CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(() => store.OpenAsync(name, CancellationToken.None));
        Assert.Empty(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    static async Task ComesBack(IArtifactStore store)
    {
        var first = await store.SaveAsync("n/page.html", "text/html", Content, Metadata, CancellationToken.None);
        var second = await store.SaveAsync("n/page.html", "text/html", Content, Metadata, CancellationToken.None);

        Assert.Equal(new ArtifactReference("n/page.html", "text/html", Content.Length, Convert.ToHexStringLower(SHA256.HashData(Content))), first);
        Assert.Equal(first, second);
        await using var stream = await store.OpenAsync("n/page.html", CancellationToken.None);
        Assert.NotNull(stream);
        using var read = new MemoryStream();
        await stream.CopyToAsync(read);
        Assert.Equal(Content, read.ToArray());
    }

    static async Task IsAbsent(IArtifactStore store) => Assert.Null(await store.OpenAsync("n/page.html", CancellationToken.None));

    BlobContainerClient Container() => new(AzuriteFactAttribute.Connection, _container);
}
