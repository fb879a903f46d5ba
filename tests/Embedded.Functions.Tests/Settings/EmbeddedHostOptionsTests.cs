using System.Net;
using Embedded.DurableTask;
using Embedded.Functions.Settings;

namespace Embedded.Functions.Tests.Settings;

public sealed class EmbeddedHostOptionsTests : IDisposable
{
    readonly SettingsFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Everything_is_read()
    {
        LoadedSettings<EmbeddedHostOptions> loaded = _folder.Options(
            ("Embedded:State", "data/hub"),
            ("Embedded:Keys:Enforce", "false"),
            ("Embedded:KnownProxies:0", "10.0.0.7"),
            ("Embedded:KnownProxies:1", "fd00::/8"),
            ("Embedded:MaxRequestBodyBytes", "1000"),
            ("Embedded:MaxLiveInstances", "5"),
            ("Embedded:RelaxedDurability", "true"),
            ("Embedded:Retention", "7.00:00:00"));

        Assert.Empty(loaded.Problems);
        EmbeddedHostOptions options = loaded.Value;
        Assert.Equal(_folder.PathOf(Path.Combine("data", "hub")), options.State);
        Assert.False(options.EnforceKeys);
        Assert.Equal([IPNetwork.Parse("10.0.0.7/32"), IPNetwork.Parse("fd00::/8")], options.KnownProxies);
        Assert.Equal(1000, options.MaxRequestBodyBytes);
        var engine = new EmbeddedOptions();
        options.ApplyTo(engine, "Hub7");
        Assert.Equal(Path.Combine(options.State, "Hub7.db"), engine.File);
        Assert.Equal((5, true, TimeSpan.FromDays(7)), (engine.MaxLiveInstances, engine.RelaxedDurability, engine.Retention));
    }

    [Fact]
    public void Without_any_setting_the_engine_has_its_own_defaults()
    {
        LoadedSettings<EmbeddedHostOptions> loaded = _folder.Options();

        Assert.Empty(loaded.Problems);
        var engine = new EmbeddedOptions();
        loaded.Value.ApplyTo(engine, "Hub");
        var defaults = new EmbeddedOptions();
        Assert.Equal(
            (defaults.MaxLiveInstances, defaults.RelaxedDurability, defaults.Retention),
            (engine.MaxLiveInstances, engine.RelaxedDurability, engine.Retention));
        Assert.Equal(_folder.PathOf(".embedded"), loaded.Value.State);
    }

    [Fact]
    public void An_absolute_folder_stays_as_it_is() => Assert.Equal(
        Path.GetTempPath().TrimEnd('/'), _folder.Options(("Embedded:State", Path.GetTempPath().TrimEnd('/'))).Value.State);

    [Fact]
    public void The_official_variable_sets_the_body_limit_and_the_own_setting_goes_over_it()
    {
        Assert.Equal(5000, _folder.Options(("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", "5000")).Value.MaxRequestBodyBytes);
        Assert.Equal(
            6000, _folder.Options(("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", "5000"), ("Embedded:MaxRequestBodyBytes", "6000")).Value.MaxRequestBodyBytes);
    }

    [Theory]
    [InlineData("Embedded:State", " ", "the path of a folder")]
    [InlineData("Embedded:Keys:Enforce", "no", "true or false")]
    [InlineData("Embedded:KnownProxies", "10.0.0.0/8, proxy.example", "'proxy.example' must be an address")]
    [InlineData("Embedded:KnownProxies", "10.0.0.0/33", "must be an address")]
    [InlineData("Embedded:MaxRequestBodyBytes", "100 MB", "whole number")]
    [InlineData("Embedded:MaxRequestBodyBytes", "0", "1 or more")]
    [InlineData("Embedded:MaxLiveInstances", "0", "1 or more")]
    [InlineData("Embedded:RelaxedDurability", "1", "true or false")]
    [InlineData("Embedded:Retention", "-1", "30.00:00:00 for 30 days")]
    [InlineData("Embedded:Retention:Days", "1", "must be a single value")]
    [InlineData("Embedded:Keys", "off", "must be an object")]
    [InlineData("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", "big", "whole number")]
    public void A_wrong_value_is_an_error_that_says_what_would_be_right(string key, string value, string message)
    {
        SettingProblem problem = Assert.Single(_folder.Options((key, value)).Problems);

        Assert.True(problem.IsError);
        Assert.StartsWith(problem.Path, key, StringComparison.Ordinal);
        Assert.NotEmpty(problem.Path);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_name_is_a_warning_that_guesses_what_was_meant()
    {
        SettingProblem problem = Assert.Single(_folder.Options(("Embedded:Keys:Enforced", "false")).Problems);

        Assert.Equal("configuration: Embedded:Keys:Enforced: is not a setting that this host knows; did you mean 'Embedded:Keys:Enforce'?", problem.ToString());
        Assert.False(problem.IsError);
    }

    [Fact]
    public void A_value_of_the_whole_section_is_a_warning()
    {
        SettingProblem problem = Assert.Single(_folder.Options(("Embedded", "true")).Problems);

        Assert.Equal(("Embedded", false), (problem.Path, problem.IsError));
    }

    [Fact]
    public void To_believe_everybody_is_a_warning() =>
        Assert.Equal(SettingSeverity.Warning, Assert.Single(_folder.Options(("Embedded:KnownProxies", "0.0.0.0/0")).Problems).Severity);

    [Theory]
    [InlineData("http://localhost:7071")]
    [InlineData("https://LOCALHOST")]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://127.3.2.1:80")]
    [InlineData("http://[::1]:7071")]
    public void Keys_may_go_unchecked_on_loopback(string address) =>
        Assert.Null(new EmbeddedHostOptions { EnforceKeys = false }.CheckAddresses([address]));

    [Theory]
    [InlineData("http://0.0.0.0:7071")]
    [InlineData("http://[::]:7071")]
    [InlineData("http://*:7071")]
    [InlineData("http://+:7071")]
    [InlineData("http://192.168.0.1:7071")]
    [InlineData("http://example.com:7071")]
    [InlineData("http://localhost.example.com")]
    [InlineData("http://unix:/tmp/host.sock")]
    [InlineData("nonsense")]
    public void Keys_must_be_checked_where_others_can_call(string address)
    {
        SettingProblem? problem = new EmbeddedHostOptions { EnforceKeys = false }.CheckAddresses(["http://localhost:1", address]);

        Assert.NotNull(problem);
        Assert.True(problem.IsError);
        Assert.Contains(address, problem.Message, StringComparison.Ordinal);
        Assert.Null(new EmbeddedHostOptions().CheckAddresses([address]));
    }
}
