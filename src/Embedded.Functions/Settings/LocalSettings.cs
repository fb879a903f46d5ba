using System.Collections.ObjectModel;

namespace Embedded.Functions.Settings;

/// <summary>What local.settings.json says.</summary>
internal sealed record LocalSettings
{
    public const string FileName = "local.settings.json";

    /// <summary>App settings.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    public IReadOnlyDictionary<string, string> ConnectionStrings { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The port to listen on, if the file names one.</summary>
    public int? LocalHttpPort { get; init; }

    /// <summary>The address to listen on, if the file names one.</summary>
    public string? LocalHttpAddress { get; init; }

    /// <summary>The origins whose scripts may call; <c>*</c> among them is any.</summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>Whether those scripts may send cookies and credentials.</summary>
    public bool CorsCredentials { get; init; }

    /// <summary>
    /// What is to be put into the environment of the process, where both configuration and the app's own code look for it. A variable that
    /// is there and not empty goes over the file, as with func.
    /// </summary>
    /// <param name="environment">A variable's value.</param>
    public IEnumerable<KeyValuePair<string, string>> MissingFrom(Func<string, string?> environment) =>
        Values.Concat(ConnectionStrings.Select(entry => KeyValuePair.Create($"ConnectionStrings:{entry.Key}", entry.Value)))
            .Where(entry => string.IsNullOrEmpty(environment(entry.Key)));
}
