using System.Collections.Concurrent;

namespace Grimoire.Functions.Storage;

/// <summary>Writes that are on the disk when they return, and are whole or not there whenever the machine stops.</summary>
/// <remarks>
/// What a crash may not take back needs two flushes: of the content before it gets its name, and of the folder that holds the name.
/// A new folder's own name needs a third, once. Windows writes names through its journal and has no flush for folders.
/// </remarks>
sealed class FileDisk(string root)
{
    const int MaxKnownFolders = 4096;

    readonly string _unfinished = Path.Combine(root, ".tmp");
    readonly ConcurrentDictionary<string, Lazy<bool>> _folders = new(StringComparer.Ordinal);

    /// <summary>What a crash has left unfinished was never promised to anybody.</summary>
    public void Clean()
    {
        Directory.CreateDirectory(_unfinished);
        foreach (var left in Directory.EnumerateFiles(_unfinished))
        {
            File.Delete(left);
        }
    }

    public string NewUnfinished() => Path.Combine(_unfinished, Guid.NewGuid().ToString("N"));

    public string WriteUnfinished(ReadOnlySpan<byte> content)
    {
        var path = NewUnfinished();
        try
        {
            using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            RandomAccess.Write(file, content, 0);
            RandomAccess.FlushToDisk(file);
            return path;
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Gives what is finished its name, if that is free: decided by the file system.</summary>
    public bool PublishNew(string unfinished, string path)
    {
        var folder = FolderFor(path);
        if (!FileSystemCalls.MoveNew(unfinished, path))
        {
            return false;
        }

        SyncFolder(folder);
        return true;
    }

    /// <summary>Gives what is finished its name, in the place of what is there.</summary>
    public void PublishOver(string unfinished, string path)
    {
        var folder = FolderFor(path);
        File.Move(unfinished, path, overwrite: true);
        SyncFolder(folder);
    }

    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            return;
        }

        if (Directory.Exists(Path.GetDirectoryName(path)))
        {
            SyncFolder(Path.GetDirectoryName(path)!);
        }
    }

    /// <summary>The folder of a file, which is there for good when this returns.</summary>
    public string FolderFor(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        Ensure(folder);
        if (!Directory.Exists(folder))
        {
            // Somebody has removed it: believe no longer that any is there.
            _folders.Clear();
            Ensure(folder);
        }

        return folder;
    }

    public static void SyncFolder(string folder) => FileSystemCalls.SyncFolder(folder);

    /// <summary>
    /// Flushes the folder's own name once in the life of the process, even if the folder is there: whoever made it may have been stopped before that.
    /// </summary>
    void Ensure(string folder)
    {
        if (folder.Length <= root.Length)
        {
            return;
        }

        // Two that need one folder wait for one flush.
        var made = _folders.GetOrAdd(folder, static (path, disk) => new Lazy<bool>(() => disk.Make(path)), this);
        try
        {
            _ = made.Value;
        }
        catch
        {
            _folders.TryRemove(new KeyValuePair<string, Lazy<bool>>(folder, made));
            throw;
        }

        if (_folders.Count > MaxKnownFolders)
        {
            _folders.Clear();
        }
    }

    bool Make(string folder)
    {
        Ensure(Path.GetDirectoryName(folder)!);
        Directory.CreateDirectory(folder);
        SyncFolder(Path.GetDirectoryName(folder)!);
        return true;
    }
}
