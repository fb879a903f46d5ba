using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Grimoire.Functions.Storage;

static class ArtifactSetup
{
    /// <summary>The storage account of the app if it has one, else a folder.</summary>
    public const string ConnectionSetting = "AzureWebJobsStorage";

    public const string ContainerSetting = "Artifacts:Container";

    public const string FolderSetting = "Artifacts:Folder";

    public static void AddArtifacts(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        var connection = configuration[ConnectionSetting];
        if (string.IsNullOrWhiteSpace(connection))
        {
            var folder = Path.Combine(environment.ContentRootPath, configuration[FolderSetting] ?? "artifacts");
            services.AddSingleton<IArtifactStore>(new FileArtifacts(folder));
            return;
        }

        var container = ServiceOf(connection).GetBlobContainerClient(configuration[ContainerSetting] ?? "artifacts");
        services.AddSingleton<IArtifactStore>(new BlobArtifacts(container));
    }

    static BlobServiceClient ServiceOf(string connection)
    {
        // Short: an orchestration tries again with longer pauses, and somebody who fetches a page waits for the answer.
        var options = new BlobClientOptions { Retry = { MaxRetries = 2, Delay = TimeSpan.FromMilliseconds(200), NetworkTimeout = TimeSpan.FromSeconds(30) } };
        try
        {
            return new BlobServiceClient(connection, options);
        }
        catch (Exception malformed) when (malformed is FormatException or ArgumentException)
        {
            throw new InvalidOperationException($"{ConnectionSetting} is not the connection string of a storage account: {malformed.Message}", malformed);
        }
    }
}
