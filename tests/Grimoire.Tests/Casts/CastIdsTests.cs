using Grimoire.Casts;

namespace Grimoire.Tests.Casts;

public sealed class CastIdsTests
{
    [Fact]
    public void In_their_own_order_the_newest_comes_first()
    {
        var older = CastIds.New("main", Plans.Now);
        var newer = CastIds.New("main", Plans.Now.AddMilliseconds(1));

        Assert.True(string.CompareOrdinal(newer, older) < 0, $"{newer} {older}");
    }

    [Fact]
    public void A_new_one_is_valid_unique_and_says_whose_it_is()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => CastIds.New("team7", Plans.Now)).ToList();

        Assert.All(ids, id => Assert.True(CastIds.IsValid(id)));
        Assert.Equal(1000, ids.Distinct().Count());
        Assert.Equal("team7", CastIds.AccountOf(ids[0]));
        Assert.StartsWith(CastIds.Prefix("team7"), ids[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_sub_cast_of_an_attempt_always_has_the_same_id_and_no_other_has_it()
    {
        var parent = CastIds.New("main", Plans.Now);
        var keys = from step in new[] { "a", "b" } from item in new int?[] { null, 0, 1 } from attempt in new[] { 1, 2 } select new AttemptKey(parent, step, item, attempt);

        var ids = keys.Select(CastIds.Child).ToList();

        Assert.Equal(ids, keys.Select(CastIds.Child));
        Assert.Equal(12, ids.Distinct().Count());
        Assert.All(ids, id => Assert.True(CastIds.IsValid(id) && CastIds.IsChild(id)));
    }

    [Fact]
    public void However_deep_sub_casts_go_their_ids_stay_short()
    {
        var id = CastIds.New("main", Plans.Now);
        for (var depth = 0; depth < 10; depth++)
        {
            id = CastIds.Child(new AttemptKey(id, new string('s', 64), 999, 20));
            Assert.True(CastIds.IsValid(id), id);
        }

        Assert.Equal("main", CastIds.AccountOf(id));
    }

    [Theory]
    [Trait("Row", "SP23")]
    [InlineData("")]
    [InlineData("main")]
    [InlineData("main-")]
    [InlineData("main-../../etc/passwd00")]
    [InlineData("@main-0000000000000000000")]
    [InlineData("Main-0000000000000000000")]
    [InlineData("main-0000000000000000000\n")]
    [InlineData("main-0000000000000000000~")]
    [InlineData("main-0000000000000000000~a/b")]
    [InlineData("main-0000000000000000000?x")]
    public void What_cannot_be_an_id_is_not_one(string text) => Assert.False(CastIds.IsValid(text));
}
