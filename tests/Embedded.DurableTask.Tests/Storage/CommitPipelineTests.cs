using Embedded.DurableTask.Store;
using Embedded.DurableTask.Tests.Support;
using SQLitePCL;

namespace Embedded.DurableTask.Tests.Storage;

/// <summary>Group commit: all of a group or, one by one, all that can be written; each told exactly once, in order, after the disk.</summary>
public sealed class CommitPipelineTests : IDisposable
{
    readonly TestStore _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task What_comes_while_a_commit_runs_goes_into_one_commit()
    {
        using var gate = new Gate(this);
        long before = _store.File.Pipeline.Commits;
        TestOperation[] group = [.. Enumerable.Range(1, 100).Select(n => Enqueue(Insert(n)))];

        await gate.OpenAsync();
        await Wait.For(Task.WhenAll(group.Select(o => o.Task)));

        Assert.Equal(2, _store.File.Pipeline.Commits - before);
        Assert.Equal(100, _store.Count("inbox"));
    }

    [Fact]
    public async Task An_operation_that_cannot_be_written_does_not_take_others_of_its_group_with_it()
    {
        using var gate = new Gate(this);
        TestOperation first = Enqueue(Insert(1));
        TestOperation bad = Enqueue(new TestOperation(writer =>
        {
            writer.InsertMessage(TestStore.Message(2));
            throw new InvalidDataException("as told");
        }));
        TestOperation duplicate = Enqueue(Insert(1));
        TestOperation last = Enqueue(Insert(3));

        await gate.OpenAsync();

        await Wait.For(first.Task);
        await Wait.For(last.Task);
        Assert.Equal("as told", (await Assert.ThrowsAsync<InvalidDataException>(() => Wait.For(bad.Task))).Message);
        Assert.Equal(raw.SQLITE_CONSTRAINT, (await Assert.ThrowsAsync<SqliteException>(() => Wait.For(duplicate.Task))).Code & 0xff);
        Assert.Equal(2, _store.Count("inbox"));
    }

    [Fact]
    public async Task A_group_whose_commit_fails_is_written_one_by_one()
    {
        using var gate = new Gate(this);
        TestOperation[] group = [.. Enumerable.Range(1, 5).Select(n => Enqueue(Insert(n)))];
        int commits = 0;
        _store.Faults = name =>
        {
            // The group's commit, and that of the third operation on its own.
            if (name == "commit" && Interlocked.Increment(ref commits) is 2 or 5)
            {
                throw new SqliteException(raw.SQLITE_FULL, "no space");
            }
        };

        await gate.OpenAsync();
        await Wait.For(Task.WhenAll(group.Where((_, i) => i != 2).Select(o => o.Task)));

        Assert.True((await Assert.ThrowsAsync<SqliteException>(() => Wait.For(group[2].Task))).IsDiskFull);
        Assert.Equal(4, _store.Count("inbox"));
        Assert.All(group, operation => Assert.Equal(2, operation.Attempts));
    }

    [Fact]
    public async Task A_lone_operation_that_fails_is_not_tried_twice()
    {
        TestOperation bad = Enqueue(new TestOperation(_ => throw new InvalidDataException("as told")));

        await Assert.ThrowsAsync<InvalidDataException>(() => Wait.For(bad.Task));

        Assert.Equal(1, bad.Attempts);
        await Wait.For(Enqueue(Insert(1)).Task);
    }

    [Fact]
    public async Task Operations_are_told_in_the_order_in_which_they_came()
    {
        var order = new List<int>();
        TestOperation[] all = [.. Enumerable.Range(1, 3_000).Select(n => Enqueue(Insert(n, () => order.Add(n))))];

        await Wait.For(Task.WhenAll(all.Select(o => o.Task)));

        Assert.Equal(Enumerable.Range(1, 3_000), order);
    }

    [Fact]
    public async Task An_operation_is_told_only_when_others_can_read_it()
    {
        long seen = -1;
        TestOperation operation = Enqueue(Insert(1, () => seen = _store.Count("inbox")));

        await Wait.For(operation.Task);

        Assert.Equal(1, seen);
    }

    [Fact]
    public async Task A_flood_is_written_in_groups_of_bounded_size()
    {
        using var gate = new Gate(this);
        long before = _store.File.Pipeline.Commits;
        TestOperation[] all = [.. Enumerable.Range(1, 7_000).Select(n => Enqueue(Insert(n)))];

        await gate.OpenAsync();
        await Wait.For(Task.WhenAll(all.Select(o => o.Task)));

        Assert.Equal(1 + 4, _store.File.Pipeline.Commits - before);
        Assert.Equal(7_000, _store.Count("inbox"));
    }

    [Fact]
    public async Task Many_writers_at_once_lose_nothing_and_keep_their_order()
    {
        CommitPipeline pipeline = _store.File.Pipeline;
        var orders = Enumerable.Range(0, 8).Select(_ => new List<int>()).ToArray();
        await Wait.For(Task.WhenAll(orders.Select((order, writer) => Task.Run(async () =>
        {
            var mine = new List<Task>();
            for (int n = 0; n < 500; n++)
            {
                int number = n;
                TestOperation operation = Insert((writer * 1_000) + n, () => order.Add(number));
                pipeline.Enqueue(operation, onThisThread: n % 2 == 0);
                mine.Add(operation.Task);
            }

            await Task.WhenAll(mine);
        }))));

        Assert.Equal(4_000, _store.Count("inbox"));
        Assert.All(orders, order => Assert.Equal(Enumerable.Range(0, 500), order));
    }

    [Fact]
    public async Task Closing_waits_for_what_was_taken_on_and_refuses_what_comes_later()
    {
        using var gate = new Gate(this);
        TestOperation taken = Enqueue(Insert(1));
        CommitPipeline pipeline = _store.File.Pipeline;
        Task closing = Task.Run(_store.Close);
        var late = new List<TestOperation>();
        await Wait.Until(() =>
        {
            late.Add(Insert(2 + late.Count));
            pipeline.Enqueue(late[^1], onThisThread: false);
            return late[^1].Task.IsFaulted;
        });

        await gate.OpenAsync();
        await Wait.For(closing);

        await Wait.For(taken.Task);
        Assert.Contains("has been stopped", (await Assert.ThrowsAsync<ObjectDisposedException>(() => late[^1].Task)).Message, StringComparison.Ordinal);
        Assert.Equal(late.Count, _store.Count("inbox"));
    }

    TestOperation Enqueue(TestOperation operation)
    {
        _store.File.Pipeline.Enqueue(operation, onThisThread: false);
        return operation;
    }

    static TestOperation Insert(long sequence, Action? completed = null) =>
        new(writer => writer.InsertMessage(TestStore.Message(sequence))) { OnCompleted = completed };

    /// <summary>Keeps the writer busy, so that whatever comes meanwhile is one group.</summary>
    sealed class Gate : IDisposable
    {
        readonly ManualResetEventSlim _open = new();
        readonly TestOperation _operation;

        public Gate(CommitPipelineTests test)
        {
            using var entered = new ManualResetEventSlim();
            _operation = test.Enqueue(new TestOperation(_ =>
            {
                entered.Set();
                _open.Wait(Wait.Limit);
            }));
            Assert.True(entered.Wait(Wait.Limit));
        }

        public Task OpenAsync()
        {
            _open.Set();
            return Wait.For(_operation.Task);
        }

        public void Dispose()
        {
            _open.Set();
            _operation.Task.Wait(Wait.Limit);
            _open.Dispose();
        }
    }
}
