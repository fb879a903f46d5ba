using Grimoire.Casts;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;

namespace Grimoire.Functions.Tests.Storage;

/// <summary>An attempt has one claimer, and a record of its own.</summary>
public sealed class AttemptStoreTests
{
    const string Cast = "acme-0000000000000000001";

    static readonly CancellationToken None = CancellationToken.None;

    readonly MemoryObjects _objects = new();

    [Fact]
    [Trait("Row", "SP22")]
    [Trait("Row", "KZ10")]
    public async Task Of_claims_at_once_one_succeeds_and_the_others_see_its_record()
    {
        for (var round = 1; round <= 100; round++)
        {
            var claims = await Task.WhenAll(Enumerable.Range(0, 6).Select(i =>
                Task.Run(() => new AttemptStore(_objects).ClaimAsync(Record("one", null, round) with { Owner = $"w{i}" }, None))));

            Assert.Single(claims, claim => claim.Version is not null);
            Assert.Single(claims.Where(claim => claim.Existing is not null).Select(claim => claim.Existing!.Owner).Distinct());
        }
    }

    [Fact]
    public async Task Only_the_version_that_was_read_is_replaced()
    {
        var store = new AttemptStore(_objects);
        var (first, _) = await store.ClaimAsync(Record("one", null, 1), None);
        var second = await store.ReplaceAsync(Record("one", null, 1) with { CostUsd = 1 }, first!, None);

        Assert.NotNull(second);
        Assert.Null(await store.ReplaceAsync(Record("one", null, 1) with { CostUsd = 2 }, first!, None));
        Assert.Equal(1, (await store.FindAsync(new AttemptKey(Cast, "one", null, 1), None)).Record?.CostUsd);
    }

    [Fact]
    [Trait("Row", "KZ07")]
    [Trait("Row", "KZ08")]
    public async Task Attempts_are_listed_in_order_for_a_cast_and_for_a_step()
    {
        var store = new AttemptStore(_objects);
        foreach (var (step, item, number) in new (string, int?, int)[] { ("b", null, 1), ("a", 10, 1), ("a", 2, 2), ("a", 2, 1), ("a2", null, 1), ("b", null, 10), ("b", null, 2) })
        {
            await store.ClaimAsync(Record(step, item, number), None);
        }

        static string Shown(AttemptRecord record) => $"{record.Key.Place}.{record.Attempt}";
        Assert.Equal(["a[2].1", "a[2].2", "a[10].1", "a2.1", "b.1", "b.2", "b.10"], (await store.ListAsync(Cast, null, None)).Select(Shown));
        Assert.Equal(["a[2].1", "a[2].2", "a[10].1"], (await store.ListAsync(Cast, "a", None)).Select(Shown));
        Assert.Empty(await store.ListAsync(Cast + "~a", null, None));
    }

    static AttemptRecord Record(string step, int? item, int number) => new()
    {
        CastId = Cast,
        Step = step,
        Item = item,
        Attempt = number,
        Tool = "paid",
        Status = AttemptStatus.Running,
        IdempotencyKey = new AttemptKey(Cast, step, item, number).IdempotencyKey,
        StartedAt = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero),
    };
}
