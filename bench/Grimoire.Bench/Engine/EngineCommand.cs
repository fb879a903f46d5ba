namespace Grimoire.Bench.Engine;

/// <summary>Measures the durable engine alone: no HTTP, no spells.</summary>
internal static class EngineCommand
{
    public static Suite Suite { get; } = new(
        ("throughput", Throughput.MeasureAsync),
        ("growth", Growth.MeasureAsync),
        ("fan-out", FanOut.MeasureAsync),
        ("waiting", Waiting.MeasureAsync),
        ("recovery", Recovery.MeasureAsync),
        ("cold", ColdStart.MeasureAsync));

    public static Task RunChildAsync(string section, string[] arguments) => section switch
    {
        "waiting" => Waiting.RunChildAsync(arguments),
        "recovery" => Recovery.RunChildAsync(arguments),
        "cold" => ColdStart.RunChildAsync(arguments),
        _ => throw new UsageException($"'{section}' has no child process."),
    };
}
