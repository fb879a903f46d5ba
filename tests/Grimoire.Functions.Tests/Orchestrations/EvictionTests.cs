using Grimoire.Functions.Tests.Orchestrations.Support;

namespace Grimoire.Functions.Tests.Orchestrations;

/// <summary>On the real engine: a cast that is rebuilt from its history again and again comes to the same as one that stays in memory.</summary>
public sealed class EvictionTests
{
    [Fact]
    [Trait("Row", "UX15")]
    public async Task Every_construct_comes_to_the_same_however_often_it_is_rebuilt()
    {
        await using var live = await EmbeddedCasts.StartAsync(together: Constructs.All.Count);
        await using var rebuilt = await EmbeddedCasts.StartAsync(maxLive: 1, together: Constructs.All.Count);

        var expected = await RunAllAsync(live);
        var actual = await RunAllAsync(rebuilt);

        Assert.Equal(expected, actual);
        Assert.True(rebuilt.Built > 2 * live.Built, $"Started {rebuilt.Built} times; with room for all, {live.Built} times.");
    }

    /// <summary>All at once, so that they drive each other out of memory.</summary>
    static async Task<IReadOnlyList<string>> RunAllAsync(EmbeddedCasts casts) => await Task.WhenAll(Constructs.All.Select(async (one, i) =>
    {
        var id = $"main-{i:D19}";
        var end = await casts.RunAsync(id, one.Value);
        var script = casts.ScriptOf(id);
        Invariants.Check(script);
        return $"{one.Key}: {end.RuntimeStatus} {end.FailureDetails?.ErrorMessage ?? end.SerializedOutput} "
            + string.Join(' ', script.Journal.Select(e => e.Id).Order(StringComparer.Ordinal));
    }));
}
