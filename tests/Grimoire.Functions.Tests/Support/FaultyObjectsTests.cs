using System.Text;
using Grimoire.Functions.Storage;

namespace Grimoire.Functions.Tests.Support;

[Trait("Row", "DW11")]
public sealed class FaultyObjectsTests
{
    static readonly CancellationToken None = CancellationToken.None;
    static readonly byte[] Content = Encoding.UTF8.GetBytes("{}\n");

    readonly FaultyObjects _store = new();

    [Fact]
    public async Task Only_chosen_names_and_operations_fail_and_only_as_often_as_asked()
    {
        var fault = _store.Fail("casts/*/journal.jsonl", StoreOperation.Append, times: 2);

        await _store.CreateAsync("casts/c1/manifest.json", Content, None);
        await _store.AppendAsync("other/journal.jsonl", Content, None);
        await Assert.ThrowsAsync<StorageException>(() => _store.AppendAsync("casts/c1/journal.jsonl", Content, None));
        await Assert.ThrowsAsync<StorageException>(() => _store.AppendAsync("casts/c1/deeper/journal.jsonl", Content, None));
        await _store.AppendAsync("casts/c1/journal.jsonl", Content, None);

        Assert.Equal(2, fault.Hits);
        Assert.Equal(4, _store.Count(StoreOperation.Append));
        Assert.Equal(3, _store.Count(StoreOperation.Writes, "casts/c1/*.jsonl"));
        Assert.Equal(new StoreCall(StoreOperation.Create, "casts/c1/manifest.json"), _store.Calls[0]);
    }

    [Fact]
    public async Task A_fault_before_does_nothing_and_one_after_hides_what_was_done()
    {
        using (_store.Fail("before"))
        using (_store.Fail("after", moment: FaultMoment.After))
        {
            await Assert.ThrowsAsync<StorageException>(() => _store.CreateAsync("before", Content, None));
            await Assert.ThrowsAsync<StorageException>(() => _store.CreateAsync("after", Content, None));
        }

        Assert.Null(await _store.ReadAsync("before", None));
        Assert.NotNull(await _store.ReadAsync("after", None));
    }

    [Fact]
    public async Task Held_calls_wait_until_they_are_released()
    {
        using var held = _store.Hold("o", StoreOperation.Create);
        var creating = _store.CreateAsync("o", Content, None);
        await held.Reached;
        Assert.False(creating.IsCompleted);
        Assert.Null(await _store.ReadAsync("o", None));

        held.Release();

        Assert.NotNull(await creating);
    }
}
