using Embedded.Functions.Discovery;
using Embedded.Functions.DurableHttp;
using Embedded.Functions.Host;
using Embedded.Functions.Invocation;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Embedded.Functions.Triggers;

/// <summary>Registers an app's durable functions as the engine's tasks.</summary>
internal static class FunctionTasks
{
    public static void Register(DurableTaskRegistry registry, FunctionCatalog catalog, IServiceProvider services)
    {
        // What they need is made when the first of them runs: registration is a part of making the worker that they belong to.
        var invoker = new Lazy<FunctionInvoker>(services.GetRequiredService<FunctionInvoker>);
        var converter = new Lazy<DataConverter>(() => services.GetRequiredService<IOptionsMonitor<DurableTaskWorkerOptions>>().Get(Options.DefaultName).DataConverter);
        var loggers = new Lazy<ILoggerFactory>(services.GetRequiredService<ILoggerFactory>);
        FunctionTimeout timeout = services.GetRequiredService<HostSettings>().Timeout;
        HttpClient httpCalls = services.GetRequiredService<DurableHttpClient>().Http;
        registry.AddActivity(DurableHttpCall.ActivityName, TaskVersion.Unversioned, () => new BuiltInHttpActivity(httpCalls));
        foreach (HostedFunction function in catalog.Functions)
        {
            switch (function.Trigger)
            {
                case OrchestrationFunctionTrigger orchestration:
                    registry.AddOrchestrator(orchestration.TaskName, Version(orchestration.Version), () => new FunctionOrchestrator(
                        function, orchestration, invoker.Value, converter.Value, loggers.Value));
                    break;
                case ActivityFunctionTrigger activity:
                    registry.AddActivity(activity.TaskName, Version(activity.Version), () => new FunctionActivity(
                        function, activity, invoker.Value, timeout));
                    break;
                case EntityFunctionTrigger entity:
                    registry.AddEntity(entity.TaskName, _ => new FunctionEntity(function, entity, invoker.Value, timeout));
                    break;
            }
        }
    }

    static TaskVersion Version(string? version) => version is null ? TaskVersion.Unversioned : new TaskVersion(version);
}
