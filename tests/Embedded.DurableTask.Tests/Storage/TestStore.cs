using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Engine.History;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Storage;

/// <summary>A store file with its writer and readers, and no engine.</summary>
internal sealed class TestStore : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("embedded-").FullName;
    readonly Lock _gate = new();
    StoreFile? _file;

    public string Path => System.IO.Path.Combine(_folder, "hub.db");

    public Action<string>? Faults { get; set; }

    public StoreFile File
    {
        get
        {
            lock (_gate)
            {
                return _file ??= StoreFile.Open(Path, relaxed: true, name => Faults?.Invoke(name));
            }
        }
    }

    public long Count(string table) => File.Readers.Read(reader => reader.Scalar($"SELECT COUNT(*) FROM {table}"));

    public void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    /// <summary>Runs SQL on the closed file, as a person with a tool would.</summary>
    public void Tamper(string sql)
    {
        Close();
        using SqliteConnection connection = SqliteConnection.Open(Path, readOnly: false);
        connection.Execute(sql);
    }

    /// <summary>Writes the rows in one operation.</summary>
    public Task InsertAsync(IEnumerable<InstanceRow> rows)
    {
        var operation = new TestOperation(writer =>
        {
            foreach (InstanceRow row in rows)
            {
                writer.InsertInstance(row);
            }
        });
        File.Pipeline.Enqueue(operation, onThisThread: false);
        return operation.Task;
    }

    public void Dispose()
    {
        Close();
        Directory.Delete(_folder, recursive: true);
    }

    public static InstanceRow Row(long key) => new()
    {
        Key = key,
        Execution = key,
        Id = $"i{key:00000}",
        Name = "Test",
        Status = OrchestrationRuntimeStatus.Completed,
        Created = key,
        Updated = key,
    };

    public static Message Message(long sequence) => new("i", new Entry(EntryKind.Resumed)) { Sequence = sequence };
}

/// <summary>An operation that tells how it went.</summary>
internal sealed class TestOperation(Action<StoreWriter> apply) : WriteOperation
{
    readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _attempts;

    public Task Task => _done.Task;

    public int Attempts => _attempts;

    /// <summary>Called when the operation is told that it is on disk.</summary>
    public Action? OnCompleted { get; init; }

    public override void Apply(StoreWriter writer)
    {
        _attempts++;
        apply(writer);
    }

    public override void Completed()
    {
        OnCompleted?.Invoke();
        _done.SetResult();
    }

    public override void Failed(Exception reason) => _done.SetException(reason);
}
