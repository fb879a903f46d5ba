using System.Text.Json.Nodes;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;

namespace Grimoire.Functions.Tests.Storage;

/// <summary>Versions of spells do not change, have numbers without gaps, and none is lost.</summary>
public sealed class SpellStoreTests
{
    static readonly CancellationToken None = CancellationToken.None;

    readonly FaultyObjects _objects = new();

    [Fact]
    [Trait("Row", "UX04")]
    public async Task A_version_that_was_saved_does_not_change()
    {
        var store = NewStore();
        var document = Document("one");
        await store.SaveAsync("acme", "cover", document, None);
        document["name"] = "changed by the caller";
        await store.SaveAsync("acme", "cover", Document("two"), None);

        foreach (var reader in new[] { store, NewStore() })
        {
            Assert.Equal("one", Name(await reader.FindAsync("acme", "cover", 1, None)));
            Assert.Equal("two", Name(await reader.FindAsync("acme", "cover", 2, None)));
            Assert.Equal((2, "two"), ((await reader.FindAsync("acme", "cover", None))!.Version, Name(await reader.FindAsync("acme", "cover", None))));
            Assert.Null(await reader.FindAsync("acme", "cover", 3, None));
            Assert.Null(await reader.FindAsync("other", "cover", None));
        }
    }

    [Fact]
    public async Task The_newest_version_is_not_saved_again_but_an_older_one_is()
    {
        var store = NewStore();
        var saves = new List<(int Version, bool IsNew)>();
        foreach (var name in new[] { "one", "one", "two", "one" })
        {
            var (saved, isNew) = await store.SaveAsync("acme", "cover", Document(name), None);
            saves.Add((saved.Version, isNew));
        }

        Assert.Equal([(1, true), (1, false), (2, true), (3, true)], saves);
    }

    [Fact]
    public async Task Saves_at_once_each_get_a_version_and_there_are_no_gaps()
    {
        for (var round = 0; round < 20; round++)
        {
            var objects = new MemoryObjects();
            var documents = Enumerable.Range(0, 8).Select(i => Document($"by {i}")).ToList();

            var saved = await Task.WhenAll(documents.Select(document => Task.Run(() => NewStore(objects).SaveAsync("acme", "cover", document, None))));

            Assert.All(saved, save => Assert.True(save.IsNew));
            Assert.Equal(Enumerable.Range(1, 8), saved.Select(save => save.Saved.Version).Order());
            var versions = await NewStore(objects).VersionsAsync("acme", "cover", None);
            Assert.Equal(Enumerable.Range(1, 8), versions.Select(version => version.Version));
            Assert.Equal(documents.Select(document => (string?)document["name"]).Order(), versions.Select(Name).Order());
            Assert.Equal(8, (await NewStore(objects).FindAsync("acme", "cover", None))?.Version);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_crash_between_version_and_head_leaves_no_gap(bool sameDocument)
    {
        await NewStore().SaveAsync("acme", "cover", Document("one"), None);
        using (_objects.Fail("*head.json", StoreOperation.Replace))
        {
            await Assert.ThrowsAsync<StorageException>(() => NewStore().SaveAsync("acme", "cover", Document("two"), None));
        }

        Assert.Equal(1, (await NewStore().FindAsync("acme", "cover", None))?.Version);

        var (saved, _) = await NewStore().SaveAsync("acme", "cover", Document(sameDocument ? "two" : "three"), None);

        Assert.Equal(sameDocument ? 2 : 3, saved.Version);
        Assert.Equal(saved.Version, (await NewStore().FindAsync("acme", "cover", None))?.Version);
        Assert.Equal("two", Name(await NewStore().FindAsync("acme", "cover", 2, None)));
    }

    [Fact]
    public async Task A_first_save_that_crashed_is_completed_by_the_next()
    {
        using (_objects.Fail("*head.json", StoreOperation.Create))
        {
            await Assert.ThrowsAsync<StorageException>(() => NewStore().SaveAsync("acme", "cover", Document("one"), None));
        }

        Assert.Null(await NewStore().FindAsync("acme", "cover", None));
        Assert.Equal(2, (await NewStore().SaveAsync("acme", "cover", Document("two"), None)).Saved.Version);
    }

    [Fact]
    public async Task A_deleted_spell_is_not_found_its_versions_are_and_the_next_save_goes_on_from_there()
    {
        var store = NewStore();
        await store.SaveAsync("acme", "cover", Document("one"), None);

        Assert.True(await store.DeleteAsync("acme", "cover", None));
        Assert.False(await store.DeleteAsync("acme", "cover", None));
        Assert.False(await store.DeleteAsync("acme", "none", None));

        Assert.Null(await store.FindAsync("acme", "cover", None));
        Assert.Empty(await store.ListAsync("acme", null, 10, None));
        Assert.Equal("one", Name(await store.FindAsync("acme", "cover", 1, None)));
        var (saved, isNew) = await store.SaveAsync("acme", "cover", Document("one"), None);
        Assert.Equal((2, true), (saved.Version, isNew));
        Assert.Equal(2, (await store.FindAsync("acme", "cover", None))?.Version);
    }

    [Fact]
    public async Task Pages_of_a_listing_join_without_a_gap_and_without_a_double()
    {
        var store = NewStore();
        string[] slugs = ["a", "a-b", "a0", "ab", "b", "b-1", "b-1-x", "c"];
        foreach (var slug in slugs)
        {
            await store.SaveAsync("acme", slug, Document("one"), None);
            await store.SaveAsync("acme", slug, Document("two"), None);
        }

        await store.SaveAsync("acme-2", "foreign", Document("one"), None);
        await store.DeleteAsync("acme", "b", None);

        for (var limit = 1; limit <= 9; limit++)
        {
            var listed = new List<string>();
            IReadOnlyList<SavedSpell> page;
            do
            {
                page = await store.ListAsync("acme", listed.LastOrDefault(), limit, None);
                Assert.True(page.Count <= limit);
                Assert.All(page, spell => Assert.Equal(2, spell.Version));
                listed.AddRange(page.Select(spell => spell.Slug));
            }
            while (page.Count == limit);

            Assert.Equal(slugs.Except(["b"]).Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        }
    }

    SpellStore NewStore(IObjectStore? objects = null) => new(objects ?? _objects, new InstantTime());

    static JsonObject Document(string name) => new() { ["slug"] = "cover", ["name"] = name };

    static string? Name(SavedSpell? spell) => (string?)spell?.Document["name"];
}
