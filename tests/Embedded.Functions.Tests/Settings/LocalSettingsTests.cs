using Embedded.Functions.Settings;

namespace Embedded.Functions.Tests.Settings;

public sealed class LocalSettingsTests : IDisposable
{
    readonly SettingsFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void That_there_is_no_file_is_fine()
    {
        LoadedSettings<LocalSettings> loaded = _folder.LocalSettings(null);

        Assert.Empty(loaded.Problems);
        Assert.Equivalent(new LocalSettings(), loaded.Value, strict: true);
    }

    [Fact]
    public void Everything_in_the_file_is_read()
    {
        LoadedSettings<LocalSettings> loaded = _folder.LocalSettings("""
            {
              "IsEncrypted": false, // as it must be
              "Values": { "AzureWebJobsStorage": "UseDevelopmentStorage=true", "A__B": "c", "Empty": "" },
              "ConnectionStrings": { "Sql": "Server=x", "Other": { "ConnectionString": "Server=y", "ProviderName": "System.Data.SqlClient" } },
              "Host": { "LocalHttpPort": 7099, "LocalHttpAddress": "127.0.0.1", "CORS": "https://a.example/, http://localhost:3000", "CORSCredentials": true }
            }
            """);

        Assert.Empty(loaded.Problems);
        LocalSettings settings = loaded.Value;
        Assert.Equal("UseDevelopmentStorage=true", settings.Values["AzureWebJobsStorage"]);
        Assert.Equal(["A__B", "AzureWebJobsStorage", "Empty"], settings.Values.Keys.Order());
        Assert.Equal(("Server=x", "Server=y"), (settings.ConnectionStrings["Sql"], settings.ConnectionStrings["Other"]));
        Assert.Equal((7099, "127.0.0.1"), (settings.LocalHttpPort, settings.LocalHttpAddress));
        Assert.Equal(["https://a.example", "http://localhost:3000"], settings.CorsOrigins);
        Assert.True(settings.CorsCredentials);
    }

    [Theory]
    [InlineData("true", "True")]
    [InlineData("12", "12")]
    [InlineData("1.50", "1.5")]
    [InlineData("\"2024-01-01T00:00:00Z\"", "2024-01-01T00:00:00Z")]
    public void A_value_that_is_no_string_is_taken_as_the_text_that_func_makes_of_it(string json, string text)
    {
        LoadedSettings<LocalSettings> loaded = _folder.LocalSettings($$"""{ "IsEncrypted": false, "Values": { "A": {{json}} } }""");

        Assert.Empty(loaded.Problems);
        Assert.Equal(text, loaded.Value.Values["A"]);
    }

    [Fact]
    public void A_variable_of_the_environment_goes_over_the_file_unless_it_is_empty()
    {
        LocalSettings settings = _folder.LocalSettings("""
            { "IsEncrypted": false, "Values": { "Set": "file", "Unset": "file", "Blank": "file" }, "ConnectionStrings": { "Db": "file" } }
            """).Value;

        var missing = settings.MissingFrom(name => name switch
        {
            "Set" => "environment",
            "Blank" => "",
            _ => null,
        });

        Assert.Equal(["Blank", "ConnectionStrings:Db", "Unset"], missing.Select(entry => entry.Key).Order());
    }

    [Fact]
    public void An_encrypted_file_is_an_error_that_says_how_to_decrypt_it()
    {
        LoadedSettings<LocalSettings> loaded = _folder.LocalSettings("""{ "IsEncrypted": true, "Values": { "A": "AQAAANCMnd8=" } }""");

        SettingProblem problem = Assert.Single(loaded.Problems);
        Assert.True(problem.IsError);
        Assert.Contains("func settings decrypt", problem.Message, StringComparison.Ordinal);
        Assert.Empty(loaded.Value.Values);
    }

    [Fact]
    public void A_file_that_does_not_say_whether_it_is_encrypted_is_read_with_a_warning()
    {
        LoadedSettings<LocalSettings> loaded = _folder.LocalSettings("""{ "Values": { "A": "b" } }""");

        Assert.Equal("b", loaded.Value.Values["A"]);
        Assert.Equal(SettingSeverity.Warning, Assert.Single(loaded.Problems).Severity);
    }

    [Theory]
    [InlineData("\"Values\": { \"A\": { \"B\": 1 } }", "Values.A", "single value")]
    [InlineData("\"Values\": { \"A=B\": \"1\" }", "Values.A=B", "no =")]
    [InlineData("\"Values\": { \"\": \"1\" }", "Values.", "must have a letter")]
    [InlineData("\"Values\": []", "Values", "must be an object")]
    [InlineData("\"Host\": { \"LocalHttpPort\": 65536 }", "Host.LocalHttpPort", "65535")]
    [InlineData("\"Host\": { \"LocalHttpPort\": \"http\" }", "Host.LocalHttpPort", "'http'")]
    [InlineData("\"Host\": { \"CORS\": \"example.com\" }", "Host.CORS", "'example.com' must be * or an origin")]
    [InlineData("\"Host\": { \"CORS\": \"https://a.example/path\" }", "Host.CORS", "must be * or an origin")]
    [InlineData("\"Host\": { \"CORS\": \"*\", \"CORSCredentials\": true }", "Host.CORSCredentials", "name the origins")]
    [InlineData("\"ConnectionStrings\": { \"Db\": [] }", "ConnectionStrings.Db", "must be a string")]
    [InlineData("\"ConnectionStrings\": \"x\"", "ConnectionStrings", "must be an object")]
    public void A_wrong_value_is_an_error_that_says_what_would_be_right(string json, string path, string message)
    {
        LoadedSettings<LocalSettings> loaded = _folder.LocalSettings($$"""{ "IsEncrypted": false, {{json}} }""");

        SettingProblem problem = Assert.Single(loaded.Problems);
        Assert.True(problem.IsError);
        Assert.Equal(path, problem.Path);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_name_is_a_warning_that_guesses_what_was_meant()
    {
        SettingProblem problem = Assert.Single(_folder.LocalSettings("""{ "IsEncrypted": false, "Host": { "LocalHttpPrt": 1 } }""").Problems);

        Assert.Equal(SettingSeverity.Warning, problem.Severity);
        Assert.Contains("'Host.LocalHttpPort'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_JSON_is_an_error() => Assert.True(_folder.LocalSettings("{ IsEncrypted: false }").HasErrors);
}
