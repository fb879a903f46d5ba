using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Grimoire.Functions.Telemetry;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Tests.Tools.Support;
using Microsoft.Extensions.Configuration;

namespace Grimoire.Functions.Tests.Telemetry;

/// <summary>docs/operating.md has every metric of the app, with its kind, and no other; and its settings.</summary>
public sealed partial class OperatingDocsTests
{
    static readonly string Docs = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operating.md"));

    [Fact]
    [Trait("Row", "KZ22")]
    public void Every_metric_of_the_app_is_listed_with_its_kind_and_no_other()
    {
        var instruments = new HashSet<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == CastMetrics.MeterName && !instrument.Name.StartsWith("test.", StringComparison.Ordinal))
            {
                instruments.Add($"{instrument.Name} {new MetricFamily(instrument).Kind.ToString().ToLowerInvariant()}");
            }
        };
        RuntimeHelpers.RunClassConstructor(typeof(CastMetrics).TypeHandle);
        using var process = new ProcessMetrics(TimeProvider.System);
        using var bench = new Bench();
        Assert.False(bench.Runners.Runs("nothing"));

        listener.Start();

        var listed = Metrics().Matches(Docs).Select(row => $"{row.Groups["name"].Value} {row.Groups["kind"].Value}");
        Assert.Equal(instruments.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    [Trait("Row", "KZ05")]
    public void The_room_that_disks_should_have_is_a_setting_with_the_default_that_is_listed()
    {
        var listed = long.Parse(Regex.Match(Docs, @"\| `Health:MinFreeMegabytes` \| `(\d+)` \|").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

        var unset = DiskSpace.From(Settings(), Repository.Root, storage: null).Look();
        var set = DiskSpace.From(Settings(("Health:MinFreeMegabytes", "5"), ("Health:Folders", "docs, not/there/yet")), Repository.Root, Path.Combine(Repository.Root, "src")).Look();
        var wrong = Assert.Throws<InvalidOperationException>(() => DiskSpace.From(Settings(("Health:MinFreeMegabytes", "much")), Repository.Root, storage: null));

        Assert.Equal(listed * 1024 * 1024, Assert.Single(unset).MinFreeBytes);
        Assert.Equal(4, set.Count);
        Assert.All(set, disk => Assert.True(disk is { MinFreeBytes: 5 * 1024 * 1024, FreeBytes: > 0 }));
        Assert.Contains("Health:MinFreeMegabytes", wrong.Message, StringComparison.Ordinal);
    }

    static IConfiguration Settings(params (string Name, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Name, (string?)value.Value))).Build();

    [GeneratedRegex(@"^\| `(?<name>(grimoire|process)\.[a-z_.]+)` \| (?<kind>counter|histogram|gauge) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Metrics();
}
