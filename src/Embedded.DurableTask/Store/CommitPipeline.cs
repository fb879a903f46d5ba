namespace Embedded.DurableTask.Store;

/// <summary>Something to be written as one: all of it, or nothing.</summary>
internal abstract class WriteOperation
{
    /// <summary>Runs the statements. May be called again after a failure, so it leaves nothing behind but rows.</summary>
    public abstract void Apply(StoreWriter writer);

    /// <summary>About how many bytes of payload it writes.</summary>
    public virtual long Bytes => 0;

    /// <summary>It is on disk. Must be quick and must not throw: the next commit waits for it.</summary>
    public abstract void Completed();

    /// <summary>It is not on disk, and nothing of it is.</summary>
    public abstract void Failed(Exception reason);
}

/// <summary>
/// The single writer. Whatever becomes ready while a commit runs goes into the next one: one fsync for all of it.
/// There is no writer thread: the first to bring work when none is under way commits it, and goes on for as long as more arrives.
/// So a lone caller pays no thread switch, and many callers share one commit.
/// </summary>
internal sealed class CommitPipeline : IThreadPoolWorkItem, IDisposable
{
    /// <summary>At most this many operations in a transaction: bounds how long the first of them waits.</summary>
    const int MaxGroup = 2_000;

    /// <summary>Pages (of 4 KiB) in the log from which on it is copied into the file in the background.</summary>
    const int CheckpointPages = 1_000;

    readonly StoreWriter _writer;
    readonly SqliteConnection _checkpointer;
    readonly Lock _gate = new();
    readonly ManualResetEventSlim _idle = new(initialState: true);
    List<WriteOperation> _queue = [];
    List<WriteOperation> _group = [];
    bool _running;
    bool _closed;
    long _pagesGuess;
    int _checkpointing;
    volatile bool _finishCheckpoint;

    /// <summary>Told of what an operation's own callback throws, which must not stop the others.</summary>
    public Action<Exception>? CallbackFailed { get; set; }

    public CommitPipeline(StoreWriter writer, SqliteConnection checkpointer) => (_writer, _checkpointer) = (writer, checkpointer);

    /// <summary>Transactions committed so far.</summary>
    public long Commits { get; private set; }

    /// <summary>Queues an operation; its outcome is told through <see cref="WriteOperation.Completed"/> or <c>Failed</c>.</summary>
    /// <param name="operation">What to write.</param>
    /// <param name="onThisThread">Whether the calling thread may do the writing: not when it belongs to a caller of the API.</param>
    public void Enqueue(WriteOperation operation, bool onThisThread)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _queue.Add(operation);
                if (_running)
                {
                    return;
                }

                _running = true;
                _idle.Reset();
                operation = null!;
            }
        }

        if (operation is not null)
        {
            Tell(operation, new ObjectDisposedException(nameof(EmbeddedTaskHub), "The task hub has been stopped."));
        }
        else if (onThisThread)
        {
            Execute();
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    public void Execute()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_queue.Count == 0)
                {
                    _running = false;
                    _idle.Set();
                    return;
                }

                if (_queue.Count <= MaxGroup)
                {
                    (_queue, _group) = (_group, _queue);
                }
                else
                {
                    _group.AddRange(_queue.GetRange(0, MaxGroup));
                    _queue.RemoveRange(0, MaxGroup);
                }
            }

            CommitGroup();
            _group.Clear();
            if (_finishCheckpoint)
            {
                FinishCheckpoint();
            }
        }
    }

    void CommitGroup()
    {
        try
        {
            _writer.Begin();
            foreach (WriteOperation operation in _group)
            {
                operation.Apply(_writer);
            }

            _writer.Commit();
            Commits++;
        }
        catch (Exception reason)
        {
            // Whatever went wrong is told to each operation that it concerns.
            RollBack();
            if (_group.Count == 1)
            {
                Tell(_group[0], reason);
            }
            else
            {
                CommitOneByOne();
            }

            return;
        }

        foreach (WriteOperation operation in _group)
        {
            Tell(operation, failure: null);
            _pagesGuess += 1 + (operation.Bytes / 4096);
        }

        _pagesGuess += 4;
        if (_pagesGuess > CheckpointPages && Interlocked.Exchange(ref _checkpointing, 1) == 0)
        {
            _pagesGuess = 0;
            ThreadPool.UnsafeQueueUserWorkItem(static self => self.CheckpointInBackground(), this, preferLocal: false);
        }
    }

    /// <summary>So that one operation that cannot be written does not take the others of its group with it.</summary>
    void CommitOneByOne()
    {
        foreach (WriteOperation operation in _group)
        {
            try
            {
                _writer.Begin();
                operation.Apply(_writer);
                _writer.Commit();
                Commits++;
            }
            catch (Exception reason)
            {
                // As above.
                RollBack();
                Tell(operation, reason);
                continue;
            }

            Tell(operation, failure: null);
        }
    }

    void Tell(WriteOperation operation, Exception? failure)
    {
        try
        {
            if (failure is null)
            {
                operation.Completed();
            }
            else
            {
                operation.Failed(failure);
            }
        }
        catch (Exception e)
        {
            CallbackFailed?.Invoke(e);
        }
    }

    void RollBack()
    {
        try
        {
            _writer.Rollback();
        }
        catch (SqliteException)
        {
            // The transaction is gone already, or goes with the next BEGIN, whose failure is then reported.
        }
    }

    /// <summary>Most of the copying, and its fsync, next to the commits that go on meanwhile.</summary>
    void CheckpointInBackground()
    {
        try
        {
            _checkpointer.Checkpoint();
            _finishCheckpoint = true;
        }
        catch (SqliteException)
        {
            // The log stays and grows until a later checkpoint gets through; a full disk is reported by the commits.
        }
        finally
        {
            Volatile.Write(ref _checkpointing, 0);
        }
    }

    /// <summary>
    /// The few pages written during the background copy. Only when all is copied does SQLite start again at the head of the log,
    /// which keeps it short, and commits that overwrite it are cheaper than those that extend it.
    /// </summary>
    void FinishCheckpoint()
    {
        _finishCheckpoint = false;
        try
        {
            _writer.Checkpoint();
        }
        catch (SqliteException)
        {
            // As above.
        }
    }

    /// <summary>Waits until nothing is being written.</summary>
    public bool Drain(TimeSpan limit) => _idle.Wait(limit);

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
        }

        Drain(TimeSpan.FromSeconds(30));
        SpinWait.SpinUntil(() => Volatile.Read(ref _checkpointing) == 0, TimeSpan.FromSeconds(30));
        _checkpointer.Dispose();
        _writer.Dispose();
        _idle.Dispose();
    }
}
