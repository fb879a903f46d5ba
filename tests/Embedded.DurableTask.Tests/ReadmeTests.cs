using System.Diagnostics;
using Embedded.DurableTask.Tests.Support;

namespace Embedded.DurableTask.Tests;

/// <summary>The program in docs/engine.md is one that is built here, and does what it says.</summary>
public sealed class ReadmeTests
{
    const string Sample = "Embedded.DurableTask.ReadmeSample";

    [Fact]
    public void The_code_on_the_page_is_the_sample_to_the_letter()
    {
        string root = FindRoot();
        string page = File.ReadAllText(Path.Combine(root, "docs", "engine.md"));
        int begin = page.IndexOf("```csharp\n", StringComparison.Ordinal) + "```csharp\n".Length;
        string code = page[begin..page.IndexOf("```", begin, StringComparison.Ordinal)];

        Assert.Equal(File.ReadAllText(Path.Combine(root, "tests", Sample, "Program.cs")), code);
    }

    [Fact]
    public async Task The_sample_greets_and_does_so_again_on_the_file_that_it_left()
    {
        string folder = Directory.CreateTempSubdirectory("page-").FullName;
        try
        {
            string first = await RunAsync(folder);
            string second = await RunAsync(folder);

            Assert.Contains("Hello, Ada!", first, StringComparison.Ordinal);
            Assert.Contains("Hello, Ada!", second, StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(folder, "app.db")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task<string> RunAsync(string folder)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, $"{Sample}.dll")])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string output = await Wait.For(process.StandardOutput.ReadToEndAsync());
        await Wait.For(process.WaitForExitAsync());
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Functions.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("Functions.sln is in no folder above the tests.");
    }
}
