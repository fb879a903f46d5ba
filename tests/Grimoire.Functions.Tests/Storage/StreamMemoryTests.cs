using Azure.Storage.Blobs;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;
using Grimoire.Tests.Shared;

namespace Grimoire.Functions.Tests.Storage;

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneInTheProcess
{
    public const string Name = "alone in the process";
}

/// <summary>By itself, because memory is the process's.</summary>
[Collection(AloneInTheProcess.Name)]
[Trait("Row", "AZ04")]
public sealed class StreamMemoryTests
{
    const int Size = 40 * 1024 * 1024;
    const int Allowed = Size / 3;

    [Fact]
    public async Task Forty_megabytes_pass_through_a_folder_in_little_memory()
    {
        var folder = Directory.CreateTempSubdirectory("objects-");
        using (var store = FileObjects.Open(folder.FullName))
        {
            await PassesInLittleMemory(store);
        }

        folder.Delete(recursive: true);
    }

    [AzuriteFact]
    public async Task Forty_megabytes_pass_through_a_container_in_little_memory()
    {
        var container = new BlobContainerClient(AzuriteFactAttribute.Connection, $"objects-{Guid.NewGuid():N}");
        await PassesInLittleMemory(new BlobObjects(container, Retries.Of(new InstantTime())));
        await container.DeleteAsync();
    }

    static async Task PassesInLittleMemory(IObjectStore store)
    {
        await store.UploadAsync("warm-up", new Drip(9_000_000), "x/y", new Dictionary<string, string>(), Size, CancellationToken.None);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        long nearTheEnd = 0;
        var content = new Drip(Size) { OnRead = given => nearTheEnd = nearTheEnd == 0 && given > Size - 100_000 ? GC.GetTotalMemory(forceFullCollection: true) : nearTheEnd };

        await store.UploadAsync("large", content, "x/y", new Dictionary<string, string>(), Size, CancellationToken.None);

        Assert.InRange(nearTheEnd - before, long.MinValue, Allowed);
        Assert.NotEqual(0, nearTheEnd);
        await using var download = (await store.DownloadAsync("large", 0, null, CancellationToken.None))!;
        var buffer = new byte[81920];
        long left = Size;
        while (left > 100_000)
        {
            left -= await download.ReadAsync(buffer);
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, Allowed);
    }
}
