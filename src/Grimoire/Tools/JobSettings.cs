using System.Text.Json.Nodes;
using Grimoire.Webhooks;

namespace Grimoire.Tools;

/// <summary>
/// How a tool that does not answer at once is followed: its request starts a job, and messages about the job come as callbacks, or are asked for.
/// Templates over messages refer to ${response}, whichever way the message came; those of requests to ${job.runId} and ${job.start}, the body that answered the start.
/// What a job comes to is mapped by the definition's "response", over the message that says that it has ended.
/// </summary>
public sealed record JobSettings
{
    /// <summary>The provider's id of the job, in the answer to the start.</summary>
    public JsonNode? RunId { get; init; }

    /// <summary>What a message says of the state.</summary>
    public required JsonNode State { get; init; }

    /// <summary>What a message says of the progress: a number from 0 to 1, or up to 100 with a percent sign.</summary>
    public JsonNode? Progress { get; init; }

    public JobStates States { get; init; } = JobStates.Usual;

    /// <summary>How callbacks come; null: they do not.</summary>
    public CallbackSettings? Callback { get; init; }

    /// <summary>How the job is asked about; null: it cannot be.</summary>
    public StatusSettings? Status { get; init; }

    /// <summary>What is asked for once the job has succeeded, where messages do not have the output.</summary>
    public RequestTemplate? Result { get; init; }

    /// <summary>What ends a job that nobody waits for any more.</summary>
    public RequestTemplate? Cancel { get; init; }

    /// <summary>The longest silence: a job of which nothing is heard for so long has failed.</summary>
    public TimeSpan? Heartbeat { get; init; }
}

/// <summary>What the states of a provider mean, in any case. One that is in no list means that the job runs.</summary>
public sealed record JobStates
{
    public static JobStates Usual { get; } = new()
    {
        Queued = ["queued", "pending", "starting", "not-started", "not_started", "in_queue", "submitted", "created"],
        Running = ["running", "processing", "in_progress", "in-progress", "started", "uploading"],
        Succeeded = ["succeeded", "success", "completed", "complete", "done", "finished", "ok"],
        Failed = ["failed", "failure", "error", "errored"],
        Cancelled = ["cancelled", "canceled", "aborted"],
    };

    public IReadOnlyList<string> Queued { get; init; } = [];

    public IReadOnlyList<string> Running { get; init; } = [];

    public IReadOnlyList<string> Succeeded { get; init; } = [];

    public IReadOnlyList<string> Failed { get; init; } = [];

    public IReadOnlyList<string> Cancelled { get; init; } = [];

    /// <summary>States that mean a failure which another attempt may not have.</summary>
    public IReadOnlyList<string> Transient { get; init; } = [];

    public JobState Of(string state) =>
        Has(Succeeded, state) ? JobState.Succeeded
        : Has(Transient, state) || Has(Failed, state) ? JobState.Failed
        : Has(Cancelled, state) ? JobState.Cancelled
        : Has(Queued, state) ? JobState.Queued
        : JobState.Running;

    public bool IsTransient(string state) => Has(Transient, state);

    /// <summary>Whether the definition, or what is usual, says what the state means.</summary>
    public bool IsKnown(string state) => Of(state) != JobState.Running || Has(Running, state);

    static bool Has(IReadOnlyList<string> states, string state) => states.Contains(state, StringComparer.OrdinalIgnoreCase);
}

public enum JobState
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>Callbacks of a job: to the address ${callback.url} of the start request, which is good for one attempt, or to one address for all jobs of the tool.</summary>
public sealed record CallbackSettings
{
    /// <summary>Where callbacks to the tool's one address have the provider's id of the job; null: they come to the attempt's own address.</summary>
    public JsonNode? RunId { get; init; }

    /// <summary>What tells one message from another, where the signature does not say; null: its content.</summary>
    public JsonNode? MessageId { get; init; }

    /// <summary>Where it is elsewhere than in the job's.</summary>
    public JsonNode? State { get; init; }

    public JsonNode? Progress { get; init; }

    /// <summary>What a job comes to, where callbacks say it otherwise than the definition's "response".</summary>
    public ResponseMapping? Response { get; init; }

    public CallbackSignature Signature { get; init; } = CallbackSignature.UrlOnly;
}

/// <summary>How a job is asked about: by a tool that is polled, and by one whose callback is late.</summary>
public sealed record StatusSettings
{
    public required RequestTemplate Request { get; init; }

    /// <summary>Where it is elsewhere than in the job's.</summary>
    public JsonNode? State { get; init; }

    public JsonNode? Progress { get; init; }

    /// <summary>What a job comes to, where answers say it otherwise than the definition's "response".</summary>
    public ResponseMapping? Response { get; init; }

    public AskPauses Pauses { get; init; } = new();

    /// <summary>Of a tool with callbacks: how long a callback may stay away before the job is asked about.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromMinutes(2);
}

/// <summary>Pauses between questions about a job.</summary>
/// <param name="First">Each next one is longer by <paramref name="Backoff"/>, up to <paramref name="Longest"/>.</param>
public sealed record AskPauses(TimeSpan First, double Backoff, TimeSpan Longest)
{
    public AskPauses()
        : this(TimeSpan.FromSeconds(5), 1.5, TimeSpan.FromMinutes(1))
    {
    }

    /// <param name="asked">How many questions there have been.</param>
    public TimeSpan After(int asked) =>
        TimeSpan.FromSeconds(Math.Max(First.TotalSeconds, Math.Min(Longest.TotalSeconds, First.TotalSeconds * Math.Pow(Backoff, Math.Min(asked, 100)))));
}
