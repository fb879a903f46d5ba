using System.Globalization;
using System.Text.Json;
using DurableTask.Core;
using DurableTask.Core.History;

namespace Embedded.Functions.DurableHttp;

/// <summary>
/// A history as the API shows it: what was called is folded into how it ended, and what only says that the orchestrator ran is left out.
/// </summary>
/// <param name="showInput">Whether to show inputs, which are shown as the text that is stored.</param>
/// <param name="showOutput">Whether to show results, which are shown as the JSON that they are.</param>
internal sealed class HistoryJson(bool showInput, bool showOutput)
{
    public void Write(Utf8JsonWriter writer, IEnumerable<HistoryEvent> history)
    {
        HistoryEvent[] events = [.. history];
        var calls = new Dictionary<int, Call>();
        foreach (Call call in events.Select(CallOf).OfType<Call>())
        {
            calls[call.Id] = call;
        }

        HashSet<int> ended = [.. events.Select(AskedBy).OfType<int>()];
        writer.WriteStartArray();
        foreach (HistoryEvent item in events)
        {
            bool isFolded = CallOf(item) is { } call && ended.Contains(call.Id);
            if (!isFolded && item is not (OrchestratorStartedEvent or OrchestratorCompletedEvent))
            {
                WriteEvent(writer, item, AskedBy(item) is { } id ? calls.GetValueOrDefault(id) : null);
            }
        }

        writer.WriteEndArray();
    }

    static Call? CallOf(HistoryEvent item) => item switch
    {
        TaskScheduledEvent e => new Call(e.EventId, e.Name, e.Input, e.Timestamp),
        SubOrchestrationInstanceCreatedEvent e => new Call(e.EventId, e.Name, e.Input, e.Timestamp),
        _ => null,
    };

    static int? AskedBy(HistoryEvent item) => item switch
    {
        TaskCompletedEvent e => e.TaskScheduledId,
        TaskFailedEvent e => e.TaskScheduledId,
        SubOrchestrationInstanceCompletedEvent e => e.TaskScheduledId,
        SubOrchestrationInstanceFailedEvent e => e.TaskScheduledId,
        _ => null,
    };

    static string Time(DateTime time) =>
        DateTime.SpecifyKind(time, DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    void WriteEvent(Utf8JsonWriter writer, HistoryEvent item, Call? call)
    {
        writer.WriteStartObject();
        writer.WriteString("EventType", item.EventType.ToString());
        WriteDetails(writer, item);
        writer.WriteString("Timestamp", Time(item.Timestamp));
        if (call is not null)
        {
            writer.WriteString("ScheduledTime", Time(call.Time));
            writer.WriteString("FunctionName", call.Name);
            WriteInput(writer, call.Input);
        }

        writer.WriteEndObject();
    }

    void WriteDetails(Utf8JsonWriter writer, HistoryEvent item)
    {
        switch (item)
        {
            case ExecutionStartedEvent e:
                WriteInput(writer, e.Input);
                if (e.ScheduledStartTime is { } startAt)
                {
                    writer.WriteString("ScheduledStartTime", Time(startAt));
                }

                writer.WriteString("FunctionName", e.Name);
                break;
            case ExecutionCompletedEvent e:
                writer.WriteString("OrchestrationStatus", e.OrchestrationStatus.ToString());
                WriteResult(writer, e.Result);
                WriteFailure(writer, "FailureDetails", e.FailureDetails);
                break;
            case TaskCompletedEvent e:
                WriteResult(writer, e.Result);
                break;
            case SubOrchestrationInstanceCompletedEvent e:
                WriteResult(writer, e.Result);
                break;
            case TaskFailedEvent e:
                WriteReason(writer, e.Reason, e.Details, e.FailureDetails);
                break;
            case SubOrchestrationInstanceFailedEvent e:
                WriteReason(writer, e.Reason, e.Details, e.FailureDetails);
                break;
            case TaskScheduledEvent e:
                writer.WriteString("Name", e.Name);
                WriteInput(writer, e.Input);
                break;
            case SubOrchestrationInstanceCreatedEvent e:
                writer.WriteString("Name", e.Name);
                writer.WriteString("InstanceId", e.InstanceId);
                WriteInput(writer, e.Input);
                break;
            case TimerCreatedEvent e:
                writer.WriteString("FireAt", Time(e.FireAt));
                break;
            case TimerFiredEvent e:
                writer.WriteString("FireAt", Time(e.FireAt));
                break;
            case EventRaisedEvent e:
                writer.WriteString("Name", e.Name);
                WriteInput(writer, e.Input);
                break;
            case EventSentEvent e:
                writer.WriteString("InstanceId", e.InstanceId);
                writer.WriteString("Name", e.Name);
                WriteInput(writer, e.Input);
                break;
            case ExecutionTerminatedEvent e:
                WriteInput(writer, e.Input);
                break;
            case ExecutionSuspendedEvent e:
                writer.WriteString("Reason", e.Reason);
                break;
            case ExecutionResumedEvent e:
                writer.WriteString("Reason", e.Reason);
                break;
            default:
                // An event that has nothing to show but its type and time.
                break;
        }
    }

    void WriteInput(Utf8JsonWriter writer, string? input)
    {
        if (showInput)
        {
            writer.WriteString("Input", input);
        }
    }

    void WriteResult(Utf8JsonWriter writer, string? result)
    {
        if (showOutput)
        {
            writer.WritePropertyName("Result");
            Answer.Payload(writer, result);
        }
    }

    static void WriteReason(Utf8JsonWriter writer, string? reason, string? details, FailureDetails? failure)
    {
        writer.WriteString("Reason", reason);
        writer.WriteString("Details", details);
        WriteFailure(writer, "FailureDetails", failure);
    }

    static void WriteFailure(Utf8JsonWriter writer, string name, FailureDetails? failure)
    {
        if (failure is null)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteString("ErrorType", failure.ErrorType);
        writer.WriteString("ErrorMessage", failure.ErrorMessage);
        writer.WriteString("StackTrace", failure.StackTrace);
        WriteFailure(writer, "InnerFailure", failure.InnerFailure);
        writer.WriteBoolean("IsNonRetriable", failure.IsNonRetriable);
        writer.WriteEndObject();
    }

    sealed record Call(int Id, string? Name, string? Input, DateTime Time);
}
