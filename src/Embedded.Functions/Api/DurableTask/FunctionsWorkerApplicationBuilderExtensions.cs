using Microsoft.DurableTask.Worker;

namespace Microsoft.Azure.Functions.Worker.Extensions.DurableTask;

/// <summary>The durable extension's place in an app.</summary>
public static class FunctionsWorkerApplicationBuilderExtensions
{
    /// <summary>Adds the durable extension. The host does so itself.</summary>
    public static IFunctionsWorkerApplicationBuilder ConfigureDurableExtension(this IFunctionsWorkerApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder;
    }

    /// <summary>The worker that runs orchestrations, activities and entities, to be configured further.</summary>
    public static IDurableTaskWorkerBuilder ConfigureDurableWorker(this IFunctionsWorkerApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Services.AddDurableTaskWorker();
    }
}
