using System.Collections.ObjectModel;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Settings;

/// <summary>What host.json says, with its defaults: those of the official host outside of its Consumption plan.</summary>
internal sealed record HostJson
{
    public const string FileName = "host.json";

    /// <summary>The section of configuration whose values go over those of the file.</summary>
    public const string OverridesSection = "AzureFunctionsJobHost";

    /// <summary>How long a function may run; null for as long as it likes.</summary>
    public TimeSpan? FunctionTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The only functions to be loaded; none means all.</summary>
    public IReadOnlyList<string> Functions { get; init; } = [];

    /// <summary>What each route begins with, without slashes around it. May be empty.</summary>
    public string RoutePrefix { get; init; } = "api";

    /// <summary>How many HTTP functions run at once; -1 for any number.</summary>
    public int MaxConcurrentRequests { get; init; } = -1;

    /// <summary>How many requests are running or waiting before further ones are refused; -1 for any number.</summary>
    public int MaxOutstandingRequests { get; init; } = -1;

    /// <summary>Headers of every response.</summary>
    public IReadOnlyDictionary<string, string> CustomHeaders { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    public string HubName { get; init; } = HubNames.Default;

    /// <summary>Null for the engine's default, as the two that follow.</summary>
    public int? MaxConcurrentActivityFunctions { get; init; }

    public int? MaxConcurrentOrchestratorFunctions { get; init; }

    public int? MaxConcurrentEntityFunctions { get; init; }

    /// <summary>The version of orchestrations that are started without one, and of this worker. Empty: versions are not looked at.</summary>
    public string DefaultVersion { get; init; } = "";

    public DurableTaskWorkerOptions.VersionMatchStrategy VersionMatchStrategy { get; init; } =
        DurableTaskWorkerOptions.VersionMatchStrategy.CurrentOrOlder;

    public DurableTaskWorkerOptions.VersionFailureStrategy VersionFailureStrategy { get; init; } =
        DurableTaskWorkerOptions.VersionFailureStrategy.Reject;

    /// <summary>The least level to be logged, by the beginning of the category; <c>default</c> is for all others.</summary>
    public IReadOnlyDictionary<string, LogLevel> LogLevels { get; init; } = ReadOnlyDictionary<string, LogLevel>.Empty;

    /// <summary>The same for the console alone, where it goes over <see cref="LogLevels"/>.</summary>
    public IReadOnlyDictionary<string, LogLevel> ConsoleLogLevels { get; init; } = ReadOnlyDictionary<string, LogLevel>.Empty;

    /// <summary>The log levels as the logging framework wants them.</summary>
    public IEnumerable<LoggerFilterRule> LogRules() =>
    [
        .. LogLevels.Select(entry => Rule(null, entry)),
        .. ConsoleLogLevels.Select(entry => Rule("Console", entry)),
    ];

    static LoggerFilterRule Rule(string? provider, KeyValuePair<string, LogLevel> entry) =>
        new(provider, entry.Key.Equals("default", StringComparison.OrdinalIgnoreCase) ? null : entry.Key, entry.Value, filter: null);
}
