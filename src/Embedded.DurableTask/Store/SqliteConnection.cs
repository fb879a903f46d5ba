using SQLitePCL;

namespace Embedded.DurableTask.Store;

/// <summary>
/// One SQLite connection, used by one thread at a time. A thin skin over the raw API: going through ADO.NET costs about
/// five times as much per row, and the row rate is what bounds the engine.
/// </summary>
internal sealed class SqliteConnection : IDisposable
{
    readonly sqlite3 _db;
    readonly List<SqliteStatement> _statements = [];

    static SqliteConnection() => Batteries_V2.Init();

    SqliteConnection(sqlite3 db, string file) => (_db, File) = (db, file);

    public string File { get; }

    /// <summary>How many rows the last INSERT, UPDATE or DELETE touched.</summary>
    public int Changes => raw.sqlite3_changes(_db);

    /// <summary>Whether a transaction is open: a full disk may have rolled it back already.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_db) == 0;

    public static SqliteConnection Open(string file, bool readOnly)
    {
        int flags = raw.SQLITE_OPEN_NOMUTEX | (readOnly
            ? raw.SQLITE_OPEN_READONLY
            : raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE);
        int code = raw.sqlite3_open_v2(file, out sqlite3 db, flags, null);
        var connection = new SqliteConnection(db, file);
        if (code != raw.SQLITE_OK)
        {
            SqliteException failure = connection.Failure(code, "open");
            connection.Dispose();
            throw failure;
        }

        raw.sqlite3_busy_timeout(db, 10_000);
        return connection;
    }

    public SqliteStatement Prepare(string sql)
    {
        int code = raw.sqlite3_prepare_v2(_db, sql, out sqlite3_stmt statement);
        if (code != raw.SQLITE_OK)
        {
            throw Failure(code, sql);
        }

        var prepared = new SqliteStatement(this, statement, sql);
        _statements.Add(prepared);
        return prepared;
    }

    public void Execute(string sql)
    {
        int code = raw.sqlite3_exec(_db, sql);
        if (code != raw.SQLITE_OK)
        {
            throw Failure(code, sql);
        }
    }

    public long ExecuteScalar(string sql)
    {
        using SqliteStatement statement = Prepare(sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    /// <summary>Copies committed pages from the log into the database file without ever waiting for anybody.</summary>
    /// <returns>Pages in the log, and how many of them are now in the database file.</returns>
    public (int Logged, int Copied) Checkpoint()
    {
        int code = raw.sqlite3_wal_checkpoint_v2(_db, null, raw.SQLITE_CHECKPOINT_PASSIVE, out int logged, out int copied);
        return code is raw.SQLITE_OK or raw.SQLITE_BUSY ? (logged, copied) : throw Failure(code, "checkpoint");
    }

    public SqliteException Failure(int code, string action)
    {
        int extended = raw.sqlite3_extended_errcode(_db);
        string message = raw.sqlite3_errmsg(_db).utf8_to_string();
        return new SqliteException((extended & 0xff) == (code & 0xff) ? extended : code, $"{message} ({File}, while running: {action})");
    }

    internal void Forget(SqliteStatement statement) => _statements.Remove(statement);

    public void Dispose()
    {
        foreach (SqliteStatement statement in _statements.ToArray())
        {
            statement.Dispose();
        }

        raw.sqlite3_close_v2(_db);
    }
}
