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

    /// <summary>For how long a job is waited for whose tool says nothing.</summary>
    public TimeSpan JobTimeout { get; init; } = TimeSpan.FromDays(1);

    /// <summary>For how long an answer is waited for in a step without a timeout.</summary>
    public TimeSpan ApprovalTimeout { get; init; } = TimeSpan.FromDays(7);

    /// <summary>For how long a callback is waited for when the worker died while it started the job.</summary>
    public TimeSpan UnsureWait { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often it is tried to get what a job has made before the attempt fails.</summary>
    public int CollectTries { get; init; } = 6;

    /// <summary>Of one artifact: "Storage:MaxArtifactBytes".</summary>
    public long MaxArtifactBytes { get; init; } = 100L * 1024 * 1024;

    /// <exception cref="InvalidOperationException">A setting is wrong; the message says which, and what would be right.</exception>
    internal static CastOptions From(IConfiguration configuration, StorageOptions storage) => new()
    {
        Lease = Setting.Duration(configuration, "Casts:Lease", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
        MaxOutputBytes = Setting.Number(configuration, "Casts:MaxOutputBytes", 1024 * 1024, 1024, 64 * 1024 * 1024),
        MaxItems = Setting.Number(configuration, "Casts:MaxItems", 1000, 1, 10_000),
        MaxDepth = Setting.Number(configuration, "Casts:MaxDepth", 5, 1, 10),
        JobTimeout = Setting.Duration(configuration, "Casts:JobTimeout", TimeSpan.FromDays(1), TimeSpan.FromSeconds(1), TimeSpan.FromDays(366)),
        ApprovalTimeout = Setting.Duration(configuration, "Casts:ApprovalTimeout", TimeSpan.FromDays(7), TimeSpan.FromSeconds(1), TimeSpan.FromDays(366)),
        UnsureWait = Setting.Duration(configuration, "Casts:UnsureWait", TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(1), TimeSpan.FromDays(7)),
        CollectTries = Setting.Number(configuration, "Casts:CollectTries", 6, 1, 100),
        MaxArtifactBytes = storage.MaxArtifactBytes,
    };
}
