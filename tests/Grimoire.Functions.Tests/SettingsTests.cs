using System.Text.RegularExpressions;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Notifications;
using Grimoire.Functions.Security;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Tools;
using Grimoire.Functions.Tools.Egress;
using Grimoire.Functions.Webhooks;
using Grimoire.Notifications;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Moq;

namespace Grimoire.Functions.Tests;

/// <summary>Leases, pauses, timeouts and limits are settings: those that the docs list, with the defaults that they say.</summary>
[Trait("Row", "KZ05")]
public sealed partial class SettingsTests
{
    static readonly string[] Pages = ["casts.md", "tools.md", "storage.md", "webhooks.md", "notifications.md", "accounts.md", "retention.md"];

    /// <summary>Another value that is right, and one that is wrong.</summary>
    static readonly Dictionary<string, (string Other, string? Wrong)> Values = new()
    {
        ["AzureWebJobsStorage"] = ("UseDevelopmentStorage=true", "no connection string"),
        ["Storage:Container"] = ("other", "A"),
        ["Storage:Folder"] = ("elsewhere", null),
        ["Storage:MaxArtifactBytes"] = ("1000", "-1"),
        ["Storage:StartTimeout"] = ("PT2M", "soon"),
        ["Storage:Retry:Tries"] = ("7", "1"),
        ["Storage:Retry:FirstDelay"] = ("PT0.3S", "PT2H"),
        ["Storage:Retry:MaxDelay"] = ("PT6S", "never"),
        ["Storage:Retry:TryTimeout"] = ("PT31S", "P1Y"),
        ["Casts:Lease"] = ("PT45S", "PT0.1S"),
        ["Casts:MaxOutputBytes"] = ("2048", "2 MiB"),
        ["Casts:MaxItems"] = ("10", "0"),
        ["Casts:MaxDepth"] = ("1", "11"),
        ["Casts:JobTimeout"] = ("PT1H", "P2Y"),
        ["Casts:ApprovalTimeout"] = ("P1D", "P2Y"),
        ["Casts:UnsureWait"] = ("PT1M", "PT0.1S"),
        ["Casts:CollectTries"] = ("1", "0"),
        ["Reconcile:Interval"] = ("PT1M", "P2D"),
        ["Reconcile:Patience"] = ("PT1M", "soon"),
        ["Reconcile:Batch"] = ("10", "0"),
        ["Retention:Casts"] = ("P30D", "30"),
        ["Retention:Cooks"] = ("P30D", "soon"),
        ["Retention:Artifacts"] = ("P7D", "-P1D"),
        ["Retention:Histories"] = ("P1D", "PT0S"),
        ["Retention:DeadLetters"] = ("P90D", "P200Y"),
        ["Retention:IdempotencyKeys"] = ("P7D", "1 week"),
        ["Retention:Usage"] = ("P365D", "P31D"),
        ["Retention:Interval"] = ("PT5M", "P31D"),
        ["Retention:Batch"] = ("10", "0"),
        ["Webhooks:BaseUrl"] = ("https://grimoire.example", "grimoire.example"),
        ["Webhooks:MaxBytes"] = ("2048", "10"),
        ["Webhooks:Keys"] = ("a-long-random-text-of-32-characters", "short"),
        ["Notifications:Pauses"] = ("PT1S, PT2S", "PT5S,soon"),
        ["Notifications:Timeout"] = ("PT5S", "PT2H"),
        ["Notifications:Overlap"] = ("PT1H", "-PT1H"),
        ["Tools:DefaultTimeout"] = ("00:00:10", "10"),
        ["Tools:MaxResponseBytes"] = ("2048", "1"),
        ["Tools:DefaultConcurrency"] = ("1", "0"),
        ["Tools:Breaker:Failures"] = ("2", "1"),
        ["Tools:Breaker:Window"] = ("PT1M", "PT2H"),
        ["Tools:Breaker:Open"] = ("PT1M", "-PT1M"),
        ["Tools:Folder"] = (Path.Combine(Repository.Root, "docs"), "no-such-folder"),
        ["Security:Keys"] = ("off", "maybe"),
        ["Accounts:Limits:RequestsPerMinute"] = ("100", "0"),
        ["Accounts:Limits:CastsInFlight"] = ("10", "many"),
        ["Accounts:Limits:SpendPerDayUsd"] = ("2.5", "-1"),
        ["Accounts:Limits:SpendPerMonthUsd"] = ("50", "1e3"),
        ["Egress:Allow"] = ("localhost", "http://localhost"),
        ["Egress:AllowPrivate"] = ("true", "yes"),
        ["Egress:ConnectTimeout"] = ("PT1S", "PT1H"),
    };

    public static TheoryData<string> Names => [.. Values.Keys];

    public static TheoryData<string> Checked => [.. Values.Where(setting => setting.Value.Wrong is not null).Select(setting => setting.Key)];

    [Fact]
    public void What_the_start_of_the_app_reads_is_what_the_docs_list()
    {
        var configuration = new AskedConfiguration([]);

        Compose(configuration);

        Assert.Equal(Documented().Keys.Order(StringComparer.Ordinal), configuration.Asked.Order(StringComparer.Ordinal));
        Assert.Equal(Values.Keys.Order(StringComparer.Ordinal), configuration.Asked.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_setting_has_the_default_that_the_docs_say_and_another_value_counts(string name)
    {
        var unset = Compose(new AskedConfiguration([]));

        if (Documented()[name] is { Length: > 0 } documented)
        {
            Assert.Equal(unset, Compose(new AskedConfiguration(new() { [name] = documented })));
        }

        Assert.NotEqual(unset, Compose(new AskedConfiguration(new() { [name] = Values[name].Other })));
    }

    [Theory]
    [MemberData(nameof(Checked))]
    public void A_wrong_value_ends_the_start_and_is_named(string name)
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => Compose(new AskedConfiguration(new() { [name] = Values[name].Wrong })));

        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>What the app is made of, as far as settings decide it, in words.</summary>
    static string Compose(IConfiguration configuration)
    {
        var environment = Mock.Of<IHostEnvironment>(host => host.ContentRootPath == Repository.Root);
        var services = new ServiceCollection();
        services.AddStorage(configuration, environment);
        services.AddSecurity(configuration);
        services.AddTools(configuration);
        services.AddCasting(configuration, environment);
        var egress = EgressOptions.From(configuration);
        var webhooks = Of<WebhookOptions>(services);
        var notifications = Of<NotificationOptions>(services);
        return string.Join(
            '\n', Of<StorageOptions>(services), Of<CastOptions>(services), Of<ToolsOptions>(services), Of<ReconcileOptions>(services), Of<RetentionOptions>(services), Of<SecurityOptions>(services), Of<LimitOptions>(services), egress with { Allow = [] }, string.Join(',', egress.Allow), Of<ToolFolder>(services).Tools.Count, webhooks, string.Join(',', webhooks.Keys),
            notifications with { Pace = NotificationPace.Default }, string.Join(',', notifications.Pace.Pauses));
    }

    static T Of<T>(ServiceCollection services) => services.Select(service => service.ImplementationInstance).OfType<T>().Single();

    /// <summary>Settings and their defaults, by the tables under "Settings". Those with a name to fill in are read when a tool asks for them.</summary>
    static Dictionary<string, string> Documented() => Pages
        .SelectMany(page => File.ReadLines(Path.Combine(Repository.Root, "docs", page)).SkipWhile(line => line != "## Settings").Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal)))
        .Select(line => SettingRow().Match(line))
        .Where(row => row.Success && !row.Groups["name"].Value.EndsWith(":NAME", StringComparison.Ordinal))
        .ToDictionary(row => row.Groups["name"].Value, row => row.Groups["default"].Value.Trim('`', ' ') switch
        {
            "none" => "",
            "1 MiB" => "1048576",
            var text => text,
        });

    [GeneratedRegex(@"^\| `(?<name>[A-Za-z:]+)`[^|]*\|(?<default>[^|]*)\|", RegexOptions.ExplicitCapture)]
    private static partial Regex SettingRow();
}
