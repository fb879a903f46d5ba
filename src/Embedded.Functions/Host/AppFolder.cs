using Embedded.Functions.Settings;

namespace Embedded.Functions.Host;

/// <summary>The folder of the app: where its host.json is, and where it keeps its state.</summary>
internal static class AppFolder
{
    /// <summary>The current folder if it has a host.json, as with func; otherwise where the app's files are, to which builds copy it.</summary>
    public static string Find()
    {
        string current = Directory.GetCurrentDirectory();
        return File.Exists(Path.Combine(current, HostJson.FileName)) || !File.Exists(Path.Combine(AppContext.BaseDirectory, HostJson.FileName))
            ? current
            : AppContext.BaseDirectory;
    }
}
