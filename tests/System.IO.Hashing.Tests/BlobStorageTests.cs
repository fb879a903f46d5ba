using System.Security.Cryptography;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Grimoire.Tests.Shared;

namespace System.IO.Hashing.Tests;

/// <summary>The client of Blob storage does all that the app asks of it, with the stand-in below it.</summary>
[Trait("Row", "AZ05")]
public sealed class BlobStorageTests : IAsyncLifetime
{
    readonly BlobContainerClient? _container = AzuriteFactAttribute.Connection.Length == 0
        ? null
        : new BlobContainerClient(AzuriteFactAttribute.Connection, $"test-{Guid.NewGuid():N}");

    BlobContainerClient Container => _container ?? throw new InvalidOperationException("A test without AzuriteFact asks for Azurite.");

    public Task InitializeAsync() => _container?.CreateAsync() ?? Task.CompletedTask;

    public Task DisposeAsync() => _container?.DeleteAsync() ?? Task.CompletedTask;

    [AzuriteFact]
    public async Task What_was_uploaded_comes_back_with_its_type_and_metadata()
    {
        var blob = Container.GetBlobClient("a/b.txt");

        await blob.UploadAsync(
            BinaryData.FromString("hello"),
            new BlobUploadOptions
            {
                HttpHeaders = new BlobHttpHeaders { ContentType = "text/plain" },
                Metadata = new Dictionary<string, string> { ["cast"] = "c1" },
            });

        var download = await blob.DownloadContentAsync();
        Assert.Equal("hello", download.Value.Content.ToString());
        Assert.Equal("text/plain", download.Value.Details.ContentType);
        Assert.Equal("c1", download.Value.Details.Metadata["cast"]);
        Assert.Equal(5, (await blob.GetPropertiesAsync()).Value.ContentLength);
    }

    [AzuriteFact]
    public async Task Twenty_mebibytes_of_a_stream_are_uploaded_in_blocks_and_come_back_whole()
    {
        var bytes = new byte[20 * 1024 * 1024];
        new Random(20).NextBytes(bytes);
        var blob = Container.GetBlobClient("large");
        var transfer = new StorageTransferOptions { InitialTransferSize = 1024 * 1024, MaximumTransferSize = 4 * 1024 * 1024, MaximumConcurrency = 4 };

        await blob.UploadAsync(new MemoryStream(bytes), new BlobUploadOptions { TransferOptions = transfer });

        await using var stream = await blob.OpenReadAsync();
        Assert.Equal(SHA256.HashData(bytes), await SHA256.HashDataAsync(stream));
        var blocks = await Container.GetBlockBlobClient("large").GetBlockListAsync();
        Assert.Equal(5, blocks.Value.CommittedBlocks.Count());
    }

    [AzuriteFact]
    public async Task A_range_is_downloaded_alone()
    {
        var blob = Container.GetBlobClient("digits");
        await blob.UploadAsync(BinaryData.FromString("0123456789"));

        var download = await blob.DownloadContentAsync(new BlobDownloadOptions { Range = new HttpRange(3, 4) });

        Assert.Equal("3456", download.Value.Content.ToString());
        Assert.Equal("bytes 3-6/10", download.Value.Details.ContentRange);
    }

    [AzuriteFact]
    public async Task Blobs_are_listed_by_prefix_and_page_and_gone_when_deleted()
    {
        foreach (var name in new[] { "x/1", "x/2", "x/3", "y/1" })
        {
            await Container.UploadBlobAsync(name, BinaryData.FromString(name));
        }

        await Container.DeleteBlobAsync("x/2");

        var pages = new List<int>();
        var names = new List<string>();
        await foreach (var page in Container.GetBlobsAsync(prefix: "x/").AsPages(pageSizeHint: 1))
        {
            pages.Add(page.Values.Count);
            names.AddRange(page.Values.Select(item => item.Name));
        }

        Assert.Equal(["x/1", "x/3"], names);
        Assert.All(pages, count => Assert.True(count <= 1));
        Assert.False(await Container.GetBlobClient("x/2").ExistsAsync());
    }

    [AzuriteFact]
    public async Task A_blob_is_created_once_and_replaced_only_by_who_has_seen_it()
    {
        var blob = Container.GetBlobClient("claimed");
        var absent = new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
        var first = (await blob.UploadAsync(BinaryData.FromString("1"), absent)).Value.ETag;

        var again = await Assert.ThrowsAsync<RequestFailedException>(() => blob.UploadAsync(BinaryData.FromString("2"), absent));
        Assert.Equal(409, again.Status);
        Assert.Equal(BlobErrorCode.BlobAlreadyExists.ToString(), again.ErrorCode);

        var seen = new BlobUploadOptions { Conditions = new BlobRequestConditions { IfMatch = first } };
        await blob.UploadAsync(BinaryData.FromString("3"), seen);
        var stale = await Assert.ThrowsAsync<RequestFailedException>(() => blob.UploadAsync(BinaryData.FromString("4"), seen));
        Assert.Equal(412, stale.Status);
        Assert.Equal("3", (await blob.DownloadContentAsync()).Value.Content.ToString());
    }

    [AzuriteFact]
    public async Task An_upload_may_carry_its_checksum()
    {
        var blob = Container.GetBlobClient("checked");
        var options = new BlobUploadOptions
        {
            TransferValidation = new UploadTransferValidationOptions { ChecksumAlgorithm = StorageChecksumAlgorithm.StorageCrc64 },
        };

        await blob.UploadAsync(BinaryData.FromString("hello"), options);

        Assert.Equal("hello", (await blob.DownloadContentAsync()).Value.Content.ToString());
    }
}
