using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Engine.History;
using Embedded.DurableTask.Engine.Orchestrations;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embedded.DurableTask.Tests.Core;

/// <summary>Orchestrators run by the bare executor: no store, no clock, no threads.</summary>
internal static class Replayed
{
    public static readonly DateTime Noon = new(2030, 1, 2, 12, 0, 0, DateTimeKind.Utc);

    public static readonly Entry Started = new(EntryKind.Started);

    public static OrchestrationExecutor Executor(Func<TaskOrchestrationContext, Task> code) => Executor<object?>(async context =>
    {
        await code(context);
        return null;
    });

    public static OrchestrationExecutor Executor<T>(Func<TaskOrchestrationContext, Task<T>> code) => new(
        FuncTaskOrchestrator.Create<object?, T>((context, _) => code(context)),
        new InstanceRow
        {
            Key = 1,
            Id = "i",
            Execution = 1,
            Name = "Test",
            Status = OrchestrationRuntimeStatus.Running,
            Created = Noon.Ticks,
            Updated = Noon.Ticks,
        },
        new OrchestratorSettings { DataConverter = JsonDataConverter.Default, LoggerFactory = NullLoggerFactory.Instance },
        strayed: () => { });

    public static Entry Completed(int id, string payload = "null") => new(EntryKind.TaskCompleted, id) { Payload = payload };

    public static Entry Event(string name, string payload = "null") => new(EntryKind.EventRaised) { Name = name, Payload = payload };

    public static Entry Suspend() => new(EntryKind.Suspended);

    public static Entry Resume() => new(EntryKind.Resumed);

    /// <summary>Runs the turns on the orchestrator, and returns them as they would be stored.</summary>
    public static List<Turn> Record(OrchestrationExecutor executor, params Entry[][] turns)
    {
        var recorded = new List<Turn>();
        foreach (Entry[] inbound in turns)
        {
            DateTime now = Noon.AddSeconds(recorded.Count);
            recorded.Add(new Turn(recorded.Count, now, [.. inbound, .. executor.Run(now, inbound).Actions]));
        }

        return recorded;
    }

    public static void Replay(this OrchestrationExecutor executor, IEnumerable<Turn> turns)
    {
        foreach (Turn turn in turns)
        {
            executor.Replay(turn);
        }
    }
}
