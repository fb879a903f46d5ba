namespace Grimoire.Bench;

/// <summary>Sections that are measured one after the other, with the disk between them: it is not the same all the time.</summary>
internal sealed class Suite(params (string Name, Func<Run, Task> MeasureAsync)[] sections)
{
    /// <summary>How long the disk is measured, before each section and at the end.</summary>
    static readonly TimeSpan DiskTime = TimeSpan.FromSeconds(1);

    public IReadOnlyCollection<string> Sections => [.. sections.Select(s => s.Name)];

    public async Task RunAsync(Arguments arguments)
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
                await sections.Single(s => s.Name == section).MeasureAsync(new Run(settings, Path.Combine(data, section), report));
            }

            machine.MeasureDisk(DiskTime);
            report.Write(machine, arguments.Json);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
