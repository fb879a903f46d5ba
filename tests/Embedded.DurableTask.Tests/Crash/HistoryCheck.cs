using System.Text.Json;
using DurableTask.Core.History;
using Embedded.DurableTask.CrashHost;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Crash;

/// <summary>Whether the history of an instance that completed has all that it must have, once, and in an order that makes sense.</summary>
internal static class HistoryCheck
{
    public static void IsWhole(OrchestrationMetadata instance, IList<HistoryEvent> history, Outcome outcome)
    {
        try
        {
            TurnsFollowEachOther(history);
            TasksAreNumberedWithoutGap(history);
            EveryTaskIsAnsweredOnceAndAfterItWasAskedFor(history, instance.Name);
            ResultsAreTheOnesThatTheOutcomeTells(history, instance.Name, outcome);
        }
        catch (Exception e)
        {
            string text = string.Join('\n', history.Select((h, i) => $"{i} {h.EventType} {h.EventId}"));
            throw new InvalidOperationException($"The history of '{instance.InstanceId}' is not right: {e.Message}\n{text}", e);
        }
    }

    static void TurnsFollowEachOther(IList<HistoryEvent> history)
    {
        Assert.IsType<OrchestratorStartedEvent>(history[0]);
        Assert.IsType<ExecutionStartedEvent>(history[1]);
        Assert.Single(history.OfType<ExecutionStartedEvent>());
        Assert.IsType<ExecutionCompletedEvent>(history[^2]);
        Assert.Single(history.OfType<ExecutionCompletedEvent>());
        Assert.IsType<OrchestratorCompletedEvent>(history[^1]);
        DateTime last = default;
        bool inTurn = false;
        foreach (HistoryEvent entry in history)
        {
            Assert.True(entry.Timestamp >= last, "Time runs backwards.");
            last = entry.Timestamp;
            Assert.Equal(inTurn, entry is not OrchestratorStartedEvent);
            inTurn = entry is not OrchestratorCompletedEvent;
        }
    }

    static void TasksAreNumberedWithoutGap(IList<HistoryEvent> history)
    {
        int[] numbers = [.. history.Where(h => h.EventId >= 0).Select(h => h.EventId)];
        Assert.Equal(Enumerable.Range(0, numbers.Length), numbers);
    }

    static void EveryTaskIsAnsweredOnceAndAfterItWasAskedFor(IList<HistoryEvent> history, string name)
    {
        HashSet<int> open = [];
        HashSet<int> timers = [];
        foreach (HistoryEvent entry in history)
        {
            switch (entry)
            {
                case TaskScheduledEvent or SubOrchestrationInstanceCreatedEvent:
                    Assert.True(open.Add(entry.EventId));
                    break;
                case TimerCreatedEvent:
                    Assert.True(timers.Add(entry.EventId));
                    break;
                case TaskCompletedEvent completed:
                    Answer(open, completed.TaskScheduledId);
                    break;
                case TaskFailedEvent failed:
                    Assert.Equal("Retries", name);
                    Answer(open, failed.TaskScheduledId);
                    break;
                case SubOrchestrationInstanceCompletedEvent completed:
                    Answer(open, completed.TaskScheduledId);
                    break;
                case TimerFiredEvent fired:
                    Answer(timers, fired.TimerId);
                    break;
                default:
                    break;
            }
        }

        // A timer may have been given up.
        Assert.Empty(open);
    }

    static void Answer(HashSet<int> open, int task) => Assert.True(open.Remove(task), $"Task {task} is answered twice, or was never asked for.");

    /// <summary>The last execution's results are the last ones of the outcome: what the code saw is what was recorded.</summary>
    static void ResultsAreTheOnesThatTheOutcomeTells(IList<HistoryEvent> history, string name, Outcome outcome)
    {
        if (name == "Parent")
        {
            return;
        }

        string[] recorded = [.. history.OfType<TaskCompletedEvent>().Select(c => JsonSerializer.Deserialize<StepResult>(c.Result, JsonSerializerOptions.Web)!.Token)];
        Assert.Equal(recorded.Order(StringComparer.Ordinal), outcome.Tokens.TakeLast(recorded.Length).Order(StringComparer.Ordinal));
    }
}
