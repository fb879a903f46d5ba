using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Tests.Casts;

namespace Grimoire.Tests.Cooks;

public sealed class CookIdsTests
{
    [Fact]
    public void A_new_one_is_valid_says_whose_it_is_and_is_no_cast()
    {
        var id = CookIds.New("team7", Plans.Now);

        Assert.True(CookIds.IsValid(id), id);
        Assert.False(CastIds.IsValid(id), id);
        Assert.Equal("team7", CookIds.AccountOf(id));
        Assert.StartsWith(CookIds.Prefix("team7"), id, StringComparison.Ordinal);
    }

    [Fact]
    public void In_their_own_order_the_newest_comes_first() =>
        Assert.True(string.CompareOrdinal(CookIds.New("main", Plans.Now.AddMilliseconds(1)), CookIds.New("main", Plans.Now)) < 0);

    [Theory]
    [InlineData("")]
    [InlineData("Main")]
    [InlineData("a/b")]
    public void A_cook_without_an_account_is_refused_with_a_reason(string account)
    {
        var error = Assert.Throws<ArgumentException>(() => CookIds.New(account, Plans.Now));

        Assert.Contains($"'{account}' is no account: a cook needs one", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_piece_is_a_cast_of_the_account_and_leads_back_to_its_cook()
    {
        var cook = CookIds.New("team7", Plans.Now);

        var piece = CookIds.PieceOf(cook, 17, 2);

        Assert.Equal(piece, CookIds.PieceOf(cook, 17, 2));
        Assert.True(CastIds.IsValid(piece) && CastIds.IsChild(piece), piece);
        Assert.Equal("team7", CastIds.AccountOf(piece));
        Assert.StartsWith(CookIds.PiecesPrefix(cook), piece, StringComparison.Ordinal);
        Assert.StartsWith(CookIds.AllPiecesPrefix("team7"), piece, StringComparison.Ordinal);
        Assert.False(piece.StartsWith(CastIds.Prefix("team7"), StringComparison.Ordinal) || piece.StartsWith(CookIds.Prefix("team7"), StringComparison.Ordinal), piece);
        Assert.True(CookIds.TryCookOf(piece, out var found, out var index, out var generation));
        Assert.Equal((cook, 17, 2), (found, index, generation));
    }

    [Fact]
    public void The_order_of_ids_is_the_order_of_pieces()
    {
        var cook = CookIds.New("main", Plans.Now);
        int[] indexes = [0, 1, 9, 10, 99, 100, 9_999, 10_000, 99_999, 100_000, CookIds.MaxIndex];

        var ids = indexes.Select(index => CookIds.PieceOf(cook, index, 0)).ToList();

        Assert.Equal(ids, ids.Order(StringComparer.Ordinal));
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public void A_sub_cast_is_never_taken_for_a_piece_whatever_its_step_is_called()
    {
        var piece = CookIds.PieceOf(CookIds.New("main", Plans.Now), 3, 0);
        var cast = CastIds.New("main", Plans.Now);
        string[] subCasts =
        [
            CastIds.Child(new AttemptKey(cast, "p000003", null, 1)), CastIds.Child(new AttemptKey(cast, "p000003-0", null, 1)),
            CastIds.Child(new AttemptKey(cast, "p000003", 0, 1)), CastIds.Child(new AttemptKey(piece, "a", null, 1)),
            CastIds.Child(new AttemptKey(piece, "000003-0", null, 1)), CastIds.Child(new AttemptKey(cast, "000003-0", null, 1)),
        ];

        Assert.All(subCasts, id => Assert.False(CookIds.TryCookOf(id, out _, out _, out _), id));
        Assert.False(CookIds.TryCookOf(cast, out _, out _, out _));
    }

    [Fact]
    public void The_sub_casts_of_a_piece_have_valid_ids_however_deep()
    {
        var piece = CookIds.PieceOf(CookIds.New(new string('a', 32), Plans.Now), CookIds.MaxIndex, CookIds.MaxGeneration);
        var id = piece;
        for (var depth = 0; depth < 6; depth++)
        {
            id = CastIds.Child(new AttemptKey(id, new string('s', 64), 999, 20));
            Assert.True(CastIds.IsValid(id), id);
            Assert.StartsWith(piece + CastIds.ChildSeparator, id, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(CookIds.MaxIndex + 1, 0)]
    [InlineData(0, -1)]
    [InlineData(0, CookIds.MaxGeneration + 1)]
    public void What_would_break_the_order_of_ids_is_refused(int index, int generation) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CookIds.PieceOf(CookIds.New("main", Plans.Now), index, generation));

    [Theory]
    [InlineData("")]
    [InlineData("main")]
    [InlineData("main-0000000000000000000")]
    [InlineData("main.cook-000000000000000000")]
    [InlineData("main.cook-0000000000000000000\n")]
    [InlineData("Main.cook-0000000000000000000")]
    [InlineData("main.cook-0000000000000000000~000001-0")]
    [InlineData("main.cook-../../etc/passwd00")]
    public void What_cannot_be_an_id_is_not_one(string text)
    {
        Assert.False(CookIds.IsValid(text));
        Assert.Throws<ArgumentException>(() => CookIds.AccountOf(text));
    }
}
