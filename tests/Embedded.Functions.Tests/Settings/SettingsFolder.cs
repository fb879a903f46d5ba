using Embedded.Functions.Settings;
using Microsoft.Extensions.Configuration;

namespace Embedded.Functions.Tests.Settings;

/// <summary>A folder of its own for the settings files of a test.</summary>
sealed class SettingsFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("embedded-settings-").FullName;

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    public LoadedSettings<HostJson> HostJson(string? json, params (string Key, string? Value)[] configuration)
    {
        Write(Embedded.Functions.Settings.HostJson.FileName, json);
        return HostJsonReader.Load(Path, Configuration(configuration));
    }

    public LoadedSettings<LocalSettings> LocalSettings(string? json)
    {
        Write(Embedded.Functions.Settings.LocalSettings.FileName, json);
        return LocalSettingsReader.Load(Path);
    }

    public LoadedSettings<EmbeddedHostOptions> Options(params (string Key, string? Value)[] configuration) =>
        EmbeddedHostOptionsReader.Load(Configuration(configuration), Path);

    public LoadedSettings<HostKeys?> Keys(string json)
    {
        Write(HostKeysFile.FileName, json);
        return HostKeysFile.Open(Path);
    }

    public static IConfiguration Configuration(params (string Key, string? Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Key, value.Value)))
        .Build();

    public void Dispose() => Directory.Delete(Path, recursive: true);

    void Write(string name, string? json)
    {
        if (json is not null)
        {
            File.WriteAllText(PathOf(name), json);
        }
    }
}
