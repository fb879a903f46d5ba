using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Embedded.DurableTask.Tests.Crash;

/// <summary>A place for a hub file that can be made full, and given space again, while a process writes to it.</summary>
internal interface ISmallDisk : IDisposable
{
    /// <summary>Where the hub file goes.</summary>
    string Folder { get; }

    /// <summary>From now on nothing more fits.</summary>
    void Fill(CrashHostProcess host);

    /// <summary>There is space again.</summary>
    void Free(CrashHostProcess host);
}

/// <summary>A file system in memory of a few MiB, which is filled up by another file. Mounting it needs root.</summary>
internal sealed class TmpfsDisk : ISmallDisk
{
    const int DiskFull = 28;

    TmpfsDisk(string folder) => Folder = folder;

    public string Folder { get; }

    string Filler => Path.Combine(Folder, "filler");

    /// <returns>Null where it cannot be mounted.</returns>
    public static TmpfsDisk? TryMount(string size)
    {
        string folder = Directory.CreateTempSubdirectory("small-disk-").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", folder))
        {
            return new TmpfsDisk(folder);
        }

        Directory.Delete(folder);
        return null;
    }

    public void Fill(CrashHostProcess host)
    {
        using var filler = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] page = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(page);
            }
        }
        catch (IOException e) when ((e.HResult & 0xffff) == DiskFull)
        {
            // As intended.
        }
    }

    public void Free(CrashHostProcess host) => File.Delete(Filler);

    public void Dispose()
    {
        // Lazily: a process that was just killed may not have let go yet.
        Run("umount", "-l", Folder);
        Directory.Delete(Folder);
    }

    static bool Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no such program.
            return false;
        }
    }
}

/// <summary>A limit for the size of files, which the process gets while it runs. It needs no rights, but Linux.</summary>
internal sealed class FileSizeLimit : ISmallDisk
{
    const int LimitOfFileSize = 1;

    public string Folder { get; } = Directory.CreateTempSubdirectory("file-limit-").FullName;

    public static bool IsPossible => OperatingSystem.IsLinux();

    public void Fill(CrashHostProcess host) =>
        SetLimit(host, (ulong)new DirectoryInfo(Folder).EnumerateFiles().Max(file => file.Length));

    public void Free(CrashHostProcess host)
    {
        // The limit goes with its process.
        if (!host.HasExited)
        {
            SetLimit(host, ulong.MaxValue);
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    static void SetLimit(CrashHostProcess host, ulong bytes)
    {
        // Only the soft limit: it can be raised again.
        var limit = new Limit { Soft = bytes, Hard = ulong.MaxValue };
        Assert.True(SetProcessLimit(host.Id, LimitOfFileSize, ref limit, IntPtr.Zero) == 0, "The limit for the size of files cannot be set.");
    }

    [DllImport("libc", EntryPoint = "prlimit", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    static extern int SetProcessLimit(int process, int resource, ref Limit limit, IntPtr old);

    [StructLayout(LayoutKind.Sequential)]
    struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
