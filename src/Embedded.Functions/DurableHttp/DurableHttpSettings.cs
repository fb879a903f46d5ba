namespace Embedded.Functions.DurableHttp;

/// <summary>What the Durable HTTP API must know of the app that it manages.</summary>
internal sealed record DurableHttpSettings
{
    public required string HubName { get; init; }

    /// <summary>Only shown in URLs, as on the official host: there is no storage connection here.</summary>
    public string ConnectionName { get; init; } = "Storage";

    /// <summary>The key that guards the API; null when keys are not enforced.</summary>
    public string? SystemKey { get; init; }

    /// <summary>Version of orchestrations that are started without one; empty for none.</summary>
    public string DefaultVersion { get; init; } = string.Empty;

    /// <summary>Names of the orchestrators that the start route accepts; null for any.</summary>
    public IReadOnlyCollection<string>? Orchestrators { get; init; }

    /// <summary>Names of the entities that take signals; null for any.</summary>
    public IReadOnlyCollection<string>? Entities { get; init; }

    /// <summary>The query of URLs that a function hands out; empty when keys are not enforced.</summary>
    /// <remarks>A key may hold characters such as '+' or '=' that mean something else in a query.</remarks>
    public string KeyQuery => SystemKey is null ? string.Empty : $"code={Uri.EscapeDataString(SystemKey)}";

    /// <summary>The query of URLs that the API itself hands out.</summary>
    public string ManagementQuery =>
        $"taskHub={Uri.EscapeDataString(HubName)}&connection={Uri.EscapeDataString(ConnectionName)}"
        + (SystemKey is null ? string.Empty : $"&{KeyQuery}");
}
