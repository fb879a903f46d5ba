using System.Globalization;

namespace Embedded.Functions.Tests.Support;

/// <summary>What the system says that a process uses (Linux).</summary>
/// <param name="Handles">Open files, sockets and the like.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Resident">Bytes of memory that it occupies.</param>
internal sealed record ProcessUse(int Handles, int Threads, long Resident)
{
    public static ProcessUse Of(AppProcess process)
    {
        string folder = $"/proc/{process.Id}";
        string resident = File.ReadLines($"{folder}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return new ProcessUse(
            Directory.EnumerateFileSystemEntries($"{folder}/fd").Count(),
            Directory.EnumerateDirectories($"{folder}/task").Count(),
            long.Parse(resident.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024);
    }
}
