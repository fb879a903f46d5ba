using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Grimoire.Functions.Telemetry;

/// <summary>Sends traces and metrics to an OpenTelemetry collector. There is none of it unless <see cref="TelemetrySetup.OtlpSetting"/> is set: then OTEL_* settings count as everywhere.</summary>
sealed class OtlpExport(IConfiguration configuration) : IHostedService, IDisposable
{
    const string ServiceName = "grimoire";

    static readonly string[] Sources = [Traces.SourceName, "Microsoft.DurableTask", "Microsoft.Azure.Functions.Worker"];

    readonly List<IDisposable> _providers = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // The SDK reads OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES itself: whoever has named the service keeps the name.
        var resource = ResourceBuilder.CreateDefault();
        if (configuration["OTEL_SERVICE_NAME"] is not { Length: > 0 } && configuration["OTEL_RESOURCE_ATTRIBUTES"]?.Contains("service.name=", StringComparison.Ordinal) is not true)
        {
            resource.AddService(ServiceName);
        }

        _providers.Add(Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .SetResourceBuilder(resource)
            .AddSource(Sources)
            .AddOtlpExporter()
            .Build());
        _providers.Add(Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .SetResourceBuilder(resource)
            .AddMeter([.. MetricsCollector.Meters])
            .AddOtlpExporter()
            .Build());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what is left. Not when it is told to stop: then casts still run, and have something to tell.</summary>
    public void Dispose() => _providers.ForEach(provider => provider.Dispose());
}
