using Azure.Storage.Blobs;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;
using Grimoire.Tests.Shared;

namespace Grimoire.Functions.Tests.Storage;

[Trait("Row", "AZ05")]
public sealed class FileObjectsContractTests : ObjectStoreContract
{
    readonly string _folder = Directory.CreateTempSubdirectory("objects-").FullName;

    public override Task DisposeAsync()
    {
        (Store as IDisposable)?.Dispose();
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    protected override Task<IObjectStore> OpenAsync() => Task.FromResult<IObjectStore>(FileObjects.Open(_folder));
}

[NeedsAzurite]
[Trait("Row", "AZ05")]
public sealed class BlobObjectsContractTests : ObjectStoreContract
{
    readonly string _container = $"objects-{Guid.NewGuid():N}";

    public override Task DisposeAsync() => new BlobContainerClient(AzuriteFactAttribute.Connection, _container).DeleteIfExistsAsync();

    protected override Task<IObjectStore> OpenAsync()
    {
        var client = new BlobClientOptions { Retry = { MaxRetries = 0, NetworkTimeout = TimeSpan.FromSeconds(20) } };
        var container = new BlobContainerClient(AzuriteFactAttribute.Connection, _container, client);
        return Task.FromResult<IObjectStore>(new BlobObjects(container, Retries.Of(new InstantTime())));
    }
}

public sealed class MemoryObjectsContractTests : ObjectStoreContract
{
    public override Task DisposeAsync() => Task.CompletedTask;

    protected override Task<IObjectStore> OpenAsync() => Task.FromResult<IObjectStore>(new MemoryObjects());
}

public sealed class RetryingObjectsContractTests : ObjectStoreContract
{
    public override Task DisposeAsync() => Task.CompletedTask;

    protected override Task<IObjectStore> OpenAsync() => Task.FromResult<IObjectStore>(new RetryingObjects(new MemoryObjects(), Retries.Of(new InstantTime())));
}

