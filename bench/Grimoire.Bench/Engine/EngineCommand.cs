namespace Grimoire.Bench.Engine;

/// <summary>Measures the durable engine alone: no HTTP, no spells.</summary>
internal static class EngineCommand
{
    static readonly (string Name, Func<Run, Task> MeasureAsync)[] All =
    [
        ("throughput", Throughput.MeasureAsync),
        ("growth", Growth.MeasureAsync),
        ("fan-out", FanOut.MeasureAsync),
        ("waiting", Waiting.MeasureAsync),
        ("recovery", Recovery.MeasureAsync),
        ("cold", ColdStart.MeasureAsync),
    ];

    /// <summary>How long the disk is measured, before each section and at the end: it is not the same all the time.</summary>
    static readonly TimeSpan DiskTime = TimeSpan.FromSeconds(1);

    public static IReadOnlyCollection<string> Sections => [.. All.Select(s => s.Name)];

    public static async Task RunAsync(Arguments arguments)
    {
        var settings = new Settings();
        Directory.CreateDirectory(arguments.Data);
        string data = Path.Combine(arguments.Data, "grimoire-bench-" + Guid.NewGuid().ToString("N")[..8]);
        Directory.CreateDirectory(data);
        try
        {
            var machine = new Machine(data);
            var report = new Report();
            foreach (string section in arguments.Sections)
            {
                Console.Error.WriteLine(section);
                machine.MeasureDisk(DiskTime);
                await All.Single(s => s.Name == section).MeasureAsync(new Run(settings, Path.Combine(data, section), report));
            }

            machine.MeasureDisk(DiskTime);
            report.Write(machine, arguments.Json);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    public static Task RunChildAsync(string section, string[] arguments) => section switch
    {
        "waiting" => Waiting.RunChildAsync(arguments),
        "recovery" => Recovery.RunChildAsync(arguments),
        "cold" => ColdStart.RunChildAsync(arguments),
        _ => throw new UsageException($"'{section}' has no child process."),
    };
}

/// <summary>One section of one run.</summary>
/// <param name="Settings">How much to measure.</param>
/// <param name="Folder">Where the section may write.</param>
/// <param name="Report">Where its figures go.</param>
internal sealed record Run(Settings Settings, string Folder, Report Report)
{
    int _files;

    /// <summary>A hub file that is not there yet, in a folder of its own.</summary>
    public string NewFile() => Path.Combine(Folder, $"{_files++}", "hub.db");
}
