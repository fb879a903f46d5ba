using System.Diagnostics;

namespace Grimoire.Bench;

/// <summary>What is in memory of a process, code and runtime included.</summary>
internal static class ResidentMemory
{
    public static double MiB(int processId)
    {
        string status = $"/proc/{processId}/status";
        if (!File.Exists(status))
        {
            using var process = Process.GetProcessById(processId);
            return process.WorkingSet64 / 1024.0 / 1024.0;
        }

        // For example "VmRSS:	  101234 kB".
        string line = File.ReadLines(status).Single(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]) / 1024;
    }
}
