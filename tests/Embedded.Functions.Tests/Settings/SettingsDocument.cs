using Embedded.Functions.Settings;

namespace Embedded.Functions.Tests.Settings;

/// <summary>The tables of docs/host-settings.md, as they are and as they should be.</summary>
static class SettingsDocument
{
    public static IEnumerable<(string Heading, string[] Rows)> Expected =>
    [
        ("host.json: settings with an effect", [.. Effective(HostJsonSchema.Schema).Select(setting => Row(setting, setting.Path))]),
        ("host.json: settings without effect", [.. HostJsonSchema.Schema.Settings.Where(setting => setting.IsIgnored).Select(IgnoredRow)]),
        ("local.settings.json", [.. Effective(LocalSettingsReader.Schema).Select(setting => Row(setting, setting.Path))]),
        ("The section Embedded", [.. Effective(EmbeddedHostOptionsReader.Schema).Select(setting => Row(setting, setting.Path.Replace('.', ':')))]),
        ("host-keys.json", [.. Effective(HostKeysFile.Schema).Select(setting => Row(setting, setting.Path))]),
    ];

    public static string[] Rows(string heading)
    {
        string[] lines = File.ReadAllLines(DocumentPath());
        int start = Array.IndexOf(lines, $"## {heading}");
        Assert.True(start >= 0, $"docs/host-settings.md has no section '{heading}'.");
        return
        [
            .. lines.Skip(start + 1)
                .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
                .Where(line => line.StartsWith("| `", StringComparison.Ordinal)),
        ];
    }

    static IEnumerable<KnownSetting> Effective(SettingSchema schema) => schema.Settings.Where(setting => !setting.IsIgnored);

    static string Row(KnownSetting setting, string name) =>
        $"| `{name}` | {(setting.Default.Length == 0 ? "" : $"`{setting.Default}`")} | {setting.Effect} |";

    static string IgnoredRow(KnownSetting setting) => $"| `{setting.Path}` | {setting.Effect} |";

    static string DocumentPath()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Functions.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return Path.Combine(folder.FullName, "docs", "host-settings.md");
    }
}
