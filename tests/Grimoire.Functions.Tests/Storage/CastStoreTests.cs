using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;
using Grimoire.Spells;

namespace Grimoire.Functions.Tests.Storage;

/// <summary>Manifests and results are written once; what is large travels as a reference.</summary>
public sealed class CastStoreTests
{
    const string Cast = "acme-0000000000000000001";

    static readonly CancellationToken None = CancellationToken.None;

    readonly FaultyObjects _objects = new();

    [Fact]
    public async Task The_first_manifest_stays()
    {
        Assert.True(await NewStore().CreateAsync(Manifest("one"), None));
        var other = NewStore();
        Assert.False(await other.CreateAsync(Manifest("two"), None));

        Assert.Equal("one", (await other.GetAsync(Cast, None)).Goal);
    }

    [Fact]
    public async Task A_manifest_is_read_once_by_a_process()
    {
        await NewStore().CreateAsync(Manifest("one"), None);
        var store = NewStore();
        _objects.ClearCalls();

        await store.GetAsync(Cast, None);
        await store.GetAsync(Cast, None);

        Assert.Equal(1, _objects.Count(StoreOperation.Read));
    }

    [Fact]
    public async Task A_manifest_that_is_not_there_yet_is_found_when_it_is()
    {
        var store = NewStore();
        Assert.Null(await store.FindAsync(Cast, None));
        await NewStore().CreateAsync(Manifest("one"), None);

        Assert.NotNull(await store.FindAsync(Cast, None));
    }

    [Fact]
    public async Task Of_results_at_once_one_counts_for_all()
    {
        for (var round = 0; round < 50; round++)
        {
            var objects = new MemoryObjects();

            var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i =>
                Task.Run(() => new CastStore(objects).SaveResultAsync(Cast, new CastOutcome { Status = CastStatus.Completed, CostUsd = i }, None))));

            Assert.Single(outcomes.Select(outcome => outcome.CostUsd).Distinct());
            Assert.Equal(outcomes[0].CostUsd, (await new CastStore(objects).FindResultAsync(Cast, None))?.CostUsd);
        }
    }

    [Theory]
    [InlineData(Payload.MaxInlineBytes, true)]
    [InlineData(Payload.MaxInlineBytes + 1, false)]
    public async Task What_is_small_travels_itself_and_what_is_large_as_a_reference(int bytes, bool inline)
    {
        // Two of the bytes are the quotes.
        var value = JsonValue.Create(new string('x', bytes - 2));

        var payload = await NewStore().KeepAsync($"casts/{Cast}/outputs/one.json", value, None);

        Assert.Equal(inline, payload.StoredAs is null);
        Assert.Equal(inline ? 0 : 1, _objects.Count(StoreOperation.Writes));
        Assert.Equal(value.GetValue<string>(), (string?)await NewStore().LoadAsync(payload, None));
    }

    [Fact]
    public async Task Nothing_is_a_value_too()
    {
        var payload = await NewStore().KeepAsync("casts/x/outputs/one.json", null, None);

        Assert.Null(await NewStore().LoadAsync(payload, None));
        Assert.Empty(_objects.Calls);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ \"castId\": 7")]
    [InlineData("[]")]
    [Trait("Row", "SP07")]
    public async Task A_damaged_manifest_or_result_is_named(string content)
    {
        await _objects.CreateAsync(CastObjects.Manifest(Cast), System.Text.Encoding.UTF8.GetBytes(content), None);
        await _objects.CreateAsync(CastObjects.Result(Cast), System.Text.Encoding.UTF8.GetBytes(content), None);

        var manifest = await Assert.ThrowsAsync<StorageException>(() => NewStore().FindAsync(Cast, None));
        var result = await Assert.ThrowsAsync<StorageException>(() => NewStore().FindResultAsync(Cast, None));

        Assert.Contains(CastObjects.Manifest(Cast), manifest.Message, StringComparison.Ordinal);
        Assert.Contains(CastObjects.Result(Cast), result.Message, StringComparison.Ordinal);
    }

    CastStore NewStore() => new(_objects);

    static CastManifest Manifest(string goal) => new()
    {
        CastId = Cast,
        Account = "acme",
        Spell = new Spell { Slug = "test", Steps = [] },
        Tools = new Dictionary<string, Grimoire.Tools.ToolDefinition>(),
        Inputs = [],
        CreatedAt = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero),
        Goal = goal,
    };
}
