using Embedded.Functions.DurableHttp;
using Embedded.Functions.Host;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Embedded.Functions.Invocation;

/// <summary>The durable client that functions get: it knows by which URLs instances are managed.</summary>
internal sealed class FunctionClients(IServiceProvider services, ListeningAddress address)
{
    // Neither is there in an app without durable functions, which has no function that asks for a client.
    readonly Lazy<DurableTaskClient> _client = new(services.GetRequiredService<DurableTaskClient>);
    readonly Lazy<DurableHttpSettings> _settings = new(services.GetRequiredService<DurableHttpSettings>);

    public DurableTaskClient Create() => new FunctionsDurableTaskClient(
        _client.Value, _settings.Value.KeyQuery, address.Url + ManagementUrls.ApiPath);
}
