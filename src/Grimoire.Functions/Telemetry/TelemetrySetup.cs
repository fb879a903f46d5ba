using Grimoire.Functions.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Grimoire.Functions.Telemetry;

static class TelemetrySetup
{
    /// <summary>Where an OpenTelemetry collector listens, by the name that this has everywhere.</summary>
    public const string OtlpSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Registers what counts, and begins to count with the app.</summary>
    /// <exception cref="InvalidOperationException">A setting is wrong; the message says which, and what would be right.</exception>
    public static void AddTelemetry(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        var storage = StorageOptions.From(configuration, environment.ContentRootPath);
        services.AddSingleton(DiskSpace.From(configuration, environment.ContentRootPath, storage.Connection.Length == 0 ? storage.Folder : null));
        services.AddSingleton<ToolProbe>();
        services.AddSingleton<HealthChecks>();
        services.AddSingleton<MetricsCollector>();
        services.AddSingleton<ProcessMetrics>();
        services.AddHostedService<CountingStart>();
        if (configuration[OtlpSetting] is { Length: > 0 })
        {
            services.AddHostedService<OtlpExport>();
        }
    }

    /// <summary>Asks for those who count when the app starts: what happens before anybody looks is counted too.</summary>
    sealed class CountingStart : IHostedService
    {
        public CountingStart(MetricsCollector metrics, ProcessMetrics process)
        {
            ArgumentNullException.ThrowIfNull(metrics);
            ArgumentNullException.ThrowIfNull(process);
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
