using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.DurableTask.Worker.Hosting;

/// <summary>Base class of workers, which run orchestrations, activities and entities as a hosted service.</summary>
public abstract class DurableTaskWorker(string? name, IDurableTaskFactory factory) : BackgroundService
{
    /// <summary>Name of the worker, which is the name of its options.</summary>
    protected virtual string Name { get; } = name ?? Options.DefaultName;

    /// <summary>Creates the registered tasks.</summary>
    protected virtual IDurableTaskFactory Factory { get; } = Check.NotNull(factory);

    /// <summary>Adds data to failure details, if set.</summary>
    protected IExceptionPropertiesProvider? ExceptionPropertiesProvider { get; set; }
}
