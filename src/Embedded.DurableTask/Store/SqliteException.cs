using SQLitePCL;

namespace Embedded.DurableTask.Store;

/// <summary>What SQLite refused, with its (extended) result code.</summary>
internal sealed class SqliteException(int code, string message) : IOException($"SQLite error {code}: {message}")
{
    public int Code { get; } = code;

    public bool IsDiskFull => (Code & 0xff) == raw.SQLITE_FULL;

    public bool IsCorrupt => (Code & 0xff) is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;
}
