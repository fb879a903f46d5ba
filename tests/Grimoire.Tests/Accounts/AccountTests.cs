using Grimoire.Accounts;

namespace Grimoire.Tests.Accounts;

public sealed class AccountTests
{
    static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_key_holds_until_it_expires_or_is_revoked()
    {
        var key = Key("a") with { ExpiresAt = Now.AddHours(1) };

        Assert.Equal(KeyStatus.Valid, key.StatusAt(Now));
        Assert.Equal(KeyStatus.Expired, key.StatusAt(Now.AddHours(1)));
        Assert.Equal(KeyStatus.Revoked, (key with { RevokedAt = Now }).StatusAt(Now));
        Assert.True(Key("b").HoldsAt(DateTimeOffset.MaxValue));
    }

    [Fact]
    public void A_rotated_key_has_the_role_the_name_and_the_lifetime_of_the_old_one()
    {
        var old = Key("a") with { Role = Role.Caster, ExpiresAt = Now.AddDays(30) };
        var key = ApiKey.New();

        var successor = old.Successor(key, Now.AddDays(10));

        Assert.Equal((key.Id, Role.Caster, "name of a", "a"), (successor.Id, successor.Role, successor.Name, successor.Replaces));
        Assert.Equal(Now.AddDays(40), successor.ExpiresAt);
        Assert.True(key.Matches(successor.Hash));
        Assert.Null(Key("b").Successor(key, Now).ExpiresAt);
    }

    [Theory]
    [InlineData(0, null, false)]
    [InlineData(10, null, true)]
    [InlineData(10, 5, true)]
    public void A_rotated_key_holds_for_the_overlap_and_no_longer_than_it_would_have(int overlap, int? expires, bool holds)
    {
        var old = Key("a") with { ExpiresAt = expires is { } minutes ? Now.AddMinutes(minutes) : null };
        var account = new Account("acme", Now).With(old, Now);

        var rotated = account.Rotated(old, Key("b"), TimeSpan.FromMinutes(overlap), Now);

        Assert.Equal(["a", "b"], rotated.Keys.Select(key => key.Id));
        Assert.Equal(holds, rotated.Find("a")!.HoldsAt(Now));
        Assert.False(rotated.Find("a")!.HoldsAt(Now.AddMinutes(expires ?? overlap)));
        Assert.True(rotated.Find("b")!.HoldsAt(Now.AddYears(1)));
    }

    [Fact]
    public void Another_admin_is_one_whose_key_holds()
    {
        var account = new Account("main", Now).With(Key("a"), Now).With(Key("b") with { Role = Role.Caster }, Now);

        Assert.False(account.HasOtherAdmin("a", Now));
        Assert.False(account.With(Key("c") with { RevokedAt = Now }, Now).HasOtherAdmin("a", Now));
        Assert.False(account.With(Key("c") with { ExpiresAt = Now }, Now).HasOtherAdmin("a", Now));
        Assert.True(account.With(Key("c"), Now).HasOtherAdmin("a", Now));
    }

    [Fact]
    public void Keys_that_hold_are_all_kept_and_of_those_that_ended_the_last_hundred()
    {
        var account = new Account("main", Now).With(Key("first"), Now);
        for (var i = 0; i < 105; i++)
        {
            account = account.With(Key($"{i}") with { RevokedAt = Now.AddMinutes(i) }, Now.AddMinutes(i));
        }

        Assert.Equal(101, account.Keys.Count);
        Assert.NotNull(account.Find("first"));
        Assert.Null(account.Find("4"));
        Assert.NotNull(account.Find("5"));
    }

    [Theory]
    [InlineData("main", true)]
    [InlineData("team2", true)]
    [InlineData("Team", false)]
    [InlineData("a-b", false)]
    [InlineData("", false)]
    public void Accounts_are_named_with_lower_case_letters_and_digits(string name, bool isName) => Assert.Equal(isName, Account.IsName(name));

    static KeyRecord Key(string id) => new(id, Role.Admin, $"name of {id}", "hash", Now);
}
