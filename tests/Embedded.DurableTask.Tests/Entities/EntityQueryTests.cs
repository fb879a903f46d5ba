using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Tests.Entities;

/// <summary>Reading entities: one, many, with and without state.</summary>
public sealed class EntityQueryTests : IAsyncLifetime
{
    readonly TestClock _clock = new();
    TestHost _host = null!;

    DateTimeOffset Start { get; set; }

    /// <summary>Notes a1, a2, b1, b2, b3, each written an hour after the one before; their text is their key.</summary>
    public async Task InitializeAsync()
    {
        Start = _clock.GetUtcNow();
        _host = await TestHost.StartAsync(tasks => tasks.AddEntity<Note>(), _clock);
        foreach (string key in (string[])["a1", "a2", "b1", "b2", "b3"])
        {
            var id = new EntityInstanceId("Note", key);
            await _host.Client.Entities.SignalEntityAsync(id, "write", key);
            await Wait.Until(async () => await _host.Client.Entities.GetEntityAsync(id) is not null);
            _clock.Advance(TimeSpan.FromHours(1));
        }
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task One_entity_is_read_with_its_state_or_without()
    {
        var id = new EntityInstanceId("note", "a2");

        EntityMetadata<Text>? typed = await _host.Client.Entities.GetEntityAsync<Text>(id);
        EntityMetadata? untyped = await _host.Client.Entities.GetEntityAsync(id);
        EntityMetadata<Text>? without = await _host.Client.Entities.GetEntityAsync<Text>(id, includeState: false);

        Assert.Equal("a2", typed!.State.Value);
        Assert.Equal("a2", untyped!.State.ReadAs<Text>().Value);
        Assert.Equal(Start.AddHours(1), typed.LastModifiedTime);
        Assert.False(without!.IncludesState);
        Assert.Throws<InvalidOperationException>(() => without.State);
        Assert.Null(await _host.Client.Entities.GetEntityAsync(new EntityInstanceId("note", "zz")));
    }

    [Theory]
    [InlineData(null, "a1 a2 b1 b2 b3")]
    [InlineData("Note", "a1 a2 b1 b2 b3")]
    [InlineData("@note@b", "b1 b2 b3")]
    [InlineData("note@B", "")]
    [InlineData("other", "")]
    public async Task A_prefix_narrows_the_list(string? prefix, string expected)
    {
        Assert.Equal(expected, await KeysAsync(new EntityQuery { InstanceIdStartsWith = prefix }));
    }

    [Fact]
    public async Task Times_of_modification_narrow_the_list()
    {
        Assert.Equal("a2 b1 b2", await KeysAsync(new EntityQuery { LastModifiedFrom = Start.AddHours(1), LastModifiedTo = Start.AddHours(3) }));
    }

    [Fact]
    public async Task Pages_hold_as_many_as_asked_for_and_continue_where_the_last_one_ended()
    {
        List<Page<EntityMetadata>> pages = await _host.Client.Entities.GetAllEntitiesAsync(new EntityQuery { PageSize = 2 }).AsPages().ToListAsync();

        Assert.Equal([2, 2, 1], pages.Select(page => page.Values.Count));
        Assert.Equal("b1 b2 b3", await KeysAsync(new EntityQuery { ContinuationToken = pages[0].ContinuationToken }));
    }

    [Fact]
    public async Task States_come_only_when_asked_for()
    {
        EntityMetadata<Text> with = await _host.Client.Entities.GetAllEntitiesAsync<Text>().FirstAsync();
        EntityMetadata<Text> without = await _host.Client.Entities.GetAllEntitiesAsync<Text>(new EntityQuery { IncludeState = false }).FirstAsync();

        Assert.Equal("a1", with.State.Value);
        Assert.False(without.IncludesState);
    }

    [Fact]
    public async Task A_purged_entity_is_gone()
    {
        int count = (await _host.Client.PurgeInstanceAsync("@note@a1")).PurgedInstanceCount;

        Assert.Equal(1, count);
        Assert.Equal("a2 b1 b2 b3", await KeysAsync(new EntityQuery()));
    }

    [Fact]
    public async Task A_purged_entity_begins_anew_with_its_next_operation()
    {
        var id = new EntityInstanceId("note", "a1");
        await _host.Client.PurgeInstanceAsync(id.ToString());

        await _host.Client.Entities.SignalEntityAsync(id, "append", "+");

        await Wait.Until(async () => await _host.Client.Entities.GetEntityAsync(id) is not null);
        Assert.Equal("+", (await _host.Client.Entities.GetEntityAsync<Text>(id))!.State.Value);
    }

    async Task<string> KeysAsync(EntityQuery query) =>
        string.Join(' ', await _host.Client.Entities.GetAllEntitiesAsync(query).Select(e => e.Id.Key).ToListAsync());

    sealed class Note : TaskEntity<Text>
    {
        public void Write(string text) => State = new Text(text);

        public void Append(string text) => State = new Text(State.Value + text);

        protected override Text InitializeState(TaskEntityOperation entityOperation) => new(string.Empty);
    }

    sealed record Text(string Value);
}
