using Azure.Core;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Grimoire.Functions.Storage;

static class StorageSetup
{
    /// <summary>Adds the <see cref="IObjectStore"/> that the configuration asks for, and the check of it at start.</summary>
    /// <exception cref="InvalidOperationException">A setting is wrong.</exception>
    public static void AddStorage(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        var options = StorageOptions.From(configuration, environment.ContentRootPath);
        var container = options.Connection.Length == 0 ? null : ServiceOf(options).GetBlobContainerClient(options.Container);

        services.AddSingleton(options);
        services.AddSingleton(provider => new StorageRetry(
            options.Retry, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<StorageRetry>>()));
        services.AddSingleton<IObjectStore>(provider =>
        {
            var retry = provider.GetRequiredService<StorageRetry>();
            return new RetryingObjects(container is null ? FileObjects.Open(options.Folder) : new BlobObjects(container, retry), retry);
        });
        services.AddHostedService<StorageStartCheck>();
    }

    static BlobServiceClient ServiceOf(StorageOptions options)
    {
        // The tries are counted by StorageRetry; tries within tries would multiply.
        var client = new BlobClientOptions { Retry = { MaxRetries = 0, Mode = RetryMode.Fixed, NetworkTimeout = options.Retry.TryTimeout } };
        try
        {
            return new BlobServiceClient(options.Connection, client);
        }
        catch (Exception malformed) when (malformed is FormatException or ArgumentException)
        {
            throw new InvalidOperationException(
                $"{StorageOptions.ConnectionSetting} is not the connection string of a storage account: {malformed.Message} "
                + "Set it as the Azure portal shows it, to UseDevelopmentStorage=true for Azurite, or leave it empty to keep everything in a folder.",
                malformed);
        }
    }
}
