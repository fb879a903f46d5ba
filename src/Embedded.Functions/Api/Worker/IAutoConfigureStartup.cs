using Microsoft.Extensions.Hosting;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Configures the host at its start. Implementations are found by the worker.</summary>
public interface IAutoConfigureStartup
{
    public void Configure(IHostBuilder hostBuilder);
}
