using System.Text;
using SQLitePCL;

namespace Embedded.DurableTask.Store;

/// <summary>A prepared statement: bind 1-based parameters, step through rows, read 0-based columns.</summary>
internal sealed class SqliteStatement(SqliteConnection connection, sqlite3_stmt statement, string sql) : IDisposable
{
    public SqliteStatement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(statement, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, long? value) => value is { } v ? Bind(index, v) : BindNull(index);

    public SqliteStatement Bind(int index, string? value)
    {
        if (value is null)
        {
            return BindNull(index);
        }

        if (value.Length == 0)
        {
            // An empty span has no address, and SQLite takes a text without an address for NULL.
            Check(raw.sqlite3_bind_text(statement, index, string.Empty));
        }
        else if (value.Length <= 256)
        {
            Span<byte> buffer = stackalloc byte[value.Length * 3];
            int length = Encoding.UTF8.GetBytes(value, buffer);
            Check(raw.sqlite3_bind_text(statement, index, buffer[..length]));
        }
        else
        {
            Check(raw.sqlite3_bind_text(statement, index, Encoding.UTF8.GetBytes(value)));
        }

        return this;
    }

    public SqliteStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        Check(raw.sqlite3_bind_blob(statement, index, value));
        return this;
    }

    public SqliteStatement BindNull(int index)
    {
        Check(raw.sqlite3_bind_null(statement, index));
        return this;
    }

    /// <summary>Moves to the next row. False when there is none: the statement is then ready to be bound again.</summary>
    public bool Step()
    {
        int code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        if (code == raw.SQLITE_DONE)
        {
            raw.sqlite3_reset(statement);
            return false;
        }

        SqliteException failure = connection.Failure(code, sql);
        Reset();
        throw failure;
    }

    /// <summary>Runs a statement that returns no rows, and drops the bound values.</summary>
    public int Run()
    {
        Step();
        raw.sqlite3_clear_bindings(statement);
        return connection.Changes;
    }

    public void Reset()
    {
        raw.sqlite3_reset(statement);
        raw.sqlite3_clear_bindings(statement);
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(statement, column);

    public int Int32(int column) => raw.sqlite3_column_int(statement, column);

    public string Text(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(statement, column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(statement, column);

    public void Dispose()
    {
        connection.Forget(this);
        raw.sqlite3_finalize(statement);
    }

    void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw connection.Failure(code, sql);
        }
    }
}
