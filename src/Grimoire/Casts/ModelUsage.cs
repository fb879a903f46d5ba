namespace Grimoire.Casts;

/// <summary>One call of a model.</summary>
/// <param name="CostUsd">Null if no price is known for the model.</param>
public sealed record ModelUsage(string Model, int InputTokens, int OutputTokens, decimal? CostUsd, string? RequestId = null);
