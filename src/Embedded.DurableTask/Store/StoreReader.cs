using System.Globalization;
using System.Text.Json;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Engine.History;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Store;

/// <summary>Everything that is read from the file. One connection, one thread at a time; see <see cref="ReaderPool"/>.</summary>
internal sealed class StoreReader : IDisposable
{
    const string Columns = """
        key, id, execution, status, busy, created, updated, start_at, name, version, parent_id, parent_name, parent_execution,
        parent_task, trace, tags, failure, custom_status
        """;

    const string Payloads = "output, COALESCE(input, (SELECT data FROM inputs WHERE inputs.key = instances.key))";

    /// <summary>So many instances are looked up and sorted for each page without further thought.</summary>
    const int NarrowRange = 2_000;

    readonly SqliteConnection _connection;
    readonly SqliteStatement _instance;
    readonly SqliteStatement _history;
    readonly SqliteStatement _lastTurn;
    readonly SqliteStatement _inboxOf;
    readonly SqliteStatement _entity;
    readonly SqliteStatement _children;

    public StoreReader(SqliteConnection connection)
    {
        _connection = connection;
        _instance = connection.Prepare($"SELECT {Columns}, {Payloads} FROM instances WHERE id = ?1");
        _history = connection.Prepare("SELECT turn, data FROM history WHERE execution = ?1 ORDER BY turn");
        _lastTurn = connection.Prepare("SELECT turn, substr(data, 1, 9) FROM history WHERE execution = ?1 ORDER BY turn DESC LIMIT 1");
        _inboxOf = connection.Prepare("SELECT seq, due, data FROM inbox WHERE target = ?1 ORDER BY seq");
        _entity = connection.Prepare("SELECT modified, locked_by, locked_execution, state FROM entities WHERE id = ?1");
        _children = connection.Prepare("SELECT id FROM instances WHERE parent_id = ?1");
    }

    public InstanceRow? FindInstance(string id)
    {
        if (!_instance.Bind(1, id).Step())
        {
            return null;
        }

        try
        {
            return WithLastTurn(ReadRow(_instance, payloads: true));
        }
        finally
        {
            _instance.Reset();
        }
    }

    /// <summary>The turns of an execution, in order. A gap means that the file was tampered with: it is an error.</summary>
    public IReadOnlyList<Turn> ReadHistory(long execution)
    {
        var turns = new List<Turn>();
        _history.Bind(1, execution);
        try
        {
            while (_history.Step())
            {
                long number = _history.Int64(0);
                if (number != turns.Count)
                {
                    throw new InvalidDataException($"The history jumps from turn {turns.Count - 1} to turn {number}.");
                }

                try
                {
                    turns.Add(EntryCodec.ReadTurn(number, _history.Blob(1)));
                }
                catch (Exception e) when (e is InvalidDataException or ArgumentException or JsonException)
                {
                    throw new InvalidDataException($"Turn {number} of the history cannot be read: {e.Message}", e);
                }
            }
        }
        finally
        {
            _history.Reset();
        }

        return turns;
    }

    /// <summary>What waits for an instance or entity. A damaged row is a message that says so: it has to be dealt with, too.</summary>
    public IReadOnlyList<Message> ReadInbox(string target)
    {
        var messages = new List<Message>();
        _inboxOf.Bind(1, target);
        try
        {
            while (_inboxOf.Step())
            {
                Message message;
                try
                {
                    message = EntryCodec.ReadMessage(_inboxOf.Int64(0), target, _inboxOf.Blob(2));
                }
                catch (InvalidDataException e)
                {
                    message = new Message(target, new Entry(EntryKind.Unreadable) { Payload = e.Message }) { Sequence = _inboxOf.Int64(0) };
                }

                messages.Add(message with { Due = _inboxOf.IsNull(1) ? 0 : _inboxOf.Int64(1) });
            }
        }
        finally
        {
            _inboxOf.Reset();
        }

        return messages;
    }

    public EntityRow? FindEntity(string id)
    {
        if (!_entity.Bind(1, id).Step())
        {
            return null;
        }

        var row = new EntityRow(id)
        {
            Modified = _entity.Int64(0),
            LockedBy = _entity.TextOrNull(1),
            LockedExecution = _entity.Int64(2),
            State = _entity.TextOrNull(3),
        };
        _entity.Reset();
        return row;
    }

    public IReadOnlyList<string> FindChildren(string parentId)
    {
        var children = new List<string>();
        _children.Bind(1, parentId);
        while (_children.Step())
        {
            children.Add(_children.Text(0));
        }

        return children;
    }

    public IReadOnlyList<string> FindBusy() => ReadTexts("SELECT id FROM instances WHERE busy = 1 AND start_at IS NULL ORDER BY key");

    public IReadOnlyList<string> FindInboxTargets() => ReadTexts("SELECT DISTINCT target FROM inbox WHERE due IS NULL");

    public IEnumerable<(long Execution, int Task, long Due, string Instance)> ReadTimers()
    {
        using SqliteStatement s = _connection.Prepare("SELECT execution, task, due, instance FROM timers");
        while (s.Step())
        {
            yield return (s.Int64(0), s.Int32(1), s.Int64(2), s.Text(3));
        }
    }

    public IEnumerable<(string Id, long Execution, long StartAt)> ReadDelayedStarts()
    {
        using SqliteStatement s = _connection.Prepare(
            "SELECT id, execution, start_at FROM instances WHERE busy = 1 AND start_at IS NOT NULL");
        while (s.Step())
        {
            yield return (s.Text(0), s.Int64(1), s.Int64(2));
        }
    }

    public IEnumerable<(string Target, long Due)> ReadDelayedMessages()
    {
        using SqliteStatement s = _connection.Prepare("SELECT DISTINCT target, due FROM inbox WHERE due IS NOT NULL");
        while (s.Step())
        {
            yield return (s.Text(0), s.Int64(1));
        }
    }

    /// <summary>A page of instances in the order of their ids, as Azure Storage lists them, and the id after which the next page begins (null: nowhere).</summary>
    public (IReadOnlyList<InstanceRow> Rows, string? Next) Query(InstanceQuery query)
    {
        (string sql, IReadOnlyList<object> values) = Select(query, IsNarrow);
        using SqliteStatement s = _connection.Prepare(sql);
        Bind(s, values);

        var rows = new List<InstanceRow>();
        while (s.Step())
        {
            if (rows.Count == query.PageSize)
            {
                return (rows, rows[^1].Id);
            }

            rows.Add(WithLastTurn(ReadRow(s, query.WithPayloads)));
        }

        return (rows, null);
    }

    /// <summary>
    /// The statement for a query, with one row more than the page has. Instances are wanted in the order of their ids: what fits a narrow
    /// condition is looked up in its index and sorted, but with a wide one that would mean to sort most of the table for each page.
    /// </summary>
    internal static (string Sql, IReadOnlyList<object> Values) Select(InstanceQuery query, Func<string, IReadOnlyList<object>, bool> isNarrow)
    {
        var where = new List<string>();
        var values = new List<object>();
        void Add(string condition, params object[] parameters)
        {
            where.Add(condition);
            values.AddRange(parameters);
        }

        // The plus sign keeps SQLite from using the index.
        void AddIndexed(string condition, params object[] parameters) => Add(
            isNarrow(condition, parameters) ? $"key IN (SELECT key FROM instances WHERE {condition})" : "+" + condition, parameters);

        void AddTimes(string column, DateTimeOffset? from, DateTimeOffset? to)
        {
            if (from is not null || to is not null)
            {
                AddIndexed($"{column} BETWEEN ? AND ?", from?.UtcTicks ?? 0, to?.UtcTicks ?? long.MaxValue);
            }
        }

        // One lower bound only: with two, SQLite may begin each page at the wrong one.
        Add("id > ?", query.After);
        if (query.IdPrefix is { Length: > 0 } prefix)
        {
            if (query.After.StartsWith(prefix, StringComparison.Ordinal))
            {
                Add("id <= ?", UpperBound(prefix));
            }
            else
            {
                where[0] = "+id > ?";
                Add("id BETWEEN ? AND ?", prefix, UpperBound(prefix));
            }
        }

        if (query.Statuses is { Count: > 0 } statuses)
        {
            AddIndexed($"status IN ({string.Join(", ", statuses.Select(s => ((int)s).ToString(CultureInfo.InvariantCulture)))})");
        }

        if (query.Name is { } name)
        {
            AddIndexed("name = ?", name);
        }

        AddTimes("created", query.CreatedFrom, query.CreatedTo);
        AddTimes("updated", query.UpdatedFrom, query.UpdatedTo);
        foreach ((string tag, string value) in query.Tags ?? new Dictionary<string, string>())
        {
            Add("key IN (SELECT key FROM tags WHERE name = ? AND value = ?)", tag, value);
        }

        values.Add((long)query.PageSize + 1);
        string sql = $"SELECT {Columns}{(query.WithPayloads ? $", {Payloads}" : string.Empty)} FROM instances "
            + $"WHERE {string.Join(" AND ", where)} ORDER BY id LIMIT ?";
        return (sql, values);
    }

    /// <summary>A page of entities in order of their ids, and the id after which the next page begins (null: nowhere).</summary>
    public (IReadOnlyList<EntityRow> Rows, string? Next) QueryEntities(
        string prefix, long modifiedFrom, long modifiedTo, bool withState, bool withTransient, string? after, int pageSize)
    {
        using SqliteStatement s = _connection.Prepare($"""
            SELECT id, modified, locked_by, locked_execution, {(withState ? "state" : "NULL")},
                (SELECT COUNT(*) FROM inbox WHERE target = entities.id AND due IS NULL)
            FROM entities
            WHERE id >= ?1 AND id < ?2 AND id > ?3 AND modified BETWEEN ?4 AND ?5 AND (?6 OR state IS NOT NULL)
            ORDER BY id LIMIT ?7
            """);
        s.Bind(1, prefix.Length == 0 ? "@" : prefix)
            .Bind(2, UpperBound(prefix.Length == 0 ? "@" : prefix))
            .Bind(3, after ?? string.Empty)
            .Bind(4, modifiedFrom)
            .Bind(5, modifiedTo)
            .Bind(6, withTransient ? 1 : 0)
            .Bind(7, (long)pageSize + 1);
        var rows = new List<EntityRow>();
        while (s.Step())
        {
            if (rows.Count == pageSize)
            {
                return (rows, rows[^1].Id);
            }

            rows.Add(new EntityRow(s.Text(0))
            {
                Modified = s.Int64(1),
                LockedBy = s.TextOrNull(2),
                LockedExecution = s.Int64(3),
                State = s.TextOrNull(4),
                Backlog = s.Int32(5),
            });
        }

        return (rows, null);
    }

    public long Scalar(string sql) => _connection.ExecuteScalar(sql);

    public void Dispose() => _connection.Dispose();

    bool IsNarrow(string condition, IReadOnlyList<object> values)
    {
        using SqliteStatement s = _connection.Prepare($"SELECT COUNT(*) FROM (SELECT 1 FROM instances WHERE {condition} LIMIT {NarrowRange + 1})");
        Bind(s, values);
        return s.Step() && s.Int64(0) <= NarrowRange;
    }

    static void Bind(SqliteStatement s, IReadOnlyList<object> values)
    {
        for (int i = 0; i < values.Count; i++)
        {
            _ = values[i] is string text ? s.Bind(i + 1, text) : s.Bind(i + 1, (long)values[i]);
        }
    }

    /// <summary>The row of a running instance is not rewritten at each turn: its last turn knows better when it was updated.</summary>
    InstanceRow WithLastTurn(InstanceRow row)
    {
        if (row.IsTerminal || !_lastTurn.Bind(1, row.Execution).Step())
        {
            return row;
        }

        ReadOnlySpan<byte> head = _lastTurn.Blob(1);
        long ticks = head.Length == 9 ? System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(head[1..]) : 0;
        _lastTurn.Reset();
        return ticks > row.Updated && ticks <= DateTime.MaxValue.Ticks ? row with { Updated = ticks } : row;
    }

    static InstanceRow ReadRow(SqliteStatement s, bool payloads) => new()
    {
        Key = s.Int64(0),
        Id = s.Text(1),
        Execution = s.Int64(2),
        Status = (OrchestrationRuntimeStatus)s.Int32(3),
        Busy = s.Int32(4) != 0,
        Created = s.Int64(5),
        Updated = s.Int64(6),
        StartAt = s.IsNull(7) ? null : s.Int64(7),
        Name = s.Text(8),
        Version = s.Text(9),
        Parent = s.IsNull(10) ? null : new ParentRef(s.Text(10), s.Text(11), s.Int64(12), s.Int32(13)),
        Trace = s.TextOrNull(14),
        Tags = s.IsNull(15) ? null : JsonSerializer.Deserialize<Dictionary<string, string>>(s.Text(15)),
        Failure = s.IsNull(16) ? null : EntryCodec.ReadFailure(s.Blob(16)),
        CustomStatus = s.TextOrNull(17),
        Output = payloads ? s.TextOrNull(18) : null,
        Input = payloads ? s.TextOrNull(19) : null,
    };

    List<string> ReadTexts(string sql)
    {
        using SqliteStatement s = _connection.Prepare(sql);
        var texts = new List<string>();
        while (s.Step())
        {
            texts.Add(s.Text(0));
        }

        return texts;
    }

    /// <summary>The first text, in SQLite's byte order, that comes after all that begin with the prefix.</summary>
    static string UpperBound(string prefix) => prefix + "\U0010FFFF";
}
