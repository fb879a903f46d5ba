using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Retention;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;

namespace Grimoire.Functions.Tests.Retention;

/// <summary>What is old is found by the ids alone, over all accounts, from any place on.</summary>
public sealed class OldNamesTests
{
    static readonly DateTimeOffset Now = new(2030, 1, 31, 12, 0, 0, TimeSpan.Zero);

    readonly MemoryObjects _objects = new();

    [Fact]
    public void An_id_tells_when_its_cast_or_cook_was_asked_for()
    {
        var cook = CookIds.New("acme", Now);

        Assert.Equal(Now, CastIds.TimeOf(CastIds.New("acme", Now)));
        Assert.Equal(Now, CastIds.TimeOf(cook));
        Assert.Equal(Now, CastIds.TimeOf(CookIds.PieceOf(cook, 7, 1)));
        Assert.Null(CastIds.TimeOf("tidy-1"));
        Assert.Null(CastIds.TimeOf("acme-iiiiiiiiiiiiiiiiiii"));
        Assert.Null(CastIds.TimeOf("acme"));
    }

    [Fact]
    public async Task Of_each_account_those_are_found_that_are_old_enough()
    {
        var old = new List<string>();
        foreach (var account in (string[])["a", "acme", "acme1", "b"])
        {
            old.Add(await PutAsync(CastIds.New(account, Now.AddDays(-2))));
            await PutAsync(CastIds.New(account, Now.AddDays(-1).AddMilliseconds(1)));
            old.Add(await PutAsync(CastIds.New(account, Now.AddDays(-1))));
            old.Add(await PutAsync(CookIds.PieceOf(CookIds.New(account, Now.AddDays(-2)), 0, 1)));
            await PutAsync(CookIds.PieceOf(CookIds.New(account, Now), 0, 1));
        }

        Assert.Equal(old.Order(StringComparer.Ordinal), (await FindAsync(after: null)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task It_is_gone_on_with_behind_any_cast()
    {
        foreach (var account in (string[])["acme", "b"])
        {
            for (var cast = 0; cast < 3; cast++)
            {
                await PutAsync(CastIds.New(account, Now.AddDays(-2 - cast)));
            }
        }

        var all = await FindAsync(after: null);
        Assert.Equal(6, all.Count);
        for (var done = 0; done < all.Count; done++)
        {
            Assert.Equal(all.Skip(done + 1), await FindAsync(OldNames.Behind(all[done])));
        }
    }

    [Theory]
    [InlineData("acme-0000000000000000001", "acme-0000000000000000001")]
    [InlineData("acme-0000000000000000001~one.1~two.3.1", "acme-0000000000000000001")]
    [InlineData("acme-0000000000000000001~notify-0", "acme-0000000000000000001")]
    [InlineData("acme.piece-0000000000000000001~000003-2", "acme.cook-0000000000000000001")]
    [InlineData("acme.piece-0000000000000000001~000003-2~one.1.poll", "acme.cook-0000000000000000001")]
    [InlineData("acme.cook-0000000000000000001", "acme.cook-0000000000000000001")]
    public void What_is_kept_or_removed_as_a_whole_is_a_cast_that_was_asked_for_or_a_cook(string id, string unit) => Assert.Equal(unit, RetentionUnits.IdOf(id));

    async Task<string> PutAsync(string castId)
    {
        await _objects.CreateAsync(CastObjects.Manifest(castId), "{}"u8.ToArray(), default);
        await _objects.CreateAsync(CastObjects.Manifest($"{castId}~sub.1"), "{}"u8.ToArray(), default);
        return castId;
    }

    async Task<IReadOnlyList<string>> FindAsync(string? after)
    {
        var found = new List<string>();
        await foreach (var name in OldNames.OfCastsAsync(_objects, Now.AddDays(-1), after, default))
        {
            found.Add(CastIds.RootOf(OldNames.IdOf(name)));
        }

        return [.. found.Distinct()];
    }
}
