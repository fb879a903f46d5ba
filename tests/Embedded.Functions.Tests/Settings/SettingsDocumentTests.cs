using Embedded.DurableTask;
using Embedded.Functions.Settings;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Tests.Settings;

[Trait("Row", "KZ05")]
public sealed class SettingsDocumentTests
{
    public static TheoryData<string> Headings => [.. SettingsDocument.Expected.Select(table => table.Heading)];

    [Theory]
    [MemberData(nameof(Headings))]
    public void The_document_lists_exactly_the_settings_that_are_understood(string heading)
    {
        string[] expected = SettingsDocument.Expected.Single(table => table.Heading == heading).Rows;

        string[] rows = SettingsDocument.Rows(heading);

        Assert.Equal(string.Join('\n', expected), string.Join('\n', rows));
    }

    [Fact]
    public void No_text_of_a_setting_breaks_the_table() => Assert.All(
        SettingsDocument.Expected.SelectMany(table => table.Rows),
        row => Assert.True(row.Split('|').Length is 4 or 5, row));

    [Fact]
    public void Each_option_of_the_section_Embedded_has_its_property()
    {
        IEnumerable<string> properties = typeof(EmbeddedHostOptions).GetProperties().Select(property => property.Name == "EnforceKeys" ? "Keys.Enforce" : property.Name);

        Assert.Equal(properties.Order(), EmbeddedHostOptionsReader.Schema.Settings.Select(setting => setting.Path).Order());
    }

    [Fact]
    public void Each_default_of_host_json_is_what_holds_without_it()
    {
        using var folder = new SettingsFolder();
        (string, string?)[] defaults = [.. HostJsonSchema.Schema.Settings
            .Where(setting => setting.Default.Length > 0)
            .Select(setting => ($"AzureFunctionsJobHost:{setting.Path.Replace('.', ':')}", (string?)setting.Default))];

        HostJson said = folder.HostJson("""{ "version": "2.0" }""", defaults).Value;
        HostJson unsaid = folder.HostJson("""{ "version": "2.0" }""").Value;

        Assert.Equal(7, defaults.Length);
        Assert.Equivalent(unsaid, said, strict: true);
    }

    [Fact]
    public void Each_default_of_the_section_Embedded_is_what_holds_without_it()
    {
        using var folder = new SettingsFolder();
        (string, string?)[] defaults = [.. EmbeddedHostOptionsReader.Schema.Settings
            .Where(setting => setting.Default.Length > 0)
            .Select(setting => ($"Embedded:{setting.Path.Replace('.', ':')}", (string?)setting.Default))];

        EmbeddedHostOptions said = folder.Options(defaults).Value;
        EmbeddedHostOptions unsaid = folder.Options().Value;

        Assert.Equal(5, defaults.Length);
        Assert.Equal(unsaid.State, said.State);
        Assert.Equal(unsaid.EnforceKeys, said.EnforceKeys);
        Assert.Equal(unsaid.MaxRequestBodyBytes, said.MaxRequestBodyBytes);
        Assert.Equal(unsaid.RelaxedDurability, said.RelaxedDurability);
        var (unsaidEngine, saidEngine) = (new EmbeddedOptions(), new EmbeddedOptions());
        unsaid.ApplyTo(unsaidEngine, "Hub");
        said.ApplyTo(saidEngine, "Hub");
        Assert.Equal(unsaidEngine.MaxLiveInstances, saidEngine.MaxLiveInstances);
    }

    [Fact]
    public void Each_setting_said_to_have_an_effect_has_one()
    {
        using var folder = new SettingsFolder();
        LoadedSettings<HostJson> loaded = folder.HostJson("""
            {
              "version": "2.0",
              "functionTimeout": "00:01:00",
              "functions": [ "A", "B" ],
              "extensions": {
                "http": {
                  "routePrefix": "v1", "maxConcurrentRequests": 2, "maxOutstandingRequests": 3, "customHeaders": { "X-Frame-Options": "DENY" }
                },
                "durableTask": {
                  "hubName": "MyHub",
                  "maxConcurrentActivityFunctions": 4, "maxConcurrentOrchestratorFunctions": 5, "maxConcurrentEntityFunctions": 6,
                  "defaultVersion": "1.2", "versionMatchStrategy": "Strict", "versionFailureStrategy": "Fail"
                }
              },
              "logging": { "logLevel": { "default": "Warning" }, "console": { "logLevel": { "Host": "Error" } } }
            }
            """);

        Assert.Empty(loaded.Problems);
        HostJson settings = loaded.Value;
        Assert.Equal(TimeSpan.FromMinutes(1), settings.FunctionTimeout);
        Assert.Equal(["A", "B"], settings.Functions);
        Assert.Equal("v1", settings.RoutePrefix);
        Assert.Equal((2, 3), (settings.MaxConcurrentRequests, settings.MaxOutstandingRequests));
        Assert.Equal("DENY", settings.CustomHeaders["x-frame-options"]);
        Assert.Equal("MyHub", settings.HubName);
        Assert.Equal(
            (4, 5, 6),
            (settings.MaxConcurrentActivityFunctions, settings.MaxConcurrentOrchestratorFunctions, settings.MaxConcurrentEntityFunctions));
        Assert.Equal("1.2", settings.DefaultVersion);
        Assert.Equal(DurableTaskWorkerOptions.VersionMatchStrategy.Strict, settings.VersionMatchStrategy);
        Assert.Equal(DurableTaskWorkerOptions.VersionFailureStrategy.Fail, settings.VersionFailureStrategy);
        Assert.Equal(LogLevel.Warning, settings.LogLevels["default"]);
        Assert.Equal(LogLevel.Error, settings.ConsoleLogLevels["Host"]);
    }
}
