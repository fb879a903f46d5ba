using System.Text;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;

namespace Grimoire.Functions.Tests.Storage;

public abstract partial class ObjectStoreContract
{
    [ContractFact]
    public async Task A_log_is_its_lines_in_the_order_in_which_they_were_added()
    {
        await Store.AppendAsync("c/journal.jsonl", Bytes("one\n"), None);
        await Store.AppendAsync("c/journal.jsonl", Bytes("two\nthree\n"), None);

        Assert.Equal("one\ntwo\nthree\n", Text(await Store.ReadLogAsync("c/journal.jsonl", 0, None)));
    }

    /// <summary>Who adds to it last must not bring back what somebody else has deleted.</summary>
    [ContractFact]
    public async Task A_log_that_is_not_there_can_be_left_so()
    {
        Assert.False(await Store.AppendAsync("c/journal.jsonl", Bytes("one\n"), None, begin: false));
        Assert.Empty(await ListAsync("c/"));

        Assert.True(await Store.AppendAsync("c/journal.jsonl", Bytes("one\n"), None));
        Assert.True(await Store.AppendAsync("c/journal.jsonl", Bytes("two\n"), None, begin: false));
        Assert.Equal("one\ntwo\n", Text(await Store.ReadLogAsync("c/journal.jsonl", 0, None)));

        await Store.DeleteAsync("c/journal.jsonl", None);
        Assert.False(await Store.AppendAsync("c/journal.jsonl", Bytes("three\n"), None, begin: false));
        Assert.Empty(await ListAsync("c/"));
    }

    [ContractFact]
    public async Task A_log_is_read_on_from_where_a_reader_was()
    {
        await Store.AppendAsync("log", Bytes("one\n"), None);
        var first = await Store.ReadLogAsync("log", 0, None);
        Assert.True((await Store.ReadLogAsync("log", first.Length, None)).IsEmpty);

        await Store.AppendAsync("log", Bytes("two\n"), None);

        Assert.Equal("two\n", Text(await Store.ReadLogAsync("log", first.Length, None)));
        Assert.True((await Store.ReadLogAsync("log", 8, None)).IsEmpty);
        Assert.True((await Store.ReadLogAsync("log", 1000, None)).IsEmpty);
    }

    [ContractFact]
    public async Task Of_a_hundred_additions_at_once_all_are_there_and_each_is_whole()
    {
        var lines = Enumerable.Range(0, 100).Select(i => $"{i}:{new string((char)('a' + (i % 26)), 500 + i)}").ToList();

        await Task.WhenAll(lines.Select(line => Store.AppendAsync("log", Bytes(line + "\n"), None)));

        var stored = Text(await Store.ReadLogAsync("log", 0, None)).TrimEnd('\n').Split('\n');
        Assert.Equal(lines.Order(StringComparer.Ordinal), stored.Order(StringComparer.Ordinal));
    }

    [ContractFact]
    public async Task Who_reads_while_others_write_sees_whole_lines_and_each_once()
    {
        const int Count = 60;
        var writing = Task.WhenAll(Enumerable.Range(0, Count).Select(i => Store.AppendAsync("log", Bytes($"{i}:{new string('x', 300)}\n"), None)));

        var read = new StringBuilder();
        var offset = 0;
        while (true)
        {
            var written = writing.IsCompleted;
            var more = await Store.ReadLogAsync("log", offset, None);
            Assert.True(more.IsEmpty || more.Span[^1] == (byte)'\n');
            read.Append(Text(more));
            offset += more.Length;
            if (written)
            {
                break;
            }
        }

        await writing;
        var ids = read.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(':')[0]);
        Assert.Equal(Count, ids.Distinct().Count());
        Assert.Equal(Enumerable.Range(0, Count).Sum(i => $"{i}:{new string('x', 300)}\n".Length), read.Length);
    }

    [ContractFact]
    public async Task Half_a_line_and_too_much_at_once_are_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Store.AppendAsync("log", Bytes("half"), None));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.AppendAsync("log", ReadOnlyMemory<byte>.Empty, None));
        var tooMuch = new byte[StoreArguments.MaxAppendBytes + 1];
        tooMuch[^1] = (byte)'\n';
        await Assert.ThrowsAsync<ArgumentException>(() => Store.AppendAsync("log", tooMuch, None));

        Assert.True((await Store.ReadLogAsync("log", 0, None)).IsEmpty);
    }

    [ContractFact]
    public async Task A_deleted_log_begins_anew()
    {
        await Store.AppendAsync("log", Bytes("one\n"), None);

        await Store.DeleteAsync("log", None);
        await Store.AppendAsync("log", Bytes("two\n"), None);

        Assert.Equal("two\n", Text(await Store.ReadLogAsync("log", 0, None)));
    }
}
