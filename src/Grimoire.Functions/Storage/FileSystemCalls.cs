using System.Runtime.InteropServices;
using System.Text;

namespace Grimoire.Functions.Storage;

/// <summary>Two things that .NET has no call for on Linux and macOS: a name that is taken only if it is free, and flushing a folder.</summary>
static class FileSystemCalls
{
    const int Interrupted = 4;
    const int AlreadyExists = 17;
    const int InvalidArgument = 22;

    /// <summary>"Operation not permitted", "not supported": the file system has no hard links.</summary>
    static readonly int[] NoLinks = OperatingSystem.IsMacOS() ? [1, 45, 102] : [1, 38, 95];

    /// <summary>
    /// Moves a file to a name that is free, or says that it is not. On Unix File.Move looks first and renames then, which two processes can both do;
    /// link(2) fails for all but one. On Windows File.Move is exclusive itself.
    /// </summary>
    public static bool MoveNew(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            return MoveUnlessThere(from, to);
        }

        while (Link(Bytes(from), Bytes(to)) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == AlreadyExists)
            {
                return false;
            }

            if (NoLinks.Contains(error))
            {
                // Good enough, because the folder is this process's alone, and it does one thing at a time with a name.
                return MoveUnlessThere(from, to);
            }

            if (error != Interrupted)
            {
                throw Failure($"'{to}' could not be created", error);
            }
        }

        File.Delete(from);
        return true;
    }

    /// <summary>Returns when the names in a folder are on the disk. Windows has no such call and needs none: NTFS keeps names in its journal.</summary>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // Read only, not inherited by child processes.
        var descriptor = Open(Bytes(folder), OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000);
        if (descriptor < 0)
        {
            throw Failure($"The folder '{folder}' could not be opened", Marshal.GetLastPInvokeError());
        }

        try
        {
            while (Sync(descriptor) != 0)
            {
                var error = Marshal.GetLastPInvokeError();
                if (error == InvalidArgument)
                {
                    // A file system that cannot flush folders.
                    return;
                }

                if (error != Interrupted)
                {
                    throw Failure($"The folder '{folder}' could not be flushed", error);
                }
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    static bool MoveUnlessThere(string from, string to)
    {
        if (File.Exists(to))
        {
            return false;
        }

        try
        {
            File.Move(from, to, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(to))
        {
            return false;
        }
    }

    static IOException Failure(string what, int error) => new($"{what}: {Marshal.GetPInvokeErrorMessage(error)}.");

    static byte[] Bytes(string path) => Encoding.UTF8.GetBytes(path + '\0');

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Link(byte[] from, byte[] to);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Close(int descriptor);
}
