using Grimoire.Webhooks;

namespace Grimoire.Tests.Webhooks;

public sealed class SigningKeysTests
{
    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("whsec_")]
    [InlineData("whsec_  ")]
    [InlineData("whsec_====")]
    [InlineData("whsec_not base64!")]
    [InlineData("whsec_MfKQ9r8")]
    [InlineData("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    public void What_cannot_be_a_secret_of_Standard_Webhooks_is_refused_by_its_number_and_not_shown(string secret)
    {
        var message = Assert.Throws<UnusableSecretException>(() => SigningKeys.Standard([SigningKeys.NewStandardSecret(), secret])).Message;

        Assert.StartsWith("Secret 2 is ", message, StringComparison.Ordinal);
        Assert.DoesNotContain("MfKQ9r8", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_of_ed25519_are_said_to_be_unsupported() =>
        Assert.Contains("ed25519", Assert.Throws<UnusableSecretException>(() => SigningKeys.Standard(["whpk_AAAA"])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    public void An_empty_text_is_no_secret(string secret) =>
        Assert.Equal("Secret 1 is empty.", Assert.Throws<UnusableSecretException>(() => SigningKeys.Text([secret])).Message);

    [Fact]
    public void No_secret_is_refused_and_so_are_too_many()
    {
        Assert.Equal("There is no secret.", Assert.Throws<UnusableSecretException>(() => SigningKeys.Standard([])).Message);
        Assert.Equal("There are 17 secrets; 16 are allowed.", Assert.Throws<UnusableSecretException>(() => SigningKeys.Text(Enumerable.Repeat("x", 17))).Message);
        Assert.Equal(16, SigningKeys.Text(Enumerable.Repeat("x", 16)).Count);
    }

    [Fact]
    public void Keys_do_not_show_themselves() => Assert.Equal("[2 secrets]", SigningKeys.Text(["one", "two"]).ToString());

    [Fact]
    public void A_new_secret_has_as_many_bytes_as_the_MAC_and_is_like_no_other()
    {
        var secrets = Enumerable.Range(0, 100).Select(_ => SigningKeys.NewStandardSecret()).ToList();

        Assert.Equal(100, secrets.Distinct().Count());
        Assert.All(secrets, secret => Assert.Equal(32, Convert.FromBase64String(secret["whsec_".Length..]).Length));
    }
}
