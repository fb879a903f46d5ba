using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Tools;

namespace Grimoire.Functions.Tools;

/// <summary>Calls tools of certain kinds. It knows nothing of records, events or retries: it makes one attempt and says what came of it.</summary>
public interface IToolRunner
{
    bool Runs(string kind);

    /// <summary>True if nothing outside is called, so that an attempt whose worker died may simply be made again.</summary>
    bool IsPure { get; }

    /// <summary>One attempt. A failure of the tool is a result, not an exception; what is thrown is unexpected.</summary>
    /// <param name="call">What to call, with what.</param>
    /// <param name="cancellation">The attempt's time is over, or the app stops.</param>
    Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellation);
}

/// <param name="Input">Bound and checked against the tool's schema.</param>
/// <param name="Artifacts">Where what the tool makes is put.</param>
public sealed record ToolCall(ToolDefinition Tool, JsonObject Input, AttemptKey Attempt, string Account, IArtifactSink Artifacts)
{
    /// <summary>Runners write to it what they have paid as soon as they know: not every attempt comes to its end.</summary>
    public Bill Bill { get; } = new();

    /// <summary>For a tool that calls back: the address that is good for this attempt.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>The trace of its cast: requests of the attempt belong to it.</summary>
    public CastTrace? Trace { get; init; }

    /// <summary>Set once the tool has started a job: what is to be done about that.</summary>
    public JobErrand? Job { get; init; }
}

/// <summary>About a job: take what a message says of it, ask its provider, or end it.</summary>
/// <param name="Record">What is known of it.</param>
/// <param name="Message">What came: {headers, body}. Null: its provider is asked.</param>
/// <param name="IsOver">Nobody waits for it any more: its provider is told so.</param>
public sealed record JobErrand(JobRecord Record, JsonObject? Message = null, bool IsOver = false);

/// <param name="RunId">The provider's id of it.</param>
/// <param name="Start">The body that answered the start.</param>
public sealed record StartedJob(string? RunId, JsonNode? Start);

/// <summary>What is said of a job.</summary>
/// <param name="Said">The state, as its provider calls it.</param>
/// <param name="IsTransient">It has failed in a way that another attempt may not.</param>
/// <param name="Progress">From 0 to 1.</param>
public sealed record JobReading(JobState State, string Said, bool IsTransient, double? Progress)
{
    public bool HasEnded => State is not (JobState.Queued or JobState.Running);
}

/// <summary>Keeps what an attempt makes. The content goes straight to storage; nothing holds it in memory.</summary>
public interface IArtifactSink
{
    /// <summary>What has been stored so far, in order.</summary>
    IReadOnlyList<StoredArtifact> Stored { get; }

    /// <param name="name">Wished for: what is unsafe in it is replaced, and a number is added if it is taken.</param>
    /// <param name="contentType">Its media type.</param>
    /// <param name="content">Read to its end.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<StoredArtifact> StoreAsync(string name, string contentType, Stream content, CancellationToken cancellation);

    /// <summary>An artifact of this or an earlier cast, to be passed on to a tool.</summary>
    Task<Stream> OpenAsync(StoredArtifact artifact, CancellationToken cancellation);
}

/// <summary>What came of one attempt. A runner gives the output or the failure; the rest is taken from the <see cref="Bill"/> of the call.</summary>
public sealed record ToolResult
{
    public JsonNode? Output { get; init; }

    /// <summary>Null: it succeeded.</summary>
    public Failure? Failure { get; init; }

    /// <summary>Its job has been started: it ends later.</summary>
    public StartedJob? Started { get; init; }

    /// <summary>What is said of its job. If that has ended, the rest is what it came to, or why that cannot be had.</summary>
    public JobReading? Reading { get; init; }

    /// <summary>What it has cost, failed or not.</summary>
    public decimal CostUsd { get; init; }

    public IReadOnlyList<ModelUsage> Usage { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public static ToolResult Of(JsonNode? output) => new() { Output = output };

    public static ToolResult Failed(string code, string message, bool transient, JsonObject? details = null, TimeSpan? retryAfter = null) =>
        new() { Failure = new Failure { Code = code, Message = message, Phase = Phase.Execute, Transient = transient, Details = details, RetryAfter = retryAfter } };
}
