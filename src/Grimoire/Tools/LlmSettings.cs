namespace Grimoire.Tools;

/// <summary>Where and how a model is asked. Strings may hold ${config:NAME} and ${secret:NAME}.</summary>
public sealed record LlmSettings
{
    /// <summary>Base URL of an OpenAI-compatible API, e.g. https://api.openai.com/v1.</summary>
    public required string Endpoint { get; init; }

    public string? ApiKey { get; init; }

    /// <summary>In order of preference: the next one is asked where one is away or unknown.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    public string? System { get; init; }

    public double? Temperature { get; init; }

    public int? MaxOutputTokens { get; init; }

    /// <summary>By model; what is not listed costs an unknown amount, which is counted as 0 and said so.</summary>
    public IReadOnlyDictionary<string, ModelPrice> Prices { get; init; } = new Dictionary<string, ModelPrice>();
}

/// <summary>USD for a million tokens.</summary>
public sealed record ModelPrice(decimal InputPerMillion, decimal OutputPerMillion);
