using System.Diagnostics.CodeAnalysis;
using Embedded.DurableTask.Engine.Orchestrations;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Abstractions;
using Microsoft.DurableTask.Entities;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Engine;

/// <summary>The code that a hub runs, and under which rules: what the app registered and configured.</summary>
internal sealed class Worker
{
    readonly IDurableTaskFactory _factory;
    readonly DurableTaskWorkerOptions _options;
    readonly DurableTaskWorkerWorkItemFilters? _filters;
#pragma warning disable CS0618 // The filter is official, and officially experimental.
    readonly IOrchestrationFilter? _orchestrationFilter;

    public Worker(
        IDurableTaskFactory factory,
        DurableTaskWorkerOptions options,
        DurableTaskWorkerWorkItemFilters? filters,
        IOrchestrationFilter? orchestrationFilter,
        IExceptionPropertiesProvider? exceptionProperties,
        IServiceProvider services,
        ILoggerFactory loggers,
        int maxPayloadBytes)
    {
        _factory = factory;
        _options = options;
        _filters = filters;
        _orchestrationFilter = orchestrationFilter ?? options.OrchestrationFilter;
#pragma warning restore CS0618
        Services = services;
        Log = new SafeLogger(loggers.CreateLogger("Microsoft.DurableTask.Worker.Embedded"));
        OrchestrationLog = new SafeLogger(loggers.CreateLogger("Microsoft.DurableTask.Worker.Orchestrations"));
        ActivityLog = new SafeLogger(loggers.CreateLogger("Microsoft.DurableTask.Worker.Activities"));
        Settings = new OrchestratorSettings
        {
            DataConverter = options.DataConverter,
            LoggerFactory = loggers,
            ExceptionProperties = exceptionProperties,
            MaximumTimerInterval = options.MaximumTimerInterval,
            DefaultVersion = options.Versioning?.DefaultVersion ?? string.Empty,
            EntitiesEnabled = options.EnableEntitySupport,
            PayloadLimit = new PayloadLimit(maxPayloadBytes),
        };
    }

    public IServiceProvider Services { get; }

    public OrchestratorSettings Settings { get; }

    public DataConverter Converter => Settings.DataConverter;

    public ILogger Log { get; }

    public ILogger OrchestrationLog { get; }

    public ILogger ActivityLog { get; }

    public int MaxActivities => Math.Max(1, _options.Concurrency.MaximumConcurrentActivityWorkItems);

    public int MaxOrchestrations => Math.Max(1, _options.Concurrency.MaximumConcurrentOrchestrationWorkItems);

    public int MaxEntities => Math.Max(1, _options.Concurrency.MaximumConcurrentEntityWorkItems);

    /// <summary>Runs something beside the point, whose failure must not stand in the way of what is.</summary>
    public void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            Log.BackgroundWorkFailed(e, "Emitting a trace");
        }
    }

    public bool TryCreateOrchestrator(string name, string? version, [NotNullWhen(true)] out ITaskOrchestrator? orchestrator) =>
        _factory is IVersionedTaskFactory versioned
            ? versioned.TryCreateOrchestrator(name, version, Services, out orchestrator)
            : _factory.TryCreateOrchestrator(name, Services, out orchestrator);

    public bool TryCreateActivity(
        string name, string? version, IServiceProvider scope, [NotNullWhen(true)] out ITaskActivity? activity) =>
        _factory is IVersionedTaskFactory versioned
            ? versioned.TryCreateActivity(name, version, scope, out activity)
            : _factory.TryCreateActivity(name, scope, out activity);

    public bool TryCreateEntity(string name, IServiceProvider scope, [NotNullWhen(true)] out ITaskEntity? entity)
    {
        entity = null;
        return _factory is IDurableTaskFactory2 factory && factory.TryCreateEntity(name, scope, out entity);
    }

    /// <summary>Whether this worker takes the instance: yes, no but another worker might (a reason), or never (a failure).</summary>
    public (string? LeaveAlone, TaskFailureDetails? Failure) Judge(InstanceRow row)
    {
        if (_filters is { Orchestrations.Count: > 0 }
            && !_filters.Orchestrations.Any(f => string.Equals(f.Name, row.Name, StringComparison.OrdinalIgnoreCase)
                && (f.Versions.Count == 0 || f.Versions.Contains(row.Version, StringComparer.OrdinalIgnoreCase))))
        {
            return ($"its name '{row.Name}' is not among the worker's filters", null);
        }

#pragma warning disable CS0618 // As above.
        if (_orchestrationFilter is { } filter)
        {
            var parameters = new OrchestrationFilterParameters { Name = row.Name, Tags = row.Tags };
            if (!filter.IsOrchestrationValidAsync(parameters).AsTask().GetAwaiter().GetResult())
            {
                return ("the orchestration filter refuses it", null);
            }
        }
#pragma warning restore CS0618

        if (_options.Versioning is not { } versioning || VersionProblem(versioning, row.Version) is not { } problem)
        {
            return (null, null);
        }

        return versioning.FailureStrategy == DurableTaskWorkerOptions.VersionFailureStrategy.Fail
            ? (null, problem)
            : (problem.ErrorMessage, null);
    }

    static TaskFailureDetails? VersionProblem(DurableTaskWorkerOptions.VersioningOptions versioning, string version)
    {
        int comparison = TaskOrchestrationVersioningUtils.CompareVersions(version, versioning.Version);
        return versioning.MatchStrategy switch
        {
            DurableTaskWorkerOptions.VersionMatchStrategy.None => null,
            DurableTaskWorkerOptions.VersionMatchStrategy.Strict => comparison == 0
                ? null
                : Problem("VersionMismatch", $"The orchestration version '{version}' does not match the worker version '{versioning.Version}'."),
            DurableTaskWorkerOptions.VersionMatchStrategy.CurrentOrOlder => comparison <= 0
                ? null
                : Problem("VersionMismatch", $"The orchestration version '{version}' is greater than the worker version '{versioning.Version}'."),
            _ => Problem("VersionError", $"The version match strategy '{versioning.MatchStrategy}' is unknown."),
        };
    }

    static TaskFailureDetails Problem(string type, string message) => new(type, message, null, null, null);
}
