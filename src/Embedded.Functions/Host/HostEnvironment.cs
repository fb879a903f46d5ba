using Embedded.Functions.Settings;

namespace Embedded.Functions.Host;

/// <summary>What func does to the process before the app runs in it.</summary>
internal static class HostEnvironment
{
    /// <summary>Puts the values of local.settings.json into the environment, where both configuration and the app's code look.</summary>
    public static void ApplyLocalSettings()
    {
        foreach ((string name, string value) in LocalSettingsReader.Load(AppFolder.Find()).Value.MissingFrom(Environment.GetEnvironmentVariable))
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }
}
