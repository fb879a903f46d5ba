using FsCheck;
using FsCheck.Fluent;
using Grimoire.Casts;
using Grimoire.Webhooks;
using static Grimoire.Tests.Webhooks.Messages;

namespace Grimoire.Tests.Webhooks;

public sealed class SignedUrlTests
{
    static readonly AttemptKey Attempt = new("acme-0123456789abcdefghj", "image", 3, 2);
    static readonly SigningKeys Keys = SigningKeys.Text(["a key of this app", "the key before it"]);
    static readonly DateTimeOffset Expires = Now.AddHours(1);

    static Gen<AttemptKey> Attempts { get; } =
        from cast in Gen.Elements("", "a", "ab", "b", "ba", "\0", "\ud800", "\udbff", "\ufffd", "é")
        from step in Gen.Elements("", "a", "ab", "b", "ba", "\0", "\ud800", "\udbff", "\ufffd", "é")
        from item in Gen.Elements<int?>(null, 0, 1, int.MaxValue)
        from number in Gen.Elements(0, 1, 2)
        select new AttemptKey(cast, step, item, number);

    [Fact]
    [Trait("Row", "UX08")]
    public void A_token_is_valid_until_it_expires()
    {
        var token = SignedUrl.Token(Attempt, Expires, Keys);
        SignatureOutcome At(DateTimeOffset now) => SignedUrl.Check(token, Attempt, Keys, now).Outcome;

        Assert.Matches(@"^v1\.1614268930\.[A-Za-z0-9_-]{43}$", token);
        Assert.Equal(
            [SignatureOutcome.Valid, SignatureOutcome.Valid, SignatureOutcome.Expired, SignatureOutcome.Expired],
            [At(Now), At(Expires.AddTicks(-1)), At(Expires), At(DateTimeOffset.MaxValue)]);
    }

    // The tokens of providers that are at work must survive an update of this app.
    [Fact]
    public void Tokens_are_always_made_in_the_same_way() =>
        Assert.Equal("v1.1614268930._meSrC8dmeKGiyabhCVwDF6kds9rhNuvDnGrPhXvs0U", SignedUrl.Token(Attempt, Expires, Keys));

    [Fact]
    public void A_fraction_of_a_second_is_not_lost()
    {
        var token = SignedUrl.Token(Attempt, Expires.AddTicks(1), Keys);

        Assert.Equal(SignatureOutcome.Valid, SignedUrl.Check(token, Attempt, Keys, Expires.AddMilliseconds(999)).Outcome);
        Assert.Equal(SignatureOutcome.Expired, SignedUrl.Check(token, Attempt, Keys, Expires.AddMilliseconds(1000)).Outcome);
    }

    [Fact]
    [Trait("Row", "UX08")]
    public void The_first_key_signs_and_every_key_verifies()
    {
        SignatureOutcome Of(string[] signing, string[] checking) =>
            SignedUrl.Check(SignedUrl.Token(Attempt, Expires, SigningKeys.Text(signing)), Attempt, SigningKeys.Text(checking), Now).Outcome;

        Assert.Equal(SignatureOutcome.Valid, Of(["old"], ["new", "old"]));
        Assert.Equal(SignatureOutcome.Valid, Of(["new", "old"], ["new"]));
        Assert.Equal(SignatureOutcome.Forged, Of(["new", "old"], ["old"]));
    }

    [Fact]
    public void The_end_of_a_forged_token_is_not_told()
    {
        var forged = SignedUrl.Token(Attempt, Expires, SigningKeys.Text(["a key of somebody else"]));

        Assert.Equal(SignatureOutcome.Forged, SignedUrl.Check(forged, Attempt, Keys, Expires.AddDays(1)).Outcome);
    }

    [Theory]
    [InlineData(null, SignatureOutcome.Missing)]
    [InlineData("", SignatureOutcome.Missing)]
    [InlineData("v1", SignatureOutcome.Malformed)]
    [InlineData("v1.", SignatureOutcome.Malformed)]
    [InlineData("v1..", SignatureOutcome.Malformed)]
    [InlineData("v1.1614268930", SignatureOutcome.Malformed)]
    [InlineData("v1.1614268930.", SignatureOutcome.Malformed)]
    [InlineData("v1.1614268930.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", SignatureOutcome.Malformed)]
    [InlineData("v1.1614268930.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", SignatureOutcome.Forged)]
    [InlineData("v1.1614268930.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", SignatureOutcome.Malformed)]
    [InlineData("v1.1614268930.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+", SignatureOutcome.Malformed)]
    [InlineData("v1.1614268930.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAé", SignatureOutcome.Malformed)]
    [InlineData("v1.01614268930.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", SignatureOutcome.Malformed)]
    [InlineData("v1.-1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", SignatureOutcome.Malformed)]
    [InlineData("v1.999999999999999.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", SignatureOutcome.Malformed)]
    [InlineData("v1.99999999999999999999.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", SignatureOutcome.Malformed)]
    [InlineData("v2.1614268930.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", SignatureOutcome.Malformed)]
    public void What_is_no_token_of_this_attempt_is_told_apart(string? token, SignatureOutcome outcome)
    {
        var check = SignedUrl.Check(token, Attempt, Keys, Now);

        Assert.Equal(outcome, check.Outcome);
        Assert.False(check.IsValid);
    }

    [Fact]
    public void A_token_of_a_megabyte_is_no_token() =>
        Assert.Equal(SignatureOutcome.Malformed, SignedUrl.Check("v1.1614268930." + new string('A', 1_000_000), Attempt, Keys, Now).Outcome);

    [Fact]
    public void An_expiry_that_cannot_be_written_is_a_mistake_of_the_caller()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SignedUrl.Token(Attempt, DateTimeOffset.UnixEpoch, Keys));
        Assert.Throws<ArgumentOutOfRangeException>(() => SignedUrl.Token(Attempt, DateTimeOffset.MaxValue, Keys));
    }

    [Fact]
    [Trait("Row", "UX08")]
    public void A_token_is_good_for_its_own_attempt_alone() =>
        Prop.ForAll(Attempts.ToArbitrary(), Attempts.ToArbitrary(), (its, other) =>
            SignedUrl.Check(SignedUrl.Token(its, Expires, Keys), other, Keys, Now).Outcome == (its == other ? SignatureOutcome.Valid : SignatureOutcome.Forged)
            && SignedUrl.Check(SignedUrl.Token(its, Expires, Keys), its, Keys, Now).IsValid).Check(Settings(5_000));

    [Fact]
    [Trait("Row", "UX08")]
    public void Whatever_character_of_a_token_is_changed_it_is_no_longer_valid() =>
        Prop.ForAll(Change.ToArbitrary(), change =>
            Changed(SignedUrl.Token(Attempt, Expires, Keys), change) is not { } changed || !SignedUrl.Check(changed, Attempt, Keys, Now).IsValid).Check(Settings(2_000));

    [Fact]
    public void Whatever_comes_as_a_token_there_is_an_outcome_and_it_is_never_valid() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
            !SignedUrl.Check(text, Attempt, Keys, Now).IsValid && !SignedUrl.Check("v1." + text, Attempt, Keys, Now).IsValid
            && !SignedUrl.Check("v1.1614268930." + text, Attempt, Keys, Now).IsValid).Check(Settings(1_000));
}
