using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Embedded.Functions.Tests.Support;
using Xunit.Abstractions;

namespace Embedded.Functions.Tests.Apps;

/// <summary>The app of its own that docs/hosts.md tells its reader to make, made outside of the repository, to the letter.</summary>
[Trait("Row", "AZ10")]
public sealed partial class ReadmeAppTests(ITestOutputHelper output) : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    // .../tests/Embedded.Functions.Tests/bin/Release/net10.0/
    static readonly string Root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../.."));
    static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    readonly string _folder = Directory.CreateTempSubdirectory("readme-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_is_built_without_a_warning_and_greets()
    {
        Write(Section());
        (int exitCode, string said) = await BuildAsync();
        Assert.True(exitCode == 0, said);

        await using var app = new TestApp("MyApp", output) { Parent = _folder };
        AppProcess process = await app.StartAsync();
        StartedInstance greeting = await StartedInstance.OfAsync(process, process.Http.PostAsync("api/greet/Ada", null));
        JsonElement end = await greeting.EndAsync();

        Assert.Equal("Hello, Ada!", end.GetProperty("output").GetString());
        Assert.All(greeting.Payload.Where(entry => entry.Key.EndsWith("Uri", StringComparison.Ordinal)), url => Assert.Contains($"code={app.Keys.Durable}", url.Value, StringComparison.Ordinal));
    }

    static string Section()
    {
        string page = File.ReadAllText(Path.Combine(Root, "docs", "hosts.md"));
        int begin = page.IndexOf("\n## An app of your own\n", StringComparison.Ordinal);
        return page[begin..page.IndexOf("\n## ", begin + 1, StringComparison.Ordinal)];
    }

    void Write(string section)
    {
        string project = Block().Match(section, section.IndexOf("```xml", StringComparison.Ordinal)).Groups[1].Value;
        string program = Block().Match(section, section.IndexOf("```cs", StringComparison.Ordinal)).Groups[1].Value;
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "MyApp")).FullName;

        // All that is different: the clone is this one, wherever it is.
        File.WriteAllText(Path.Combine(folder, "MyApp.csproj"), project.Replace("../grimoire/", $"{Root}/", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(folder, "Program.cs"), program);
        File.WriteAllText(Path.Combine(folder, "host.json"), HostJson().Match(section).Groups[1].Value);

        // What the generator that its project names is there for.
        File.WriteAllText(Path.Combine(folder, "Shout.cs"), """
            using Microsoft.DurableTask;

            [DurableTask("Shout")]
            sealed class Shout : TaskActivity<string, string>
            {
                public override Task<string> RunAsync(TaskActivityContext context, string input) => Task.FromResult(input.ToUpperInvariant());

                public static Task<string> From(TaskOrchestrationContext context) => context.CallShoutAsync("hello");
            }
            """);
    }

    async Task<(int ExitCode, string Said)> BuildAsync()
    {
        // No server of the build may outlive it. What is known against a package today is not what is tested.
        var start = new ProcessStartInfo("dotnet", ["build", "-c", Configuration, "--nologo", "-warnaserror", "-warnnotaserror:NU1900;NU1901;NU1902;NU1903;NU1904"])
        {
            WorkingDirectory = Path.Combine(_folder, "MyApp"),
            RedirectStandardOutput = true,
            Environment = { ["MSBUILDDISABLENODEREUSE"] = "1", ["UseSharedCompilation"] = "false" },
        };
        using Process build = Process.Start(start)!;
        string said = await build.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await build.WaitForExitAsync().WaitAsync(Patience);
        return (build.ExitCode, said);
    }

    [GeneratedRegex("```[a-z]+\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("`host\\.json` is `([^`]+)`")]
    private static partial Regex HostJson();
}
