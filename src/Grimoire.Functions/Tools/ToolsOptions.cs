using Microsoft.Extensions.Configuration;

namespace Grimoire.Functions.Tools;

/// <summary>What the settings under "Tools" say; docs/tools.md lists them.</summary>
public sealed record ToolsOptions
{
    /// <summary>Of one attempt, where the tool says nothing.</summary>
    public TimeSpan DefaultTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The largest response that is read into memory. What is streamed into artifacts has the limit of the artifact storage.</summary>
    public int MaxResponseBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Calls in flight for each account and tool, where the tool says nothing.</summary>
    public int DefaultConcurrency { get; init; } = 16;

    /// <summary>How many transient failures in a row open a circuit, where the tool says nothing.</summary>
    public int BreakerFailures { get; init; } = 5;

    /// <summary>Within which time they count as in a row.</summary>
    public TimeSpan BreakerWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For how long a circuit stays open, where the tool says nothing.</summary>
    public TimeSpan BreakerOpen { get; init; } = TimeSpan.FromSeconds(15);

    /// <exception cref="InvalidOperationException">A setting is out of its range; the message names it, its value, and what would be right.</exception>
    public static ToolsOptions From(IConfiguration configuration)
    {
        var defaults = new ToolsOptions();
        return new ToolsOptions
        {
            DefaultTimeout = Setting.Duration(
                configuration, "Tools:DefaultTimeout", defaults.DefaultTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            MaxResponseBytes = Setting.Number(configuration, "Tools:MaxResponseBytes", defaults.MaxResponseBytes, 1024, 256 * 1024 * 1024),
            DefaultConcurrency = Setting.Number(configuration, "Tools:DefaultConcurrency", defaults.DefaultConcurrency, 1, 10_000),
            BreakerFailures = Setting.Number(configuration, "Tools:Breaker:Failures", defaults.BreakerFailures, 2, 1_000),
            BreakerWindow = Setting.Duration(
                configuration, "Tools:Breaker:Window", defaults.BreakerWindow, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            BreakerOpen = Setting.Duration(
                configuration, "Tools:Breaker:Open", defaults.BreakerOpen, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
        };
    }
}
