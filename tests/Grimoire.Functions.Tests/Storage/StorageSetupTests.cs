using System.Net;
using System.Net.Sockets;
using Azure.Storage.Blobs;
using Grimoire.Functions.Storage;
using Grimoire.Tests.Shared;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Grimoire.Functions.Tests.Storage;

public sealed class StorageSetupTests : IDisposable
{
    readonly string _home = Directory.CreateTempSubdirectory("setup-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    [Trait("Row", "AZ05")]
    public async Task Without_a_storage_account_everything_is_kept_in_a_folder_of_the_app()
    {
        using var host = HostOf([]);

        await host.StartAsync();

        await host.Services.GetRequiredService<IObjectStore>().CreateAsync("a/o.json", "{}"u8.ToArray(), CancellationToken.None);
        Assert.True(File.Exists(Path.Combine(_home, "storage", "a", "o.json")));
        Assert.Equal(100 * 1024 * 1024, host.Services.GetRequiredService<StorageOptions>().MaxArtifactBytes);
        await host.StopAsync();
    }

    [AzuriteFact]
    [Trait("Row", "AZ05")]
    [Trait("Row", "NX09")]
    public async Task With_a_storage_account_everything_is_kept_in_a_container_which_the_start_makes()
    {
        var container = new BlobContainerClient(AzuriteFactAttribute.Connection, $"setup-{Guid.NewGuid():N}");
        using var host = HostOf(new() { ["AzureWebJobsStorage"] = AzuriteFactAttribute.Connection, ["Storage:Container"] = container.Name });

        await host.StartAsync();

        Assert.True(await container.ExistsAsync());
        await host.StopAsync();
        await container.DeleteAsync();
    }

    [Fact]
    [Trait("Row", "NX09")]
    public async Task An_account_that_cannot_be_reached_fails_the_start_and_says_which_setting_it_is()
    {
        // Bound, but not listening: it refuses, and nobody else can get the port meanwhile.
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var host = HostOf(new() { ["AzureWebJobsStorage"] = ConnectionTo(((IPEndPoint)deaf.LocalEndPoint!).Port) });

        var failure = await Assert.ThrowsAsync<StorageException>(() => host.StartAsync());

        Assert.Contains("cannot start without its storage, the container 'grimoire' of the account in AzureWebJobsStorage", failure.Message, StringComparison.Ordinal);
        Assert.Contains("in 5 tries: it cannot be reached", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "NX09")]
    public async Task An_account_that_does_not_answer_fails_the_start_after_a_set_time()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var host = HostOf(
            new() { ["AzureWebJobsStorage"] = ConnectionTo(((IPEndPoint)silent.LocalEndpoint).Port), ["Storage:StartTimeout"] = "PT1S" },
            TimeProvider.System);

        var failure = await Assert.ThrowsAsync<StorageException>(() => host.StartAsync());

        Assert.Contains("did not answer within 1 seconds (Storage:StartTimeout)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Row", "NX09")]
    public async Task A_folder_that_cannot_be_written_to_fails_the_start_and_says_which_setting_it_is()
    {
        await File.WriteAllTextAsync(Path.Combine(_home, "taken"), "a file");
        using var host = HostOf(new() { ["Storage:Folder"] = "taken/below" });

        var failure = await Assert.ThrowsAsync<StorageException>(() => host.StartAsync());

        Assert.Contains(Path.Combine(_home, "taken/below"), failure.Message, StringComparison.Ordinal);
        Assert.Contains("(Storage:Folder)", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Storage:Container", "My_Container", "lower-case letters")]
    [InlineData("Storage:Container", "ab", "3 to 63")]
    [InlineData("Storage:Container", "a--b", "single hyphens")]
    [InlineData("Storage:MaxArtifactBytes", "100MB", "a whole number from 1 to")]
    [InlineData("Storage:MaxArtifactBytes", "0", "a whole number from 1 to")]
    [InlineData("Storage:MaxArtifactBytes", "99999999999999999999", "a whole number from 1 to")]
    [InlineData("Storage:Retry:Tries", "2", "a whole number from 3 to 100")]
    [InlineData("Storage:Retry:FirstDelay", "200", "an ISO 8601 duration")]
    [InlineData("Storage:Retry:FirstDelay", "PT0S", "from PT0.001S to PT1H")]
    [InlineData("Storage:Retry:MaxDelay", "PT0.1S", "has to be as long or longer")]
    [InlineData("Storage:Retry:TryTimeout", "P1D", "from PT1S to PT1H")]
    [InlineData("Storage:StartTimeout", "-PT1S", "from PT1S to PT1H")]
    [InlineData("AzureWebJobsStorage", "no connection string", "UseDevelopmentStorage=true")]
    [Trait("Row", "NX09")]
    public void A_wrong_setting_is_named_with_what_would_be_right(string setting, string value, string right)
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => HostOf(new() { [setting] = value }));

        Assert.Contains(setting, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(right, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_wrong_settings_are_named_at_once()
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => HostOf(new() { ["Storage:Container"] = "A", ["Storage:Retry:Tries"] = "many" }));

        Assert.Contains("Storage:Container is 'A'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Storage:Retry:Tries is 'many'", refusal.Message, StringComparison.Ordinal);
    }

    IHost HostOf(Dictionary<string, string?> settings, TimeProvider? time = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = _home });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddSingleton(time ?? new StartTime());
        builder.Services.AddStorage(builder.Configuration, builder.Environment);
        return builder.Build();
    }

    static string ConnectionTo(int port) =>
        $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey={Convert.ToBase64String(new byte[32])};BlobEndpoint=http://127.0.0.1:{port}/a;";

    /// <summary>Pauses are over at once; only a deadline, which is far away, is not.</summary>
    sealed class StartTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime < TimeSpan.FromSeconds(30) ? TimeSpan.Zero : dueTime, period);
    }
}
