using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Engine;

/// <summary>Everything that the engine logs. Numbers below 1000 and their texts are the official worker's.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 15, Level = LogLevel.Error, Message = "Unhandled exception in entity operation {EntityInstanceId}/{OperationName}.")]
    public static partial void EntityOperationFailed(this ILogger logger, Exception exception, string entityInstanceId, string operationName);

    [LoggerMessage(EventId = 55, Level = LogLevel.Information, Message = "{InstanceId}: Evaluating custom retry handler for failed '{Name}' task. Attempt = {Attempt}.")]
    public static partial void EvaluatingRetryHandler(this ILogger logger, string instanceId, string name, int attempt);

    [LoggerMessage(EventId = 600, Level = LogLevel.Information, Message = "'{Name}' orchestration with ID '{InstanceId}' started.")]
    public static partial void OrchestrationStarted(this ILogger logger, string instanceId, string name);

    [LoggerMessage(EventId = 601, Level = LogLevel.Information, Message = "'{Name}' orchestration with ID '{InstanceId}' completed.")]
    public static partial void OrchestrationCompleted(this ILogger logger, string instanceId, string name);

    [LoggerMessage(EventId = 602, Level = LogLevel.Information, Message = "'{Name}' orchestration with ID '{InstanceId}' failed: {Reason}")]
    public static partial void OrchestrationFailed(this ILogger logger, string instanceId, string name, string reason);

    [LoggerMessage(EventId = 603, Level = LogLevel.Information, Message = "'{Name}' activity of orchestration ID '{InstanceId}' started.")]
    public static partial void ActivityStarted(this ILogger logger, string instanceId, string name);

    [LoggerMessage(EventId = 604, Level = LogLevel.Information, Message = "'{Name}' activity of orchestration ID '{InstanceId}' completed.")]
    public static partial void ActivityCompleted(this ILogger logger, string instanceId, string name);

    [LoggerMessage(EventId = 605, Level = LogLevel.Information, Message = "'{Name}' activity of orchestration ID '{InstanceId}' failed.")]
    public static partial void ActivityFailed(this ILogger logger, Exception exception, string instanceId, string name);

    [LoggerMessage(EventId = 1000, Level = LogLevel.Information, Message = "Task hub '{File}' is open; {Busy} instances go on, {Timers} timers wait.")]
    public static partial void HubStarted(this ILogger logger, string file, int busy, int timers);

    [LoggerMessage(EventId = 1001, Level = LogLevel.Error, Message = "A turn of instance '{InstanceId}' could not be stored; it is tried again in {Delay}.")]
    public static partial void TurnNotStored(this ILogger logger, Exception exception, string instanceId, TimeSpan delay);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Error, Message = "Instance '{InstanceId}' cannot go on and fails: {Reason}")]
    public static partial void InstancePoisoned(this ILogger logger, string instanceId, string reason);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Warning, Message = "Instance '{InstanceId}' is left alone by this worker: {Reason}")]
    public static partial void InstanceLeftAlone(this ILogger logger, string instanceId, string reason);

    [LoggerMessage(EventId = 1004, Level = LogLevel.Warning, Message = "The worker stops although {Activities} activities are still running; they will be run again.")]
    public static partial void ActivitiesAbandoned(this ILogger logger, int activities);

    [LoggerMessage(EventId = 1009, Level = LogLevel.Warning, Message = "The orchestrator of instance '{InstanceId}' has not returned for {Seconds} s: its code blocks. Await tasks instead of using .Result or .Wait(), and leave long work to activities.")]
    public static partial void TurnBlocked(this ILogger logger, string instanceId, int seconds);

    [LoggerMessage(EventId = 1005, Level = LogLevel.Information, Message = "Retention removed {Count} instances that ended before {Before:u}.")]
    public static partial void RetentionPurged(this ILogger logger, int count, DateTimeOffset before);

    [LoggerMessage(EventId = 1006, Level = LogLevel.Error, Message = "{What} failed.")]
    public static partial void BackgroundWorkFailed(this ILogger logger, Exception exception, string what);

    [LoggerMessage(EventId = 1007, Level = LogLevel.Error, Message = "Messages to entity '{EntityId}' could not be processed; they are tried again in {Delay}.")]
    public static partial void EntityBatchNotStored(this ILogger logger, Exception exception, string entityId, TimeSpan delay);

    [LoggerMessage(EventId = 1008, Level = LogLevel.Error, Message = "A message to entity '{EntityId}' cannot be read and is dropped: {Reason}")]
    public static partial void EntityMessageDropped(this ILogger logger, string entityId, string reason);
}
