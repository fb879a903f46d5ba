using Grimoire.Functions.Tests.Support;

namespace Grimoire.Functions.Tests;

/// <summary>What FunctionsHost switches, as far as it can be told without restoring the official packages.</summary>
[Trait("Row", "AZ08")]
public sealed class HostSwitchTests
{
    [Fact]
    public async Task The_azure_host_takes_the_official_packages_in_their_pinned_versions_and_nothing_of_this_repository()
    {
        var project = await EvaluatedProject.WithAsync("Azure");

        Assert.Equal(
            new SortedDictionary<string, string>
            {
                ["Azure.Storage.Blobs"] = "12.30.0",
                ["Microsoft.Azure.Functions.Worker"] = "2.52.0",
                ["Microsoft.Azure.Functions.Worker.Extensions.DurableTask"] = "1.18.0",
                ["Microsoft.Azure.Functions.Worker.Extensions.Http"] = "3.3.0",
                ["Microsoft.Azure.Functions.Worker.Sdk"] = "2.0.7",
                ["Microsoft.CodeAnalysis.BannedApiAnalyzers"] = "5.6.0",
                ["OpenAI"] = "2.15.0",
                ["OpenTelemetry"] = "1.20.1",
                ["OpenTelemetry.Exporter.OpenTelemetryProtocol"] = "1.20.1",
                ["Polly.Core"] = "8.9.1",
            },
            new SortedDictionary<string, string>(project.Packages().ToDictionary()));
        Assert.Equal(["Grimoire"], project.Names("ProjectReference").Select(Path.GetFileNameWithoutExtension));
        Assert.Equal("v4", project.Property("AzureFunctionsVersion"));
        Assert.Equal("Exe", project.Property("OutputType"));
    }

    [Fact]
    public async Task The_azure_host_leaves_the_versions_behind_the_official_packages_to_them()
    {
        Assert.Equal("false", (await EvaluatedProject.WithAsync("Azure")).Property("CentralPackageTransitivePinningEnabled"));
        Assert.Equal("true", (await EvaluatedProject.WithAsync("Embedded")).Property("CentralPackageTransitivePinningEnabled"));
    }

    [Fact]
    public async Task The_embedded_host_takes_the_projects_of_this_repository_and_no_functions_package()
    {
        var project = await EvaluatedProject.WithAsync("Embedded");

        Assert.Equal(
            ["Embedded.DurableTask", "Embedded.Functions", "Grimoire", "System.IO.Hashing"],
            project.Names("ProjectReference").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(project.Packages().Keys, name => name.StartsWith("Microsoft.Azure.Functions", StringComparison.Ordinal));
        Assert.Equal("12.17.0", project.Packages()["Azure.Storage.Blobs"]);
        Assert.Equal("Exe", project.Property("OutputType"));
        Assert.Equal("", project.Property("AzureFunctionsVersion"));
    }

    [Fact]
    public async Task The_embedded_host_is_the_default()
    {
        var (exitCode, output) = await EvaluatedProject.RunAsync("msbuild", "src/Grimoire.Functions/Grimoire.Functions.csproj", "-getProperty:FunctionsHost");

        Assert.Equal((0, "Embedded"), (exitCode, output.Trim()));
    }

    [Fact]
    public async Task Both_hosts_compile_the_same_files()
    {
        var embedded = await EvaluatedProject.WithAsync("Embedded");
        var azure = await EvaluatedProject.WithAsync("Azure");

        Assert.NotEmpty(azure.Names("Compile"));
        Assert.Equal(embedded.Names("Compile"), azure.Names("Compile"));
        Assert.DoesNotContain(azure.Names("Compile"), file => file.StartsWith("obj", StringComparison.Ordinal) || file.StartsWith("bin", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_one_host_builds_is_not_in_the_folders_of_the_other()
    {
        var embedded = await EvaluatedProject.WithAsync("Embedded");
        var azure = await EvaluatedProject.WithAsync("Azure");

        Assert.StartsWith("obj/azure/", azure.Property("IntermediateOutputPath"), StringComparison.Ordinal);
        Assert.StartsWith("bin/azure/", azure.Property("OutputPath"), StringComparison.Ordinal);
        Assert.DoesNotContain("azure", embedded.Property("IntermediateOutputPath") + embedded.Property("OutputPath"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Azure")]
    [InlineData("Embedded")]
    public async Task The_settings_of_the_host_are_copied_beside_the_app(string host)
    {
        var hostJson = (await EvaluatedProject.WithAsync(host)).Item("None", "host.json");

        Assert.Equal("PreserveNewest", hostJson.GetProperty("CopyToOutputDirectory").GetString());
        Assert.Equal("PreserveNewest", hostJson.GetProperty("CopyToPublishDirectory").GetString());
    }

    [Fact]
    public async Task A_host_that_does_not_exist_is_named_in_an_error()
    {
        var (exitCode, output) = await EvaluatedProject.RunAsync(
            "msbuild", "src/Grimoire.Functions/Grimoire.Functions.csproj", "-p:FunctionsHost=Gcp", "-t:CheckFunctionsHost", "-v:q", "-nologo");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("FunctionsHost is 'Gcp': it can be Embedded or Azure.", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_source_has_no_second_code_path()
    {
        var files = Directory.GetFiles(Path.Combine(Repository.Root, "src", "Grimoire.Functions"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .ToList();

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.DoesNotMatch(@"(?m)^\s*#if\b", File.ReadAllText(file)));
    }
}
