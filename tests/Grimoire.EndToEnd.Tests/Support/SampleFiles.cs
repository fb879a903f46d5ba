using Grimoire.Documents;

namespace Grimoire.EndToEnd.Tests.Support;

/// <summary>The sample tools and spells at the root of the repository.</summary>
internal static class SampleFiles
{
    public static IReadOnlyList<string> ToolFiles { get; } = In("tools");

    public static IReadOnlyList<SampleFile> Tools { get; } = [.. ToolFiles.Select(SampleFile.Read)];

    public static IReadOnlyList<SampleFile> Spells { get; } = [.. In("spells").Select(SampleFile.Read)];

    public static SampleFile Spell(string slug) => Spells.Single(spell => spell.Name == slug);

    // .../tests/Grimoire.EndToEnd.Tests/bin/Release/net10.0/
    static IReadOnlyList<string> In(string folder) =>
    [
        .. Directory.EnumerateFiles(Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../..", folder)))
            .Where(file => Path.GetExtension(file) is ".json" or ".yaml")
            .Order(StringComparer.Ordinal),
    ];
}

/// <param name="Name">Of the file, without its extension: the tool's id, or the spell's slug.</param>
internal sealed record SampleFile(string Name, string Text, DocumentFormat Format)
{
    public static SampleFile Read(string file) => new(
        Path.GetFileNameWithoutExtension(file), File.ReadAllText(file), Path.GetExtension(file) == ".json" ? DocumentFormat.Json : DocumentFormat.Yaml);

    public string MediaType => Format == DocumentFormat.Json ? "application/json" : "application/yaml";
}
