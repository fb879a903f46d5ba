using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Engine.Orchestrations;

/// <summary>What all orchestrations of a worker share.</summary>
internal sealed record OrchestratorSettings
{
    public required DataConverter DataConverter { get; init; }

    public required ILoggerFactory LoggerFactory { get; init; }

    public IExceptionPropertiesProvider? ExceptionProperties { get; init; }

    public TimeSpan MaximumTimerInterval { get; init; } = TimeSpan.FromDays(3);

    /// <summary>The version of sub-orchestrations that are started without one.</summary>
    public string DefaultVersion { get; init; } = string.Empty;

    public bool EntitiesEnabled { get; init; } = true;

    public PayloadLimit PayloadLimit { get; init; } = new(32 * 1024 * 1024);
}
