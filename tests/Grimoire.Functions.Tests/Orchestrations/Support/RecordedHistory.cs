using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using DurableTask.Core.History;

namespace Grimoire.Functions.Tests.Orchestrations.Support;

/// <summary>The history of one cast as it is kept beside the tests.</summary>
sealed record RecordedHistory(string Construct, string InstanceId, IReadOnlyList<RecordedEvent> Events)
{
    public const string CookContinued = "cook-continued";
    public const string CookDelayed = "cook-delayed";
    public const string CookFailed = "cook-failed";
    public const string CookHeld = "cook-held";
    public const string CookLost = "cook-lost";

    static readonly JsonSerializerOptions Form = new(DomainJson.Options) { WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static string Folder => Path.Combine(
        Tests.Support.Repository.Root, "tests", "Grimoire.Functions.Tests", "Orchestrations", "Histories");

    /// <summary>Those of cooks, which CookRunTests record.</summary>
    public static IReadOnlyList<string> Cooks { get; } = [CookContinued, CookDelayed, CookFailed, CookHeld, CookLost];

    public static string FileOf(string construct) => Path.Combine(Folder, $"{construct}.json");

    /// <summary>Missing ones are recorded where RECORD_HISTORIES says so.</summary>
    public static bool IsWanted(string construct) => Environment.GetEnvironmentVariable("RECORD_HISTORIES") == "1" && !File.Exists(FileOf(construct));

    /// <summary>Whose it is.</summary>
    [JsonIgnore]
    public string Orchestration => Events.First(e => e.Kind == EventKind.Started).Name!;

    public static RecordedHistory Of(string construct, string instanceId, IEnumerable<HistoryEvent> events) =>
        new(construct, instanceId, [.. events.Select(Of).OfType<RecordedEvent>()]);

    public static RecordedHistory Read(string file) => JsonSerializer.Deserialize<RecordedHistory>(File.ReadAllText(file), Form)!;

    public void Write(string file) => File.WriteAllText(file, JsonSerializer.Serialize(this, Form) + "\n");

    static RecordedEvent? Of(HistoryEvent e) => e switch
    {
        OrchestratorStartedEvent => new(EventKind.TurnBegan, e.Timestamp),
        OrchestratorCompletedEvent => new(EventKind.TurnEnded, e.Timestamp),
        ExecutionStartedEvent started => new(EventKind.Started, e.Timestamp) { Name = started.Name, Data = Json(started.Input) },
        TaskScheduledEvent task => new(EventKind.ActivityCalled, e.Timestamp) { Id = e.EventId, Name = task.Name, Data = Json(task.Input) },
        TaskCompletedEvent task => new(EventKind.Answered, e.Timestamp) { Id = task.TaskScheduledId, Data = Json(task.Result) },
        TaskFailedEvent task => new(EventKind.Failed, e.Timestamp) { Id = task.TaskScheduledId, Name = task.FailureDetails!.ErrorType, Data = task.FailureDetails.ErrorMessage },
        TimerCreatedEvent timer => new(EventKind.TimerSet, e.Timestamp) { Id = e.EventId, FireAt = timer.FireAt },
        TimerFiredEvent timer => new(EventKind.Answered, e.Timestamp) { Id = timer.TimerId },
        SubOrchestrationInstanceCreatedEvent sub => new(EventKind.SubCastCalled, e.Timestamp) { Id = e.EventId, Name = sub.Name, Target = sub.InstanceId, Data = Json(sub.Input) },
        SubOrchestrationInstanceCompletedEvent sub => new(EventKind.Answered, e.Timestamp) { Id = sub.TaskScheduledId, Data = Json(sub.Result) },
        SubOrchestrationInstanceFailedEvent sub =>
            new(EventKind.Failed, e.Timestamp) { Id = sub.TaskScheduledId, Name = sub.FailureDetails!.ErrorType, Data = sub.FailureDetails.ErrorMessage },
        EventSentEvent sent => new(EventKind.EventSent, e.Timestamp) { Id = e.EventId, Name = sent.Name, Target = sent.InstanceId, Data = Json(sent.Input) },
        EventRaisedEvent raised => new(EventKind.EventRaised, e.Timestamp) { Name = raised.Name, Data = Json(raised.Input) },
        ExecutionCompletedEvent { FailureDetails: { } failure } => new(EventKind.Threw, e.Timestamp) { Name = failure.ErrorType, Data = failure.ErrorMessage },
        ExecutionCompletedEvent completed => new(EventKind.Returned, e.Timestamp) { Data = Json(completed.Result) },
        _ => throw new NotSupportedException($"A cast has no {e.GetType().Name} in its history."),
    };

    static JsonNode? Json(string? text) => text is null ? null : JsonNode.Parse(text);
}

sealed record RecordedEvent(EventKind Kind, DateTime At)
{
    /// <summary>Of the action that this is, or that this answers.</summary>
    public int? Id { get; init; }

    public string? Name { get; init; }

    public string? Target { get; init; }

    public DateTime? FireAt { get; init; }

    public JsonNode? Data { get; init; }

    /// <summary>What the code asked for, as opposed to what came to it.</summary>
    [JsonIgnore]
    public bool IsAsked => Kind is EventKind.ActivityCalled or EventKind.TimerSet or EventKind.SubCastCalled or EventKind.EventSent or EventKind.Returned or EventKind.Threw;

    public bool IsSameAs(RecordedEvent other) =>
        Kind == other.Kind && Id == other.Id && Name == other.Name && Target == other.Target && FireAt == other.FireAt && JsonNode.DeepEquals(Data, other.Data);

    public override string ToString() =>
        string.Join(' ', new[] { Kind.ToString(), Id is null ? null : $"#{Id}", Name, Target, FireAt?.ToString("O"), Data?.ToJsonString(DomainJson.Options) }.OfType<string>());
}

public enum EventKind
{
    TurnBegan,
    TurnEnded,
    Started,
    ActivityCalled,
    TimerSet,
    SubCastCalled,
    EventSent,
    Answered,
    Failed,
    EventRaised,
    Returned,
    Threw,
}
