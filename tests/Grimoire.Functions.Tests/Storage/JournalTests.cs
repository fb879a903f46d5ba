using System.Text;
using Grimoire.Casts;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;

namespace Grimoire.Functions.Tests.Storage;

/// <summary>What is written to a journal is read once, in order, whatever a crash has left between.</summary>
public sealed class JournalTests
{
    const string Cast = "acme-0000000000000000001";

    static readonly CancellationToken None = CancellationToken.None;

    readonly FaultyObjects _objects = new();

    [Fact]
    [Trait("Row", "SP20")]
    public async Task An_event_that_is_written_twice_is_read_once_where_it_was_first()
    {
        var journal = new Journal(_objects);
        await journal.AppendAsync(Cast, [Event("a"), Event("b")], None);
        await journal.AppendAsync(Cast, [Event("a"), Event("c")], None);

        Assert.Equal(["a", "b", "c"], (await journal.ReadAllAsync(Cast, None)).Select(e => e.Id));
        Assert.Equal(4, (await journal.ReadAsync(Cast, 0, None)).Events.Count);
    }

    [Fact]
    public async Task Who_has_read_before_reads_only_what_was_added_since()
    {
        var journal = new Journal(_objects);
        await journal.AppendAsync(Cast, [Event("a"), Event("b")], None);
        var first = await journal.ReadSinceAsync(Cast, null, None);
        var nothing = await journal.ReadSinceAsync(Cast, first.Mark, None);
        await journal.AppendAsync(Cast, [Event("c")], None);
        var second = await journal.ReadSinceAsync(Cast, nothing.Mark, None);

        Assert.Equal((true, "a,b"), (first.IsAll, string.Join(',', first.Events.Select(e => e.Id))));
        Assert.Equal((false, 0), (nothing.IsAll, nothing.Events.Count));
        Assert.Equal((false, "c"), (second.IsAll, string.Join(',', second.Events.Select(e => e.Id))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("x,y,z,u,v,w")]
    public async Task A_journal_that_was_deleted_meanwhile_is_read_anew(string after)
    {
        var journal = new Journal(_objects);
        await journal.AppendAsync(Cast, [Event("a"), Event("b"), Event("c")], None);
        var before = await journal.ReadSinceAsync(Cast, null, None);
        await _objects.DeleteAsync(CastObjects.Journal(Cast), None);
        await journal.AppendAsync(Cast, after.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Event), None);

        var now = await journal.ReadSinceAsync(Cast, before.Mark, None);

        Assert.Equal((true, after), (now.IsAll, string.Join(',', now.Events.Select(e => e.Id))));
    }

    [Fact]
    public async Task Reading_goes_on_where_it_ended()
    {
        var journal = new Journal(_objects);
        await journal.AppendAsync(Cast, [Event("a")], None);
        var (first, offset) = await journal.ReadAsync(Cast, 0, None);
        var (none, same) = await journal.ReadAsync(Cast, offset, None);
        await journal.AppendAsync(Cast, [Event("b")], None);
        var (second, _) = await journal.ReadAsync(Cast, offset, None);

        Assert.Equal(("a", "b"), (first.Single().Id, second.Single().Id));
        Assert.Empty(none);
        Assert.Equal(offset, same);
    }

    [Theory]
    [InlineData("{\"id\":\"torn\",\"ty")]
    [InlineData("")]
    [InlineData("not JSON")]
    [Trait("Row", "SP07")]
    public async Task A_line_that_a_crash_has_left_half_written_hides_no_other(string damaged)
    {
        var journal = new Journal(_objects);
        await journal.AppendAsync(Cast, [Event("a")], None);
        await _objects.AppendAsync(CastObjects.Journal(Cast), Encoding.UTF8.GetBytes(damaged + "\n"), None);
        await journal.AppendAsync(Cast, [Event("b")], None);

        Assert.Equal(["a", "b"], (await journal.ReadAllAsync(Cast, None)).Select(e => e.Id));
    }

    [Fact]
    public async Task No_events_are_no_write()
    {
        await new Journal(_objects).AppendAsync(Cast, [], None);

        Assert.Empty(_objects.Calls);
    }

    [Fact]
    public async Task Whoever_waits_hears_of_the_next_addition_to_that_cast()
    {
        var journal = new Journal(_objects);
        var waiting = journal.WhenAppended(Cast);
        var other = journal.WhenAppended("acme-0000000000000000002");

        await journal.AppendAsync(Cast, [Event("a")], None);

        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(other.IsCompleted);
        Assert.False(journal.WhenAppended(Cast).IsCompleted);
    }

    [Fact]
    public async Task An_addition_that_failed_wakes_nobody_and_is_made_again()
    {
        var journal = new Journal(_objects);
        var waiting = journal.WhenAppended(Cast);
        using (_objects.Fail("*", StoreOperation.Append, moment: FaultMoment.After))
        {
            await Assert.ThrowsAsync<StorageException>(() => journal.AppendAsync(Cast, [Event("a")], None));
        }

        Assert.False(waiting.IsCompleted);
        await journal.AppendAsync(Cast, [Event("a")], None);
        Assert.Equal("a", Assert.Single(await journal.ReadAllAsync(Cast, None)).Id);
    }

    static CastEvent Event(string id) => new(id, "step.started", new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)) { Step = "one" };
}
