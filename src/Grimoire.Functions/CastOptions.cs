using Grimoire.Functions.Storage;
using Grimoire.Functions.Tools;
using Microsoft.Extensions.Configuration;

namespace Grimoire.Functions;

/// <summary>Limits of casts; settings "Casts:…".</summary>
public sealed record CastOptions
{
    /// <summary>For how long an attempt whose worker says nothing is taken to be running. A worker says so three times as often.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Of one step, as JSON.</summary>
    public int MaxOutputBytes { get; init; } = 1024 * 1024;

    /// <summary>Elements of one forEach.</summary>
    public int MaxItems { get; init; } = 1000;

    /// <summary>Sub-casts within sub-casts.</summary>
    public int MaxDepth { get; init; } = 5;

    /// <summary>Of one artifact: "Storage:MaxArtifactBytes".</summary>
    public long MaxArtifactBytes { get; init; } = 100L * 1024 * 1024;

    /// <exception cref="InvalidOperationException">A setting is wrong; the message says which, and what would be right.</exception>
    internal static CastOptions From(IConfiguration configuration, StorageOptions storage) => new()
    {
        Lease = Setting.Duration(configuration, "Casts:Lease", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
        MaxOutputBytes = Setting.Number(configuration, "Casts:MaxOutputBytes", 1024 * 1024, 1024, 64 * 1024 * 1024),
        MaxItems = Setting.Number(configuration, "Casts:MaxItems", 1000, 1, 10_000),
        MaxDepth = Setting.Number(configuration, "Casts:MaxDepth", 5, 1, 10),
        MaxArtifactBytes = storage.MaxArtifactBytes,
    };
}
