using Embedded.DurableTask.Engine;
using Microsoft.DurableTask.Worker;
using Microsoft.DurableTask.Worker.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Embedded.DurableTask.Hosting;

/// <summary>Runs what the app registered, from the start of its host to its stop.</summary>
internal sealed class EmbeddedDurableTaskWorker : DurableTaskWorker
{
    readonly EmbeddedTaskHub _hub;
    readonly Worker _worker;

    public EmbeddedDurableTaskWorker(
        string name,
        IDurableTaskFactory factory,
        EmbeddedHubs hubs,
        IOptionsMonitor<EmbeddedOptions> embeddedOptions,
        IOptionsMonitor<DurableTaskWorkerOptions> workerOptions,
        IServiceProvider services,
        ILoggerFactory loggers,
#pragma warning disable CS0618 // Official, and officially experimental.
        IOrchestrationFilter? orchestrationFilter = null,
#pragma warning restore CS0618
        IExceptionPropertiesProvider? exceptionPropertiesProvider = null,
        IOptionsMonitor<DurableTaskWorkerWorkItemFilters>? filters = null)
        : base(name, factory)
    {
        EmbeddedOptions options = embeddedOptions.Get(name);
        ExceptionPropertiesProvider = exceptionPropertiesProvider;
        _hub = hubs.Get(options);
        _worker = new Worker(
            factory,
            workerOptions.Get(name),
            filters?.Get(name),
            orchestrationFilter,
            exceptionPropertiesProvider,
            services,
            loggers,
            options.MaxPayloadBytes);
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _hub.StartWorker(_worker);
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await _hub.StopWorkerAsync(cancellationToken).ConfigureAwait(false);
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
}
