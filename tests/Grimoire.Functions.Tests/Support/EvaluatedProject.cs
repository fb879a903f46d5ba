using System.Diagnostics;
using System.Text.Json;

namespace Grimoire.Functions.Tests.Support;

/// <summary>The project of the app as MSBuild sees it with one host. Nothing is restored and nothing is built.</summary>
sealed record EvaluatedProject(JsonElement Properties, JsonElement Items)
{
    const string Project = "src/Grimoire.Functions/Grimoire.Functions.csproj";

    public string Property(string name) => Properties.GetProperty(name).GetString()!;

    public IReadOnlyList<string> Names(string item) => [.. All(item).Select(Name)];

    /// <summary>The packages that are referenced, with the versions that central management gives them.</summary>
    public IReadOnlyDictionary<string, string> Packages()
    {
        var versions = All("PackageVersion").ToDictionary(Name, version => version.GetProperty("Version").GetString()!);
        return Names("PackageReference").ToDictionary(name => name, name => versions[name]);
    }

    public JsonElement Item(string item, string link) =>
        All(item).Single(candidate => candidate.TryGetProperty("Link", out var value) && value.GetString() == link);

    public static async Task<EvaluatedProject> WithAsync(string host)
    {
        var (exitCode, output) = await RunAsync(
            "msbuild", Project, $"-p:FunctionsHost={host}",
            "-getItem:PackageReference,PackageVersion,ProjectReference,None,Compile",
            "-getProperty:OutputType,AzureFunctionsVersion,OutputPath,IntermediateOutputPath,CentralPackageTransitivePinningEnabled");
        Assert.True(exitCode == 0, output);
        using var document = JsonDocument.Parse(output);
        return new(document.RootElement.GetProperty(nameof(Properties)).Clone(), document.RootElement.GetProperty(nameof(Items)).Clone());
    }

    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What the build that runs these tests has set is not for another one.
        foreach (var name in start.Environment.Keys.Where(IsOfTheOuterBuild).ToList())
        {
            start.Environment.Remove(name);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }

    JsonElement.ArrayEnumerator All(string item) => Items.GetProperty(item).EnumerateArray();

    static string Name(JsonElement item) => item.GetProperty("Identity").GetString()!;

    static bool IsOfTheOuterBuild(string variable) =>
        variable.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || variable.Equals("FunctionsHost", StringComparison.OrdinalIgnoreCase);
}
