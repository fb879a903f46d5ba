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

    /// <summary>What it has cost, failed or not.</summary>
    public decimal CostUsd { get; init; }

    public IReadOnlyList<ModelUsage> Usage { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public static ToolResult Of(JsonNode? output) => new() { Output = output };

    public static ToolResult Failed(string code, string message, bool transient, JsonObject? details = null, TimeSpan? retryAfter = null) =>
        new() { Failure = new Failure { Code = code, Message = message, Phase = Phase.Execute, Transient = transient, Details = details, RetryAfter = retryAfter } };
}
