using Microsoft.Extensions.Configuration;

namespace Embedded.Functions.Settings;

/// <summary>Where settings come from: a file, or a section of the configuration.</summary>
/// <param name="Name">Its name in problems.</param>
/// <param name="Section">The section's key; null for a file.</param>
internal sealed record SettingSource(string Name, SettingNode Root, string? Section = null)
{
    public static SettingSource From(IConfiguration configuration, string section) =>
        new("configuration", SettingNode.From(configuration.GetSection(section)), section);

    public SettingProblem Error(string path, string message) => new(Name, PathOf(path), message, SettingSeverity.Error);

    public SettingProblem Warning(string path, string message) => new(Name, PathOf(path), message, SettingSeverity.Warning);

    public SettingProblem Note(string path, string message) => new(Name, PathOf(path), message, SettingSeverity.Note);

    /// <summary>The path as this source writes it.</summary>
    public string PathOf(string path) => Section is null ? path
        : path.Length == 0 ? Section
        : $"{Section}:{path.Replace('.', ':')}";
}
