namespace Embedded.DurableTask.Store;

/// <summary>The file that holds a task hub: opened by one process at a time, brought to the newest schema, and configured.</summary>
internal sealed class StoreFile : IDisposable
{
    readonly FileStream _lock;
    long _lastId;

    StoreFile(string path, FileStream fileLock, CommitPipeline pipeline, ReaderPool readers, long epoch)
    {
        Path = path;
        _lock = fileLock;
        Pipeline = pipeline;
        Readers = readers;
        _lastId = epoch << 40;
    }

    public string Path { get; }

    public CommitPipeline Pipeline { get; }

    public ReaderPool Readers { get; }

    /// <summary>A number that was never handed out before for this file, and is greater than all that were.</summary>
    public long NextId() => Interlocked.Increment(ref _lastId);

    public static StoreFile Open(string path, bool relaxed, Action<string>? faults)
    {
        string full = System.IO.Path.GetFullPath(path);
        if (System.IO.Path.GetDirectoryName(full) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        FileStream fileLock = Lock(full);
        SqliteConnection? main = null;
        SqliteConnection? checkpointer = null;
        try
        {
            main = SqliteConnection.Open(full, readOnly: false);
            main.Execute("PRAGMA journal_mode = WAL");
            main.Execute($"PRAGMA synchronous = {(relaxed ? "NORMAL" : "FULL")}");
            main.Execute("PRAGMA wal_autocheckpoint = 0");
            main.Execute("PRAGMA journal_size_limit = 67108864");
            main.Execute("PRAGMA cache_size = -16000");
            Schema.Migrate(main);
            main.Execute("UPDATE meta SET value = value + 1 WHERE name = 'epoch'");
            long epoch = main.ExecuteScalar("SELECT value FROM meta WHERE name = 'epoch'");
            checkpointer = SqliteConnection.Open(full, readOnly: false);
            checkpointer.Execute($"PRAGMA synchronous = {(relaxed ? "NORMAL" : "FULL")}");
            checkpointer.Execute("PRAGMA wal_autocheckpoint = 0");
            checkpointer.Execute("PRAGMA cache_size = -500");
            var pipeline = new CommitPipeline(new StoreWriter(main) { Faults = faults }, checkpointer);
            return new StoreFile(full, fileLock, pipeline, new ReaderPool(full), epoch);
        }
        catch (SqliteException e) when (e.IsCorrupt)
        {
            Discard();
            throw new InvalidOperationException(
                $"'{full}' is not a task hub file, or it is damaged: {e.Message}. Restore it from a backup, or choose another file.", e);
        }
        catch
        {
            Discard();
            throw;
        }

        void Discard()
        {
            main?.Dispose();
            checkpointer?.Dispose();
            fileLock.Dispose();
        }
    }

    /// <summary>Held by the process as long as it lives, and released by the operating system however it ends.</summary>
    static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new InvalidOperationException(
                $"'{path}' is in use by another process (or another task hub of this one). "
                + "A task hub file is served by one process at a time: stop the other one, or choose another file.", e);
        }
    }

    public void Dispose()
    {
        Readers.Dispose();
        Pipeline.Dispose();
        _lock.Dispose();
    }
}
