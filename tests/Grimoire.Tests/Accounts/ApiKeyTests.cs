using Grimoire.Accounts;

namespace Grimoire.Tests.Accounts;

[Trait("Row", "KZ21")]
public sealed class ApiKeyTests
{
    [Fact]
    public void A_new_key_is_read_back_and_matches_its_hash_alone()
    {
        var (key, other) = (ApiKey.New(), ApiKey.New());

        var read = ApiKey.Parse(key.Reveal());

        Assert.NotNull(read);
        Assert.Equal(key.Id, read.Id);
        Assert.True(read.Matches(key.Hash()));
        Assert.False(read.Matches(other.Hash()));
        Assert.False(read.Matches(""));
        Assert.NotEqual(key.Id, other.Id);
        Assert.Matches(@"\Agrm_[0-9a-z]{12}_[A-Za-z0-9_-]{43}\z", key.Reveal());
    }

    [Fact]
    public void A_key_with_another_secret_does_not_match()
    {
        var (key, other) = (ApiKey.New(), ApiKey.New());

        var forged = ApiKey.Parse($"grm_{key.Id}_{other.Reveal()[^43..]}");

        Assert.NotNull(forged);
        Assert.False(forged.Matches(key.Hash()));
    }

    [Fact]
    public void Its_hash_has_nothing_of_the_secret_and_its_text_neither()
    {
        var key = ApiKey.New();
        var secret = key.Reveal()[^43..];

        Assert.Matches(@"\A[0-9a-f]{64}\z", key.Hash());
        Assert.DoesNotContain(secret, $"{key}", StringComparison.Ordinal);
        Assert.Contains(key.Id, $"{key}", StringComparison.Ordinal);
        Assert.DoesNotContain(key.Hash(), $"{new KeyRecord(key.Id, Role.Viewer, "a", key.Hash(), default)}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("grm_")]
    [InlineData("grm_0123456789ab")]
    [InlineData("grm_0123456789ab_short")]
    [InlineData("GRM_0123456789ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("grm_0123456789AB_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("grm_0123456789ai_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("grm_../../../abc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("grm_0123456789ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+")]
    [InlineData("grm_0123456789ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n")]
    [InlineData("grm_0123456789ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_cannot_be_a_key_is_none(string? text) => Assert.Null(ApiKey.Parse(text));
}
