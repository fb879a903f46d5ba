using System.Buffers;
using System.Text.Json;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Engine.History;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Store;

/// <summary>
/// Every statement that changes the file, one method each. Only <see cref="CommitPipeline"/> hands it out, inside a transaction.
/// </summary>
internal sealed class StoreWriter : IDisposable
{
    /// <summary>Longer inputs are kept outside the row, which is rewritten at every change of status.</summary>
    const int InlineInput = 2_000;

    readonly SqliteConnection _connection;
    readonly ArrayBufferWriter<byte> _buffer = new(512);

    readonly SqliteStatement _insertInstance;
    readonly SqliteStatement _updateInstance;
    readonly SqliteStatement _updateInput;
    readonly SqliteStatement _findInstance;
    readonly SqliteStatement _isCurrent;
    readonly SqliteStatement _unfinishedChildren;
    readonly SqliteStatement _lockedBy;
    readonly SqliteStatement _deleteInstance;
    readonly SqliteStatement _insertLongInput;
    readonly SqliteStatement _deleteLongInput;
    readonly SqliteStatement _insertTag;
    readonly SqliteStatement _deleteTags;
    readonly SqliteStatement _adoptChildren;
    readonly SqliteStatement _insertTurn;
    readonly SqliteStatement _deleteHistory;
    readonly SqliteStatement _deleteTurnsFrom;
    readonly SqliteStatement _moveHistory;
    readonly SqliteStatement _insertTimer;
    readonly SqliteStatement _deleteTimer;
    readonly SqliteStatement _deleteTimers;
    readonly SqliteStatement _insertMessage;
    readonly SqliteStatement _deleteMessage;
    readonly SqliteStatement _deleteMessagesOf;
    readonly SqliteStatement _putEntity;
    readonly SqliteStatement _deleteEntity;
    readonly SqliteStatement _deleteUnlockedEntity;

    public StoreWriter(SqliteConnection connection)
    {
        _connection = connection;
        _insertInstance = connection.Prepare("""
            INSERT INTO instances(key, id, execution, status, busy, created, updated, start_at, name, version, parent_id,
                parent_name, parent_execution, parent_task, trace, tags, failure, custom_status, output, input)
            VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
            """);
        _updateInstance = connection.Prepare("""
            UPDATE instances SET execution = ?2, status = ?3, busy = ?4, updated = ?5, start_at = ?6, version = ?7, failure = ?8,
                custom_status = ?9, output = ?10 WHERE key = ?1
            """);
        _updateInput = connection.Prepare("UPDATE instances SET input = ?2 WHERE key = ?1");
        _findInstance = connection.Prepare("""
            SELECT key, execution, status, parent_id, parent_name, parent_execution, parent_task, name FROM instances WHERE id = ?1
            """);
        _isCurrent = connection.Prepare("SELECT 1 FROM instances WHERE key = ?1 AND execution = ?2");
        _unfinishedChildren = connection.Prepare($"""
            SELECT id FROM instances WHERE parent_id = ?1
                AND status NOT IN ({(int)OrchestrationRuntimeStatus.Completed}, {(int)OrchestrationRuntimeStatus.Failed}, {(int)OrchestrationRuntimeStatus.Terminated})
            """);
        _lockedBy = connection.Prepare("SELECT id FROM entities WHERE locked_by = ?1 AND locked_execution = ?2");
        _deleteInstance = connection.Prepare("DELETE FROM instances WHERE key = ?1");
        _insertLongInput = connection.Prepare("INSERT OR REPLACE INTO inputs(key, data) VALUES(?1, ?2)");
        _deleteLongInput = connection.Prepare("DELETE FROM inputs WHERE key = ?1");
        _insertTag = connection.Prepare("INSERT OR IGNORE INTO tags(name, value, key) VALUES(?1, ?2, ?3)");
        _deleteTags = connection.Prepare("DELETE FROM tags WHERE key = ?1");
        _adoptChildren = connection.Prepare(
            "UPDATE instances SET parent_execution = ?3 WHERE parent_id = ?1 AND parent_execution = ?2");
        _insertTurn = connection.Prepare("INSERT INTO history(execution, turn, data) VALUES(?1, ?2, ?3)");
        _deleteHistory = connection.Prepare("DELETE FROM history WHERE execution = ?1");
        _deleteTurnsFrom = connection.Prepare("DELETE FROM history WHERE execution = ?1 AND turn >= ?2");
        _moveHistory = connection.Prepare("UPDATE history SET execution = ?2 WHERE execution = ?1");
        _insertTimer = connection.Prepare("INSERT INTO timers(execution, task, due, instance) VALUES(?1, ?2, ?3, ?4)");
        _deleteTimer = connection.Prepare("DELETE FROM timers WHERE execution = ?1 AND task = ?2");
        _deleteTimers = connection.Prepare("DELETE FROM timers WHERE execution = ?1");
        _insertMessage = connection.Prepare("INSERT INTO inbox(seq, target, due, data) VALUES(?1, ?2, ?3, ?4)");
        _deleteMessage = connection.Prepare("DELETE FROM inbox WHERE seq = ?1");
        _deleteMessagesOf = connection.Prepare("DELETE FROM inbox WHERE target = ?1");
        _putEntity = connection.Prepare("""
            INSERT INTO entities(id, modified, locked_by, locked_execution, state) VALUES(?1, ?2, ?3, ?4, ?5)
            ON CONFLICT(id) DO UPDATE SET modified = ?2, locked_by = ?3, locked_execution = ?4, state = ?5
            """);
        _deleteUnlockedEntity = connection.Prepare("DELETE FROM entities WHERE id = ?1 AND locked_by IS NULL");
        _deleteEntity = connection.Prepare("DELETE FROM entities WHERE id = ?1");
    }

    /// <summary>Called with the name of each operation before it runs; what it throws is what the operation fails with.</summary>
    public Action<string>? Faults { get; init; }

    public void Begin() => _connection.Execute("BEGIN IMMEDIATE");

    public void Commit()
    {
        Faults?.Invoke("commit");
        _connection.Execute("COMMIT");
    }

    public void Rollback()
    {
        if (_connection.InTransaction)
        {
            _connection.Execute("ROLLBACK");
        }
    }

    public (int Logged, int Copied) Checkpoint() => _connection.Checkpoint();

    public void InsertInstance(InstanceRow row)
    {
        Faults?.Invoke("instance.insert");
        bool inline = row.Input is null || row.Input.Length <= InlineInput;
        SqliteStatement s = _insertInstance
            .Bind(1, row.Key)
            .Bind(2, row.Id)
            .Bind(3, row.Execution)
            .Bind(4, (int)row.Status)
            .Bind(5, row.Busy ? 1 : 0)
            .Bind(6, row.Created)
            .Bind(7, row.Updated)
            .Bind(8, row.StartAt)
            .Bind(9, row.Name)
            .Bind(10, row.Version);
        if (row.Parent is { } parent)
        {
            s.Bind(11, parent.Id).Bind(12, parent.Name).Bind(13, parent.Execution).Bind(14, parent.TaskId);
        }

        if (row.Tags is { Count: > 0 } tags)
        {
            s.Bind(16, JsonSerializer.Serialize(tags));
        }

        s.Bind(15, row.Trace).Bind(18, row.CustomStatus).Bind(19, row.Output).Bind(20, inline ? row.Input : null).Run();
        if (!inline)
        {
            _insertLongInput.Bind(1, row.Key).Bind(2, row.Input).Run();
        }

        if (row.Tags is { Count: > 0 })
        {
            foreach ((string name, string value) in row.Tags)
            {
                _insertTag.Bind(1, name).Bind(2, value).Bind(3, row.Key).Run();
            }
        }
    }

    public void UpdateInstance(InstanceRow row)
    {
        Faults?.Invoke("instance.update");
        SqliteStatement s = _updateInstance
            .Bind(1, row.Key)
            .Bind(2, row.Execution)
            .Bind(3, (int)row.Status)
            .Bind(4, row.Busy ? 1 : 0)
            .Bind(5, row.Updated)
            .Bind(6, row.StartAt)
            .Bind(7, row.Version)
            .Bind(9, row.CustomStatus)
            .Bind(10, row.Output);
        if (row.Failure is { } failure)
        {
            _buffer.ResetWrittenCount();
            EntryCodec.WriteFailure(_buffer, failure);
            s.Bind(8, _buffer.WrittenSpan);
        }

        s.Run();
    }

    public void UpdateInput(long key, string? input)
    {
        Faults?.Invoke("instance.input");
        bool inline = input is null || input.Length <= InlineInput;
        _updateInput.Bind(1, key).Bind(2, inline ? input : null).Run();
        if (inline)
        {
            _deleteLongInput.Bind(1, key).Run();
        }
        else
        {
            _insertLongInput.Bind(1, key).Bind(2, input).Run();
        }
    }

    public StoredInstance? FindInstance(string id)
    {
        Faults?.Invoke("instance.find");
        SqliteStatement s = _findInstance;
        if (!s.Bind(1, id).Step())
        {
            return null;
        }

        var found = new StoredInstance(
            id,
            s.Text(7),
            s.Int64(0),
            s.Int64(1),
            (OrchestrationRuntimeStatus)s.Int32(2),
            s.IsNull(3) ? null : new ParentRef(s.Text(3), s.Text(4), s.Int64(5), s.Int32(6)));
        s.Reset();
        return found;
    }

    /// <summary>Whether the execution is the one that the instance is at.</summary>
    public bool IsCurrent(long key, long execution)
    {
        bool found = _isCurrent.Bind(1, key).Bind(2, execution).Step();
        _isCurrent.Reset();
        return found;
    }

    public List<string> FindUnfinishedChildren(string parentId) => ReadTexts(_unfinishedChildren.Bind(1, parentId));

    public List<string> FindEntitiesLockedBy(string instanceId, long execution) =>
        ReadTexts(_lockedBy.Bind(1, instanceId).Bind(2, execution));

    /// <summary>Removes an instance with all that belongs to it.</summary>
    public void DeleteInstance(StoredInstance instance)
    {
        Faults?.Invoke("instance.delete");
        _deleteInstance.Bind(1, instance.Key).Run();
        _deleteLongInput.Bind(1, instance.Key).Run();
        _deleteTags.Bind(1, instance.Key).Run();
        _deleteMessagesOf.Bind(1, instance.Id).Run();
        DeleteExecution(instance.Execution);
    }

    /// <summary>Removes the history and the timers of one execution.</summary>
    public void DeleteExecution(long execution)
    {
        Faults?.Invoke("history.delete");
        _deleteHistory.Bind(1, execution).Run();
        _deleteTimers.Bind(1, execution).Run();
    }

    public void InsertTurn(long execution, long turn, ReadOnlySpan<byte> data)
    {
        Faults?.Invoke("history.insert");
        _insertTurn.Bind(1, execution).Bind(2, turn).Bind(3, data).Run();
    }

    /// <summary>Keeps the turns before <paramref name="turn"/>, as the beginning of another execution.</summary>
    public void MoveTurnsBefore(long turn, long execution, long newExecution)
    {
        Faults?.Invoke("history.move");
        _deleteTurnsFrom.Bind(1, execution).Bind(2, turn).Run();
        _moveHistory.Bind(1, execution).Bind(2, newExecution).Run();
        _deleteTimers.Bind(1, execution).Run();
    }

    /// <summary>Has the sub-orchestrations of one execution answer to another one.</summary>
    public void AdoptChildren(string parentId, long execution, long newExecution)
    {
        Faults?.Invoke("instance.adopt");
        _adoptChildren.Bind(1, parentId).Bind(2, execution).Bind(3, newExecution).Run();
    }

    public void InsertTimer(long execution, int task, long due, string instance)
    {
        Faults?.Invoke("timer.insert");
        _insertTimer.Bind(1, execution).Bind(2, task).Bind(3, due).Bind(4, instance).Run();
    }

    public void DeleteTimer(long execution, int task)
    {
        Faults?.Invoke("timer.delete");
        _deleteTimer.Bind(1, execution).Bind(2, task).Run();
    }

    public void DeleteTimers(long execution)
    {
        Faults?.Invoke("timer.delete");
        _deleteTimers.Bind(1, execution).Run();
    }

    public void InsertMessage(Message message)
    {
        Faults?.Invoke("inbox.insert");
        _buffer.ResetWrittenCount();
        EntryCodec.WriteMessage(_buffer, message);
        _insertMessage
            .Bind(1, message.Sequence)
            .Bind(2, message.Target)
            .Bind(3, message.Due == 0 ? null : message.Due)
            .Bind(4, _buffer.WrittenSpan)
            .Run();
    }

    /// <returns>False when the message is not there any more.</returns>
    public bool DeleteMessage(long sequence)
    {
        Faults?.Invoke("inbox.delete");
        return _deleteMessage.Bind(1, sequence).Run() == 1;
    }

    public void PutEntity(EntityRow row)
    {
        Faults?.Invoke("entity.put");
        _putEntity
            .Bind(1, row.Id)
            .Bind(2, row.Modified)
            .Bind(3, row.LockedBy)
            .Bind(4, row.LockedExecution)
            .Bind(5, row.State)
            .Run();
    }

    public void DeleteEntity(string id)
    {
        Faults?.Invoke("entity.delete");
        _deleteEntity.Bind(1, id).Run();
    }

    public bool DeleteUnlockedEntity(string id)
    {
        Faults?.Invoke("entity.delete");
        return _deleteUnlockedEntity.Bind(1, id).Run() == 1;
    }

    public void Dispose() => _connection.Dispose();

    static List<string> ReadTexts(SqliteStatement statement)
    {
        var texts = new List<string>();
        while (statement.Step())
        {
            texts.Add(statement.Text(0));
        }

        return texts;
    }
}

/// <summary>What a decision about an instance needs to know of it, read in the transaction that acts on it.</summary>
internal sealed record StoredInstance(
    string Id, string Name, long Key, long Execution, OrchestrationRuntimeStatus Status, ParentRef? Parent)
{
    public bool IsTerminal => Status is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed
        or OrchestrationRuntimeStatus.Terminated;
}
