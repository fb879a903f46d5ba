using Embedded.Functions.Settings;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Tests.Settings;

public sealed class HostJsonTests : IDisposable
{
    readonly SettingsFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_a_file_every_setting_has_its_default_and_that_is_said()
    {
        LoadedSettings<HostJson> loaded = _folder.HostJson(null);

        Assert.Equivalent(new HostJson(), loaded.Value, strict: true);
        SettingProblem problem = Assert.Single(loaded.Problems);
        Assert.False(problem.IsError);
        Assert.Equal("host.json", problem.File);
        Assert.Contains("is missing", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_object_is_fine() => Assert.Empty(_folder.HostJson("{}").Problems);

    [Fact]
    public void The_defaults_are_those_of_the_official_host()
    {
        HostJson settings = _folder.HostJson("""{ "version": "2.0" }""").Value;

        Assert.Equal(TimeSpan.FromMinutes(30), settings.FunctionTimeout);
        Assert.Equal("api", settings.RoutePrefix);
        Assert.Equal((-1, -1), (settings.MaxConcurrentRequests, settings.MaxOutstandingRequests));
        Assert.Equal("TestHubName", settings.HubName);
        Assert.Equal("", settings.DefaultVersion);
    }

    [Fact]
    public void Comments_trailing_commas_and_a_schema_are_fine()
    {
        LoadedSettings<HostJson> loaded = _folder.HostJson("""
            // The app's settings.
            {
              "$schema": "https://json.schemastore.org/host.json",
              "version": "2.0", /* always */
              "extensions": { "http": { "routePrefix": "x", }, },
            }
            """);

        Assert.Empty(loaded.Problems);
        Assert.Equal("x", loaded.Value.RoutePrefix);
    }

    [Fact]
    public void Names_and_choices_may_differ_in_case()
    {
        LoadedSettings<HostJson> loaded = _folder.HostJson("""
            { "Version": "2.0", "Extensions": { "durabletask": { "HubName": "Hub7", "versionMatchStrategy": "NONE" } } }
            """);

        Assert.Empty(loaded.Problems);
        Assert.Equal("Hub7", loaded.Value.HubName);
        Assert.Equal("None", loaded.Value.VersionMatchStrategy.ToString());
    }

    [Fact]
    public void Null_is_the_same_as_not_set()
    {
        LoadedSettings<HostJson> loaded = _folder.HostJson("""
            { "version": "2.0", "functionTimeout": null, "extensions": { "http": { "routePrefix": null }, "durableTask": null } }
            """);

        Assert.Empty(loaded.Problems);
        Assert.Equivalent(new HostJson(), loaded.Value, strict: true);
    }

    [Theory]
    [InlineData("\"-1\"", null)]
    [InlineData("-1", null)]
    [InlineData("\"00:10:00\"", 600)]
    [InlineData("\"1.00:00:00\"", 86_400)]
    public void A_timeout_is_a_time_or_none(string json, int? seconds)
    {
        LoadedSettings<HostJson> loaded = _folder.HostJson($$"""{ "version": "2.0", "functionTimeout": {{json}} }""");

        Assert.Empty(loaded.Problems);
        Assert.Equal(seconds, (int?)loaded.Value.FunctionTimeout?.TotalSeconds);
    }

    [Fact]
    public void A_timeout_that_is_read_as_days_is_pointed_out()
    {
        LoadedSettings<HostJson> loaded = _folder.HostJson("""{ "version": "2.0", "functionTimeout": 300 }""");

        Assert.Equal(TimeSpan.FromDays(300), loaded.Value.FunctionTimeout);
        SettingProblem problem = Assert.Single(loaded.Problems);
        Assert.Equal(SettingSeverity.Warning, problem.Severity);
        Assert.Contains("300 days", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("/", "")]
    [InlineData("/api/v1/", "api/v1")]
    [InlineData("{tenant}", "{tenant}")]
    public void A_route_prefix_has_no_slashes_around_it(string written, string prefix)
    {
        LoadedSettings<HostJson> loaded = _folder.HostJson(
            $$$"""{ "version": "2.0", "extensions": { "http": { "routePrefix": "{{{written}}}" } } }""");

        Assert.Empty(loaded.Problems);
        Assert.Equal(prefix, loaded.Value.RoutePrefix);
    }

    [Fact]
    public void A_hub_name_may_name_app_settings()
    {
        HostJson settings = _folder.HostJson(
            """{ "version": "2.0", "extensions": { "durableTask": { "hubName": "%APP%Hub%SLOT%" } } }""", ("APP", "Shop"), ("SLOT", "2")).Value;

        Assert.Equal("ShopHub2", settings.HubName);
    }

    [Theory]
    [InlineData("my-site", "mysite")]
    [InlineData("7", "t7Hub")]
    [InlineData("--", "DefaultTaskHub")]
    [InlineData("a123456789b123456789c123456789d123456789e123456789", "a123456789b123456789c123456789d123456789e1234")]
    public void The_default_hub_name_is_that_of_the_site_if_there_is_one(string site, string hub)
    {
        LoadedSettings<HostJson> loaded = _folder.HostJson("""{ "version": "2.0" }""", ("WEBSITE_SITE_NAME", site));

        Assert.Empty(loaded.Problems);
        Assert.Equal(hub, loaded.Value.HubName);
    }

    [Fact]
    public void Configuration_goes_over_the_file_and_hides_what_is_wrong_there()
    {
        LoadedSettings<HostJson> loaded = _folder.HostJson(
            """{ "version": "2.0", "extensions": { "http": { "maxConcurrentRequests": "many", "routePrefix": "file" } } }""",
            ("AzureFunctionsJobHost:extensions:http:maxConcurrentRequests", "9"),
            ("AzureFunctionsJobHost:functions:0", "Only"),
            ("AzureFunctionsJobHost:logging:logLevel:Host.Aggregator", "Trace"));

        Assert.Empty(loaded.Problems);
        Assert.Equal(9, loaded.Value.MaxConcurrentRequests);
        Assert.Equal("file", loaded.Value.RoutePrefix);
        Assert.Equal(["Only"], loaded.Value.Functions);
        Assert.Equal(LogLevel.Trace, loaded.Value.LogLevels["Host.Aggregator"]);
    }

    [Fact]
    public void An_empty_value_from_configuration_takes_the_prefix_away() => Assert.Equal("", _folder.HostJson(
        """{ "version": "2.0" }""", ("AzureFunctionsJobHost:extensions:http:routePrefix", "")).Value.RoutePrefix);

    [Fact]
    public void Log_levels_become_rules_of_the_logging_framework()
    {
        HostJson settings = _folder.HostJson("""
            { "version": "2.0", "logging": { "logLevel": { "Default": "Error", "Function.A": "debug" }, "console": { "logLevel": { "Host": "None" } } } }
            """).Value;

        var rules = settings.LogRules().Select(rule => (rule.ProviderName, rule.CategoryName, rule.LogLevel));

        Assert.Equal([(null, null, LogLevel.Error), (null, "Function.A", LogLevel.Debug), ("Console", "Host", LogLevel.None)], rules);
    }
}
