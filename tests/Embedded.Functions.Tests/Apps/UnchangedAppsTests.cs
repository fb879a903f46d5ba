namespace Embedded.Functions.Tests.Apps;

/// <summary>The apps that the tests beside this run are somebody else's: written for the official packages, and built against these projects as they are.</summary>
[Trait("Row", "AZ10")]
public sealed class UnchangedAppsTests
{
    static readonly string Apps = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../tests/apps"));

    [Theory]
    [InlineData("Patterns")]
    [InlineData("Counter")]
    [InlineData("Monitor")]
    public void Their_code_says_nothing_of_what_it_runs_on(string app)
    {
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(Apps, app), "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal))];

        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            string code = File.ReadAllText(file);
            Assert.DoesNotContain("Embedded", code);
            Assert.DoesNotContain("#if", code);
        });
    }

    [Theory]
    [InlineData("Patterns")]
    [InlineData("Counter")]
    [InlineData("Monitor")]
    public void Only_the_reference_in_their_project_is_another(string app)
    {
        string project = File.ReadAllText(Path.Combine(Apps, app, $"{app}.csproj"));

        Assert.Contains("src/Embedded.Functions/Embedded.Functions.csproj", project);
        Assert.Equal(1, project.Split("Embedded.Functions.csproj").Length - 1);
        Assert.DoesNotContain("DefineConstants", project);
    }
}
