using System.Text.Json;
using System.Text.Json.Serialization;
using Grimoire.Sandbox.Requests;

namespace Grimoire.Sandbox.Faults;

/// <summary>A fault that is switched on: which requests meet it, and how often.</summary>
sealed record FaultRule : Fault
{
    /// <summary>Its name; setting a rule again under its name replaces it. Given by the sandbox if not said.</summary>
    public string? Id { get; init; }

    /// <summary>The path of the requests, or the start of one and an asterisk.</summary>
    public string Path { get; init; } = "*";

    /// <summary>The method of the requests; null for any.</summary>
    public string? Method { get; init; }

    /// <summary>A header that the requests have.</summary>
    public HeaderMatch? Header { get; init; }

    /// <summary>What the body of the requests contains, as it is written there.</summary>
    public string? Body { get; init; }

    /// <summary>How many matching requests pass before the first one fails.</summary>
    public int Skip { get; init; }

    /// <summary>How many requests fail. Null: one, or with a probability any number.</summary>
    public int? Times { get; init; }

    /// <summary>How likely a matching request is to fail; null: it does.</summary>
    public double? Probability { get; init; }

    /// <summary>Picks the sequence of those that fail by probability: the same seed, the same sequence.</summary>
    public long Seed { get; init; }

    /// <summary>Members that a rule does not have: a fault that is misspelt must not go unnoticed.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; init; }

    [JsonIgnore]
    public Occasions Occasions => new(Skip, Times, Probability, Seed);

    /// <exception cref="RefusedException">It cannot be a rule.</exception>
    public void CheckRule()
    {
        Require.Known("A fault", Unknown);
        Check();
        Occasions.Check();
        if (Header is not null && string.IsNullOrEmpty(Header.Name))
        {
            throw new RefusedException(422, "header.name is empty.", "invalid_value", "header.name");
        }

        if (!Path.StartsWith('/') && !Path.StartsWith('*'))
        {
            throw new RefusedException(422, $"path is \"{Path}\"; it must start with a slash, or be an asterisk for any path.", "invalid_value", "path");
        }
    }

    /// <summary>Whether the request is one that it may meet; the body is looked at by who has it.</summary>
    public bool Concerns(HttpRequest request) =>
        Wildcard.Matches(Path, request.Path.Value ?? "/")
        && (Method is null || Method.Equals(request.Method, StringComparison.OrdinalIgnoreCase))
        && (Header is null || (request.Headers.TryGetValue(Header.Name, out var value)
            && value.ToString().Contains(Header.Value ?? "", StringComparison.Ordinal)));
}

/// <summary>A header that a request must have.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">What its value contains; null for any value.</param>
sealed record HeaderMatch(string Name, string? Value = null);
