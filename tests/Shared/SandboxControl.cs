namespace Grimoire.Tests.Shared;

/// <summary>A fault to switch on: which requests meet it, how often, and what happens to them. docs/sandbox.md explains the members.</summary>
sealed record SandboxFault(string Kind, string Path = "*")
{
    public string? Id { get; init; }

    public string? Method { get; init; }

    public SandboxHeader? Header { get; init; }

    /// <summary>What the body contains, as it is written there: in JSON, with its escapes.</summary>
    public string? Body { get; init; }

    public int Skip { get; init; }

    public int? Times { get; init; }

    public double? Probability { get; init; }

    public long Seed { get; init; }

    public int? RetryAfter { get; init; }

    public bool RetryAfterAsDate { get; init; }

    public int Ms { get; init; } = 1000;

    public long Bytes { get; init; } = 10 * 1024 * 1024;

    public bool Chunked { get; init; }

    public string To { get; init; } = "/noop";
}

/// <summary>A header that a request must have.</summary>
sealed record SandboxHeader(string Name, string? Value = null);

/// <summary>A fault that is switched on, how many requests it has decided on, how many failed, and how many more will.</summary>
sealed record SandboxFaultState(string Id, SandboxFault Rule, long Matched, long Failed, long? Left);

/// <summary>The calls that the sandbox has received: how many, how often with each Idempotency-Key, and the last of them.</summary>
sealed record SandboxCalls(
    int Count, long Forgotten, IReadOnlyDictionary<string, int> Keys, IReadOnlyDictionary<string, int> Repeated, IReadOnlyList<SandboxCall> Calls);

/// <summary>A call: the status is null until it is answered; cut means that the connection ended before the answer did.</summary>
sealed record SandboxCall(long Order, DateTimeOffset At, string Method, string Path, string? Key, int? Status, bool Cut, string? Fault);
