using System.Text.Json.Nodes;
using Grimoire.Spells;

namespace Grimoire.Tools;

/// <summary>What a tool is: what goes in, what comes out, and how it is called. Documented in docs/tools.md.</summary>
public sealed record ToolDefinition
{
    public required string Id { get; init; }

    /// <summary>For people; steps may name the tool by it.</summary>
    public string? Name { get; init; }

    public string? Description { get; init; }

    /// <summary>Which runner calls it: http, llm, codegen, text.*, json.*, wait, approval.</summary>
    public required string Kind { get; init; }

    public Delivery Delivery { get; init; }

    /// <summary>JSON Schema of its input; null: any object.</summary>
    public JsonObject? Input { get; init; }

    /// <summary>JSON Schema of its output; null: unknown.</summary>
    public JsonObject? Output { get; init; }

    /// <summary>kind http: the request.</summary>
    public RequestTemplate? Request { get; init; }

    /// <summary>kind http: what is taken from the response.</summary>
    public ResponseMapping? Response { get; init; }

    /// <summary>delivery webhook and poll: how the job that the request starts is followed.</summary>
    public JobSettings? Job { get; init; }

    /// <summary>kind llm and codegen: which models, where, at what price.</summary>
    public LlmSettings? Llm { get; init; }

    public ToolCost Cost { get; init; } = new();

    public ToolLimits Limits { get; init; } = new();

    public RetrySettings? Retry { get; init; }

    /// <summary>Of one attempt.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// The account that has written it, whose secrets it may use and no others: that of the operators also for the tools that come with the app. Null: that of the cast.
    /// No document says so: who saves a tool cannot claim to be another.
    /// </summary>
    public string? WrittenBy { get; init; }
}

/// <summary>How a result arrives.</summary>
public enum Delivery
{
    Immediate,
    Webhook,
    Poll,
}

/// <param name="EstimateUsd">What one attempt is expected to cost: for budgets and dry runs.</param>
/// <param name="Usd">What every successful attempt costs, where the response does not say.</param>
public sealed record ToolCost(decimal? EstimateUsd = null, decimal? Usd = null);

/// <param name="Concurrency">How many calls may be in flight at once in one process.</param>
/// <param name="BreakerFailures">How many transient failures in a row open the circuit; null: the app's default.</param>
/// <param name="BreakerOpen">For how long it stays open.</param>
/// <param name="WhenOpen">What becomes of steps that would call it meanwhile.</param>
public sealed record ToolLimits(int? Concurrency = null, int? BreakerFailures = null, TimeSpan? BreakerOpen = null, WhenOpen WhenOpen = WhenOpen.Wait);

/// <summary>What becomes of a step whose tool is left alone for a while, because it has failed too often.</summary>
public enum WhenOpen
{
    /// <summary>It waits, at most until its deadline; no attempt is used up.</summary>
    Wait,

    /// <summary>It fails at once, and is not tried again.</summary>
    Fail,
}
