using System.Globalization;
using System.Text.Json.Serialization;

namespace Grimoire.Casts;

/// <summary>One attempt at one step of one cast.</summary>
/// <param name="Item">Of a step with forEach: which element, from 0.</param>
/// <param name="Number">From 1.</param>
public sealed record AttemptKey(string CastId, string Step, int? Item, int Number)
{
    /// <summary>What a provider is told, so that it can recognise a request that it has had before. The same however often it is sent.</summary>
    [JsonIgnore]
    public string IdempotencyKey => $"{CastId}.{Place}.{Number.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The step, and which element of it: "mockups[3]".</summary>
    [JsonIgnore]
    public string Place => Item is { } item ? $"{Step}[{item.ToString(CultureInfo.InvariantCulture)}]" : Step;
}
