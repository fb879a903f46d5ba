using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Grimoire.Bench;

/// <summary>What the figures were measured on. The disk is measured too: nothing that is durable can be faster than its fsync.</summary>
internal sealed class Machine
{
    static readonly string[] InMemory = ["tmpfs", "ramfs", "rootfs"];

    readonly string _folder;
    readonly string _disk;
    readonly string _load = LoadAverage();
    readonly List<double> _perSecond = [];
    readonly List<double> _median = [];

    public Machine(string folder)
    {
        _folder = folder;
        _disk = new DriveInfo(folder).DriveFormat;
        if (InMemory.Contains(_disk))
        {
            throw new UsageException($"'{folder}' is in memory ({_disk}): nothing there is durable. Name a folder on a disk with --data DIR.");
        }
    }

    /// <summary>Appends 4 KiB and waits for the disk, again and again for the given time.</summary>
    public void MeasureDisk(TimeSpan time)
    {
        byte[] block = new byte[4096];
        Random.Shared.NextBytes(block);
        string path = Path.Combine(_folder, "append.bin");
        var each = new List<double>();
        long start = Stopwatch.GetTimestamp();
        using (var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write))
        {
            for (long offset = 0; Stopwatch.GetElapsedTime(start) < time; offset += block.Length)
            {
                long begin = Stopwatch.GetTimestamp();
                RandomAccess.Write(file, block, offset);
                RandomAccess.FlushToDisk(file);
                each.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            }
        }

        _perSecond.Add(each.Count / Stopwatch.GetElapsedTime(start).TotalSeconds);
        _median.Add(Statistics.Percentile(each, 0.5));
        File.Delete(path);
    }

    public IEnumerable<Figure> Disk =>
    [
        new("disk", "4 KiB append + fsync", "/s", _perSecond),
        new("disk", "4 KiB append + fsync, p50", "ms", _median),
    ];

    public string Describe() =>
        $"{Environment.ProcessorCount} CPUs ({RuntimeInformation.ProcessArchitecture}), {RuntimeInformation.FrameworkDescription}, "
        + $"{RuntimeInformation.OSDescription}, data on {_disk}, load average at the start {_load}."
        + Environment.NewLine
        + $"The disk took {Statistics.Median(_perSecond):N0} fsyncs a second, {Statistics.Median(_median):0.000} ms each: the seven commits of an "
        + $"orchestration of 5 steps are {7 * Statistics.Median(_median):0.00} ms of waiting for it.";

    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            Machine = new
            {
                Cpus = Environment.ProcessorCount,
                Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
                Runtime = RuntimeInformation.FrameworkDescription,
                Os = RuntimeInformation.OSDescription,
                Disk = _disk,
                LoadAverageAtStart = _load,
            },
            Settings = Settings.Current,
        },
        JsonSerializerOptions.Web);

    /// <summary>What else the machine was busy with, where the system tells.</summary>
    static string LoadAverage() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
