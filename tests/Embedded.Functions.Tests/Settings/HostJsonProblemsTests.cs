using Embedded.Functions.Settings;

namespace Embedded.Functions.Tests.Settings;

public sealed class HostJsonProblemsTests : IDisposable
{
    readonly SettingsFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Invalid_JSON_is_an_error_that_names_line_and_column()
    {
        LoadedSettings<HostJson> loaded = _folder.HostJson("{\n  \"version\": \"2.0\"\n  \"functions\": []\n}");

        SettingProblem problem = Assert.Single(loaded.Problems);
        Assert.True(problem.IsError);
        Assert.Contains("line 3, column 3", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{ \"version\": \"\\ud800\" }")]
    public void A_file_that_holds_no_object_is_an_error(string json) => Assert.True(Assert.Single(_folder.HostJson(json).Problems).IsError);

    [Theory]
    [InlineData("""{ "functions": [] }""", "is missing")]
    [InlineData("""{ "version": "3.0" }""", "is 3.0")]
    [InlineData("""{ "version": 2.0 }""", "is 2; it must be \"2.0\"")]
    public void Another_version_is_an_error(string json, string message)
    {
        // A number is refused by the official host too, which reads it as 2.
        SettingProblem problem = Assert.Single(_folder.HostJson(json).Problems);

        Assert.True(problem.IsError);
        Assert.Equal("version", problem.Path);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "http": { "maxConcurrentRequests": 0 } }""", "http.maxConcurrentRequests", "-1 (no limit)")]
    [InlineData("""{ "http": { "maxOutstandingRequests": "many" } }""", "http.maxOutstandingRequests", "'many'")]
    [InlineData("""{ "http": { "maxConcurrentRequests": [ 1 ] } }""", "http.maxConcurrentRequests", "must be a single value")]
    [InlineData("""{ "http": { "maxConcurrentRequests": 1.5 } }""", "http.maxConcurrentRequests", "whole number")]
    [InlineData("""{ "http": { "routePrefix": "a?b" } }""", "http.routePrefix", "beginning of a path")]
    [InlineData("""{ "http": { "customHeaders": "X: y" } }""", "http.customHeaders", "must be an object")]
    [InlineData("""{ "http": { "customHeaders": { "X-A": "a\r\nSet-Cookie: b" } } }""", "http.customHeaders.X-A", "one line")]
    [InlineData("""{ "http": { "customHeaders": { "X A": "a" } } }""", "http.customHeaders.X A", "name of a header")]
    [InlineData("""{ "http": { "customHeaders": { "X-A": [] } } }""", "http.customHeaders.X-A", "single value")]
    [InlineData("""{ "http": 5 }""", "http", "must be an object")]
    [InlineData("""{ "durableTask": { "maxConcurrentActivityFunctions": 0 } }""", "durableTask.maxConcurrentActivityFunctions", "1 or more")]
    [InlineData("""{ "durableTask": { "versionMatchStrategy": "1" } }""", "durableTask.versionMatchStrategy", "None, Strict, CurrentOrOlder")]
    [InlineData("""{ "durableTask": { "hubName": "" } }""", "durableTask.hubName", "3 to 45")]
    [InlineData("""{ "durableTask": { "hubName": "ab" } }""", "durableTask.hubName", "3 to 45")]
    [InlineData("""{ "durableTask": { "hubName": "1abc" } }""", "durableTask.hubName", "a letter first")]
    [InlineData("""{ "durableTask": { "hubName": "my-hub" } }""", "durableTask.hubName", "letters and digits")]
    [InlineData("""{ "durableTask": { "hubName": "%NOT_SET%" } }""", "durableTask.hubName", "'NOT_SET', which is not set")]
    [InlineData("""{ "durableTask": { "hubName": "50%" } }""", "durableTask.hubName", "without its counterpart")]
    public void A_wrong_value_is_an_error_that_says_what_would_be_right(string extensions, string path, string message)
    {
        LoadedSettings<HostJson> loaded = _folder.HostJson($$"""{ "version": "2.0", "extensions": {{extensions}} }""");

        SettingProblem problem = Assert.Single(loaded.Problems);
        Assert.True(problem.IsError);
        Assert.Equal($"extensions.{path}", problem.Path);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.Equivalent(new HostJson(), loaded.Value, strict: true);
    }

    [Theory]
    [InlineData("\"0\"")]
    [InlineData("\"00:00:00.5\"")]
    [InlineData("-2")]
    [InlineData("\"five minutes\"")]
    [InlineData("99999999999")]
    public void A_timeout_out_of_range_is_an_error(string json)
    {
        SettingProblem problem = Assert.Single(_folder.HostJson($$"""{ "version": "2.0", "functionTimeout": {{json}} }""").Problems);

        Assert.True(problem.IsError);
        Assert.Equal("functionTimeout", problem.Path);
    }

    [Theory]
    [InlineData(45, true)]
    [InlineData(50, true)]
    [InlineData(51, false)]
    public void A_hub_name_may_be_as_long_as_the_official_extension_accepts(int length, bool accepted)
    {
        string name = new('h', length);

        LoadedSettings<HostJson> loaded = _folder.HostJson(
            $$$"""{ "version": "2.0", "extensions": { "durableTask": { "hubName": "{{{name}}}" } } }""");

        Assert.Equal(accepted ? name : "TestHubName", loaded.Value.HubName);
        Assert.Equal(!accepted, loaded.HasErrors);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error()
    {
        Directory.CreateDirectory(_folder.PathOf("host.json"));

        SettingProblem problem = Assert.Single(_folder.HostJson(null).Problems);

        Assert.True(problem.IsError);
        Assert.Contains("cannot be read", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_level_that_does_not_exist_is_an_error()
    {
        SettingProblem problem = Assert.Single(_folder.HostJson("""{ "version": "2.0", "logging": { "logLevel": { "My.Category": "Loud" } } }""").Problems);

        Assert.Equal("logging.logLevel.My.Category", problem.Path);
        Assert.Contains("Trace, Debug, Information", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "extensions": { "http": { "routePrefx": "x" } } }""", "extensions.http.routePrefx", "extensions.http.routePrefix")]
    [InlineData("""{ "extensions": { "http": { "maxConcurentRequests": 1 } } }""", "extensions.http.maxConcurentRequests", "extensions.http.maxConcurrentRequests")]
    [InlineData("""{ "extensions": { "durabletsak": {} } }""", "extensions.durabletsak", "extensions.durableTask")]
    [InlineData("""{ "http": { "routePrefix": "x" } }""", "http", "extensions.http")]
    [InlineData("""{ "extensions": { "routePrefix": "x" } }""", "extensions.routePrefix", "extensions.http.routePrefix")]
    public void An_unknown_name_is_a_warning_that_guesses_what_was_meant(string json, string path, string meant)
    {
        SettingProblem problem = Assert.Single(_folder.HostJson($"{{ \"version\": \"2.0\",{json[1..]}").Problems);

        Assert.Equal(SettingSeverity.Warning, problem.Severity);
        Assert.Equal(path, problem.Path);
        Assert.EndsWith($"did you mean '{meant}'?", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_resembles_none_is_just_unknown()
    {
        SettingProblem problem = Assert.Single(_folder.HostJson("""{ "version": "2.0", "zebra": 1 }""").Problems);

        Assert.Equal("host.json: zebra: is not a setting that this host knows", problem.ToString());
    }

    [Fact]
    public void A_setting_that_is_there_twice_is_a_warning_and_the_last_one_counts()
    {
        LoadedSettings<HostJson> loaded = _folder.HostJson("""{ "version": "2.0", "extensions": { "http": { "routePrefix": "a", "RoutePrefix": "b" } } }""");

        Assert.Equal("b", loaded.Value.RoutePrefix);
        Assert.Equal(SettingSeverity.Warning, Assert.Single(loaded.Problems).Severity);
    }

    [Fact]
    public void Official_settings_without_effect_are_only_noted()
    {
        LoadedSettings<HostJson> loaded = _folder.HostJson("""
            {
              "version": "2.0",
              "logging": { "applicationInsights": { "samplingSettings": { "isEnabled": true, "excludedTypes": "Request" }, "enableLiveMetricsFilters": true } },
              "extensionBundle": { "id": "Microsoft.Azure.Functions.ExtensionBundle", "version": "[4.*, 5.0.0)" },
              "extensions": { "queues": { "batchSize": 1 }, "durableTask": { "storageProvider": { "type": "mssql" }, "extendedSessionsEnabled": true } }
            }
            """);

        Assert.Equal(5, loaded.Problems.Count);
        Assert.All(loaded.Problems, problem => Assert.Equal(SettingSeverity.Note, problem.Severity));
        Assert.Contains(
            loaded.Problems, problem => problem.Path == "extensions.durableTask.storageProvider" && problem.Message.Contains("one SQLite file", StringComparison.Ordinal));
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        LoadedSettings<HostJson> loaded = _folder.HostJson(
            """{ "version": "1.0", "zebra": 1, "functionTimeout": "x", "extensions": { "http": { "maxConcurrentRequests": 0 }, "durableTask": { "hubName": "-" } } }""",
            ("AzureFunctionsJobHost:extensions:http:maxOutstandingRequests", "0"));

        Assert.True(loaded.HasErrors);
        Assert.Equal(6, loaded.Problems.Count);
    }

    [Fact]
    public void A_wrong_value_from_configuration_is_named_by_its_key()
    {
        SettingProblem problem = Assert.Single(_folder.HostJson(
            """{ "version": "2.0" }""", ("AzureFunctionsJobHost:extensions:http:maxConcurrentRequests", "lots")).Problems);

        Assert.Equal("configuration", problem.File);
        Assert.Equal("AzureFunctionsJobHost:extensions:http:maxConcurrentRequests", problem.Path);
    }

    [Theory]
    [InlineData("routePrefix", "routePrefix", 0)]
    [InlineData("ROUTEPREFIX", "routePrefix", 0)]
    [InlineData("routePrefx", "routePrefix", 1)]
    [InlineData("ruotePrefix", "routePrefix", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "abc", 3)]
    public void Distance_counts_what_went_wrong_in_typing(string from, string to, int distance) => Assert.Equal(distance, NearMiss.Distance(from, to));
}
