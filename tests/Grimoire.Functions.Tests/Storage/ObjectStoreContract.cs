using System.Text;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;

namespace Grimoire.Functions.Tests.Storage;

/// <summary>What every store promises. Each kind of store has these tests, by a class of its own.</summary>
public abstract partial class ObjectStoreContract : IAsyncLifetime
{
    protected static CancellationToken None => CancellationToken.None;

    protected IObjectStore Store { get; private set; } = null!;

    public async Task InitializeAsync() => Store = await OpenAsync();

    public abstract Task DisposeAsync();

    protected abstract Task<IObjectStore> OpenAsync();

    protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    [ContractFact]
    public async Task What_was_created_is_read_as_it_was()
    {
        var version = await Store.CreateAsync("spells/me/s/head.json", Bytes("Grüße"), None);

        var stored = await Store.ReadAsync("spells/me/s/head.json", None);
        Assert.NotNull(stored);
        Assert.Equal("Grüße", Text(stored.Content));
        Assert.Equal(version, stored.Version);
    }

    [ContractFact]
    public async Task Nothing_is_an_object_too()
    {
        Assert.NotNull(await Store.CreateAsync("empty", ReadOnlyMemory<byte>.Empty, None));

        var stored = await Store.ReadAsync("empty", None);
        Assert.Equal(0, stored?.Content.Length);
    }

    [ContractFact]
    public async Task What_was_never_stored_is_null()
    {
        Assert.Null(await Store.ReadAsync("a/b/c", None));
        Assert.Null(await Store.ReplaceAsync("a/b/c", Bytes("x"), "\"0x8D0000000000000\"", None));
        Assert.Null(await Store.InspectAsync("a/b/c", None));
        Assert.Null(await Store.DownloadAsync("a/b/c", 0, null, None));
        Assert.Null(await Store.DownloadAsync("a/b/c", 0, 0, None));
        Assert.True((await Store.ReadLogAsync("a/b/c", 0, None)).IsEmpty);
        await Store.DeleteAsync("a/b/c", None);
        Assert.Empty(await ListAsync(""));
    }

    [ContractFact]
    public async Task A_name_that_is_taken_is_not_created_again()
    {
        await Store.CreateAsync("claim", Bytes("first"), None);

        Assert.Null(await Store.CreateAsync("claim", Bytes("second"), None));
        Assert.Equal("first", Text((await Store.ReadAsync("claim", None))!.Content));
    }

    [ContractFact]
    [Trait("Row", "SP22")]
    public async Task Of_a_hundred_who_create_one_name_at_once_one_does()
    {
        var versions = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Store.CreateAsync("race/claim", Bytes($"claimer {i}"), None)));

        var winner = Assert.Single(Enumerable.Range(0, 100), i => versions[i] is not null);
        var stored = await Store.ReadAsync("race/claim", None);
        Assert.Equal($"claimer {winner}", Text(stored!.Content));
        Assert.Equal(versions[winner], stored.Version);
    }

    [ContractFact]
    public async Task What_was_read_is_replaced_and_then_is_another_version()
    {
        var first = await Store.CreateAsync("o", Bytes("1"), None);

        var second = await Store.ReplaceAsync("o", Bytes("2"), first!, None);

        Assert.NotNull(second);
        Assert.NotEqual(first, second);
        Assert.Equal("2", Text((await Store.ReadAsync("o", None))!.Content));
        Assert.Equal(second, (await Store.ReadAsync("o", None))!.Version);
    }

    [ContractFact]
    public async Task What_has_changed_since_it_was_read_is_not_replaced()
    {
        var first = await Store.CreateAsync("o", Bytes("1"), None);
        await Store.ReplaceAsync("o", Bytes("2"), first!, None);

        Assert.Null(await Store.ReplaceAsync("o", Bytes("3"), first!, None));
        Assert.Equal("2", Text((await Store.ReadAsync("o", None))!.Content));
    }

    [ContractFact]
    [Trait("Row", "SP22")]
    public async Task Of_many_who_replace_one_version_at_once_one_does()
    {
        var version = await Store.CreateAsync("o", Bytes("0"), None);
        for (var round = 0; round < 5; round++)
        {
            var replaced = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Store.ReplaceAsync("o", Bytes($"{round}-{i}"), version!, None)));

            var winner = Assert.Single(Enumerable.Range(0, 20), i => replaced[i] is not null);
            Assert.Equal($"{round}-{winner}", Text((await Store.ReadAsync("o", None))!.Content));
            version = replaced[winner];
        }
    }

    [ContractFact]
    public async Task Counting_by_many_at_once_loses_no_count()
    {
        await Store.CreateAsync("count", Bytes("0"), None);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => AddOneAsync()));

        Assert.Equal("10", Text((await Store.ReadAsync("count", None))!.Content));

        async Task AddOneAsync()
        {
            string? written = null;
            while (written is null)
            {
                var stored = await Store.ReadAsync("count", None);
                var next = int.Parse(Text(stored!.Content), System.Globalization.CultureInfo.InvariantCulture) + 1;
                written = await Store.ReplaceAsync("count", Bytes($"{next}"), stored.Version, None);
            }
        }
    }

    [ContractFact]
    public async Task What_was_deleted_is_gone_and_its_name_is_free()
    {
        var version = await Store.CreateAsync("a/o", Bytes("1"), None);

        await Store.DeleteAsync("a/o", None);

        Assert.Null(await Store.ReadAsync("a/o", None));
        Assert.Null(await Store.ReplaceAsync("a/o", Bytes("2"), version!, None));
        Assert.NotNull(await Store.CreateAsync("a/o", Bytes("3"), None));
    }

    [ContractFact]
    public async Task Many_at_once_find_a_store_that_nothing_was_written_to()
    {
        var versions = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Store.CreateAsync($"casts/{i % 4}/attempts/{i}.json", Bytes("{}"), None)));

        Assert.All(versions, Assert.NotNull);
        Assert.Equal(32, (await ListAsync("casts/")).Count);
    }

    [ContractFact]
    public async Task Who_has_given_up_is_not_served()
    {
        using var givenUp = new CancellationTokenSource();
        await givenUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.CreateAsync("o", Bytes("1"), givenUp.Token));
        Assert.Null(await Store.ReadAsync("o", None));
    }

    [ContractFact]
    public async Task A_store_that_can_be_written_to_says_so_and_shows_nothing_of_the_check()
    {
        await Store.CheckAsync(None);
        await Store.CheckAsync(None);

        Assert.Empty(await ListAsync(""));
    }

    protected async Task<List<string>> ListAsync(string prefix, string? after = null)
    {
        var names = new List<string>();
        await foreach (var name in Store.ListAsync(prefix, after, None))
        {
            names.Add(name);
        }

        return names;
    }
}
