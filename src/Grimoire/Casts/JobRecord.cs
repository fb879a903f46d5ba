using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Grimoire.Tools;

namespace Grimoire.Casts;

/// <summary>What an attempt knows of the job that it has started, or of the answer that it waits for.</summary>
public sealed record JobRecord
{
    /// <summary>What a person is asked; null for a job.</summary>
    public string? Question { get; init; }

    /// <summary>The provider's id of it; null if that was not told, or was lost with the worker that had been told.</summary>
    public string? RunId { get; init; }

    /// <summary>The body that answered the start.</summary>
    public JsonNode? Start { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required JobWait Wait { get; init; }

    /// <summary>Its worker died while it was being started. Whether there is a job only its callback can tell.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsUnsure { get; init; }

    /// <summary>The message that has ended it; null: an answer to a question did, or its time was over.</summary>
    public string? EndedBy { get; init; }
}

/// <summary>For how long a job is waited for, and when it is asked about.</summary>
/// <param name="Until">Then it has failed.</param>
public sealed record JobWait(DateTimeOffset Until)
{
    /// <summary>It is a person's answer that is waited for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsApproval { get; init; }

    /// <summary>When it is asked about for the first time; null: never.</summary>
    public DateTimeOffset? AskFrom { get; init; }

    /// <summary>There are no callbacks: what asking comes to is all that there is.</summary>
    public bool IsPolled { get; init; }

    /// <summary>Something may have come for it before anybody knew whose it was.</summary>
    public bool LooksFirst { get; init; }

    /// <summary>The pauses between questions.</summary>
    public AskPauses? Pauses { get; init; }

    /// <summary>The longest silence.</summary>
    public TimeSpan? Heartbeat { get; init; }

    public static JobWait Of(ToolDefinition tool, DateTimeOffset startedAt, DateTimeOffset until)
    {
        var isPolled = tool.Delivery == Delivery.Poll;
        return new JobWait(until)
        {
            AskFrom = tool.Job?.Status is { } status ? startedAt + (isPolled ? status.Pauses.First : status.After) : null,
            IsPolled = isPolled,
            LooksFirst = tool.Job?.Callback?.RunId is not null,
            Pauses = tool.Job?.Status?.Pauses,
            Heartbeat = tool.Job?.Heartbeat,
        };
    }
}
