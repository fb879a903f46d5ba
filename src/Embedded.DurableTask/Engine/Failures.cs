using Embedded.DurableTask.Engine.History;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker;

namespace Embedded.DurableTask.Engine;

/// <summary>The failures that the engine itself reports, in one place so that they read alike.</summary>
internal static class Failures
{
    /// <summary>What was thrown, even if its own members throw when they are asked what it was.</summary>
    public static TaskFailureDetails Of(Exception exception, IExceptionPropertiesProvider? properties)
    {
        try
        {
            return TaskFailureDetails.FromException(exception, properties);
        }
        catch (Exception e)
        {
            return New(exception.GetType().ToString(), $"The exception cannot be described: reading it throws {e.GetType()}.");
        }
    }

    public static TaskFailureDetails ActivityNotFound(string name, string? version) =>
        New("ActivityTaskNotFound", $"No activity task named '{name}'{WithVersion(version)} was found.");

    public static TaskFailureDetails OrchestratorNotFound(string name, string? version) =>
        New("OrchestratorTaskNotFound", $"No orchestrator task named '{name}'{WithVersion(version)} was found.");

    public static TaskFailureDetails EntityNotFound(string name) =>
        New("EntityTaskNotFound", $"No entity task named '{name}' was found.");

    public static TaskFailureDetails NotDurable() => New(
        typeof(NonDeterministicOrchestrationException).FullName!,
        "The orchestrator waits for something that is not durable (Task.Delay, Task.Run, an HTTP call, ...). An orchestrator may only "
        + "await tasks of its TaskOrchestrationContext: move the work into an activity, or use CreateTimer instead of Task.Delay.");

    public static TaskFailureDetails HistoryUnreadable(string reason) => New(
        "HistoryUnreadable",
        $"The stored history of the instance cannot be read, so the instance cannot go on: {reason}");

    public static TaskFailureDetails MessageUnreadable(string reason) => New(
        "MessageUnreadable",
        $"A stored message to the instance cannot be read, so the instance cannot go on: {reason}");

    public static TaskFailureDetails TurnTooLarge(long bytes) => New(
        "TurnTooLarge",
        $"One turn of the orchestration would store {bytes:N0} bytes; the limit is 512 MiB. Pass references instead of large payloads.");

    public static TaskFailureDetails Terminated(string name, string instanceId, string? reason) => New(
        "OrchestrationTerminated",
        $"Sub-orchestration '{name}' with instance ID '{instanceId}' was terminated{(reason is null ? "." : $": {reason}")}");

    public static TaskFailureDetails AlreadyExists(string instanceId, string status) => New(
        typeof(OrchestrationAlreadyExistsException).FullName!,
        $"An orchestration with the ID '{instanceId}' already exists and is {status}.");

    public static TaskFailureDetails PayloadRefused(string reason) => New("PayloadTooLarge", reason);

    public static NonDeterministicOrchestrationException Mismatch(long turn, int position, Entry? recorded, Entry? asked) => new(
        recorded?.Id ?? asked?.Id ?? -1,
        $"The orchestrator does not repeat its history. In turn {turn}, action {position}, the history has "
        + $"{recorded?.Describe() ?? "nothing more"}, but the code asked for {asked?.Describe() ?? "nothing more"}. "
        + "Was the orchestrator's code changed while this instance was running, or does it use a clock, random numbers, or I/O?");

    static TaskFailureDetails New(string type, string message) => new(type, message, null, null, null);

    static string WithVersion(string? version) => string.IsNullOrEmpty(version) ? string.Empty : $" with version '{version}'";
}
