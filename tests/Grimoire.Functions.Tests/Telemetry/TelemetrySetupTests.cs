using Grimoire.Functions.Telemetry;
using Grimoire.Functions.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Moq;

namespace Grimoire.Functions.Tests.Telemetry;

/// <summary>Traces and metrics leave the process only where somebody has said where to.</summary>
[Trait("Row", "UX14")]
public sealed class TelemetrySetupTests
{
    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("http://localhost:4318", true)]
    public void A_collector_is_sent_to_only_if_its_address_is_set(string? endpoint, bool sent)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)]).Build();
        var services = new ServiceCollection();

        services.AddTelemetry(configuration, Mock.Of<IHostEnvironment>(host => host.ContentRootPath == Repository.Root));

        Assert.Equal(sent, services.Any(service => service.ImplementationType == typeof(OtlpExport)));
    }
}
