using System.Text.Json;
using Grimoire.Functions.Tests.Support;

namespace Grimoire.Functions.Tests;

/// <summary>Who opens the repository finds what an app of this kind has at its top, and what it refers to.</summary>
[Trait("Row", "AZ06")]
public sealed class RepositoryTests
{
    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    public void The_top_has_the_folders_that_belong_there(string folder) => Assert.NotEmpty(Directory.EnumerateDirectories(PathOf(folder)));

    [Theory]
    [InlineData("host.json")]
    [InlineData("local.settings.sample.json")]
    [InlineData("Functions.sln")]
    [InlineData("azurite-compose.yml")]
    [InlineData("README.md")]
    public void The_top_has_the_files_that_belong_there(string file) => Assert.NotEqual(0, new FileInfo(PathOf(file)).Length);

    [Fact]
    public void The_settings_at_the_top_are_those_of_an_isolated_durable_app()
    {
        var host = Read("host.json");
        var values = Read("local.settings.sample.json").GetProperty("Values");

        Assert.Equal("2.0", host.GetProperty("version").GetString());
        Assert.True(host.GetProperty("extensions").TryGetProperty("durableTask", out _));
        Assert.Equal("dotnet-isolated", values.GetProperty("FUNCTIONS_WORKER_RUNTIME").GetString());
        Assert.Equal("UseDevelopmentStorage=true", values.GetProperty("AzureWebJobsStorage").GetString());
    }

    [Fact]
    public void The_solution_has_every_project_that_there_is()
    {
        var solution = File.ReadAllText(PathOf("Functions.sln")).Replace('\\', '/');
        var projects = new[] { "src", "tests", "bench" }
            .SelectMany(folder => Directory.EnumerateFiles(PathOf(folder), "*.csproj", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .ToList();

        Assert.NotEmpty(projects);
        Assert.All(projects, project => Assert.Contains($"\"{project}\"", solution, StringComparison.Ordinal));
    }

    static string PathOf(string name) => Path.Combine(Repository.Root, name);

    static JsonElement Read(string file) => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(PathOf(file)));
}
