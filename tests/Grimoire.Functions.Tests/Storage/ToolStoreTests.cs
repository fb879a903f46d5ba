using System.Text.Json.Nodes;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;

namespace Grimoire.Functions.Tests.Storage;

/// <summary>Tools are saved over one another: the last one counts.</summary>
public sealed class ToolStoreTests
{
    static readonly CancellationToken None = CancellationToken.None;

    readonly FaultyObjects _objects = new();

    [Fact]
    public async Task The_last_save_counts_and_the_first_is_new()
    {
        var store = NewStore();
        Assert.True((await store.SaveAsync("acme", "draw", Document("one"), None)).IsNew);
        Assert.False((await store.SaveAsync("acme", "draw", Document("two"), None)).IsNew);

        Assert.Equal("two", (string?)(await NewStore().FindAsync("acme", "draw", None))?.Document["name"]);
        Assert.Null(await store.FindAsync("other", "draw", None));
        Assert.Equal(["draw"], (await store.ListAsync("acme", None)).Select(tool => tool.Id));
    }

    [Fact]
    public async Task Of_saves_at_once_exactly_one_is_new_and_one_is_kept_whole()
    {
        for (var round = 0; round < 20; round++)
        {
            var objects = new MemoryObjects();

            var saves = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
                Task.Run(() => new ToolStore(objects, new InstantTime()).SaveAsync("acme", "draw", Document($"by {i}"), None))));

            Assert.Single(saves, save => save.IsNew);
            Assert.StartsWith("by ", (string?)(await new ToolStore(objects, new InstantTime()).FindAsync("acme", "draw", None))?.Document["name"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_deleted_tool_is_gone_and_can_be_saved_anew()
    {
        var store = NewStore();
        await store.SaveAsync("acme", "draw", Document("one"), None);

        Assert.True(await store.DeleteAsync("acme", "draw", None));
        Assert.False(await store.DeleteAsync("acme", "draw", None));
        Assert.Empty(await store.ListAsync("acme", None));
        Assert.True((await store.SaveAsync("acme", "draw", Document("two"), None)).IsNew);
    }

    [Fact]
    public async Task A_damaged_tool_is_named()
    {
        await _objects.CreateAsync("tools/acme/draw.json", "{"u8.ToArray(), None);

        var thrown = await Assert.ThrowsAsync<StorageException>(() => NewStore().FindAsync("acme", "draw", None));

        Assert.Contains("tools/acme/draw.json", thrown.Message, StringComparison.Ordinal);
    }

    ToolStore NewStore() => new(_objects, new InstantTime());

    static JsonObject Document(string name) => new() { ["id"] = "draw", ["name"] = name };
}
