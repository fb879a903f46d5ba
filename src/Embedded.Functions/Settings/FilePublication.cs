using System.Runtime.InteropServices;

namespace Embedded.Functions.Settings;

/// <summary>Gives a finished file its name, unless there is a file of that name.</summary>
internal static class FilePublication
{
    const int FileExists = 17;

    /// <returns>Whether it was done: of all who try it at once, one succeeds.</returns>
    public static bool TryPublish(string temporary, string path)
    {
        // File.Move without overwriting first looks and then renames, so another process can come in between; a hard link cannot
        // replace anything. Some file systems have none: there the small gap remains.
        if (!OperatingSystem.IsWindows())
        {
            if (Link(temporary, path) == 0)
            {
                return true;
            }

            if (Marshal.GetLastPInvokeError() == FileExists)
            {
                return false;
            }
        }

        try
        {
            File.Move(temporary, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "link", ExactSpelling = true, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}
