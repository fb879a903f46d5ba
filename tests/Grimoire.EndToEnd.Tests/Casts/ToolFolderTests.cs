using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Tests.Shared;
using Xunit.Abstractions;

namespace Grimoire.EndToEnd.Tests.Casts;

/// <summary>The tools that come with the app.</summary>
public sealed class ToolFolderTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_app_has_the_samples_beside_it()
    {
        await using var sandbox = await SandboxProcess.StartAsync();
        await using var app = CastingApp.Of(sandbox, output);
        await app.StartAsync();

        var tools = (await app.GetAsync("api/tools"))["tools"]!.AsArray().Select(tool => (string)tool!["id"]!);

        Assert.Subset(tools.ToHashSet(), SampleFiles.Tools.Select(tool => tool.Name).ToHashSet());
    }

    [Fact]
    public async Task A_wrong_file_stops_the_start_and_is_named_with_the_place_in_it()
    {
        await using var sandbox = await SandboxProcess.StartAsync();
        await using var app = CastingApp.Of(sandbox, output);
        var wrong = Path.Combine(app.UseToolsOfTests(), "wrong.json");
        File.WriteAllText(wrong, """{ "id": "wrong", "kind": "http", "request": { "method": "GET" } }""");

        var process = app.Launch();

        Assert.NotEqual(0, await process.EndAsync());
        Assert.Contains(wrong, process.Output, StringComparison.Ordinal);
        Assert.Contains("/request/url", process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Functions:", process.Output, StringComparison.Ordinal);
    }
}
