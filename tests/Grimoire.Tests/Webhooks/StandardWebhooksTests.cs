using Grimoire.Webhooks;
using static Grimoire.Tests.Webhooks.Messages;

namespace Grimoire.Tests.Webhooks;

public sealed class StandardWebhooksTests
{
    // The vector that the libraries of the Standard Webhooks specification are tested with.
    const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const string Time = "1614265330";
    const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    const string Other = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=";

    static readonly byte[] Body = Bytes("""{"test": 2432232314}""");
    static readonly SigningKeys Keys = SigningKeys.Standard([Secret]);

    [Fact]
    [Trait("Row", "UX08")]
    public void A_message_is_signed_as_the_specification_has_it()
    {
        var headers = StandardWebhooks.Sign(Id, Now, Body, Keys);

        Assert.Equal([("webhook-id", Id), ("webhook-timestamp", Time), ("webhook-signature", Signature)], headers.Select(header => (header.Key, header.Value)));
    }

    [Theory]
    [InlineData(Secret)]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [Trait("Row", "UX08")]
    public void A_signature_of_the_specification_is_valid(string secret)
    {
        var check = StandardWebhooks.Verify(Request(), Body, SigningKeys.Standard([secret]), Now);

        Assert.Equal((SignatureOutcome.Valid, Id, (DateTimeOffset?)Now), (check.Outcome, check.MessageId, check.SignedAt));
        Assert.True(check.IsValid);
    }

    [Fact]
    [Trait("Row", "UX08")]
    public void While_secrets_change_either_side_may_be_first()
    {
        string[] secrets = [SigningKeys.NewStandardSecret(), SigningKeys.NewStandardSecret(), SigningKeys.NewStandardSecret()];
        var both = Lookup(StandardWebhooks.Sign(Id, Now, Body, SigningKeys.Standard(secrets[..2])));

        Assert.Equal(
            [true, true, false, true],
            new[] { secrets[..1], secrets[1..2], secrets[2..], secrets[1..] }.Select(known => StandardWebhooks.Verify(both, Body, SigningKeys.Standard(known), Now).IsValid));
    }

    [Theory]
    [InlineData(Other + " v2," + "Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= " + Signature + " " + Other)]
    [InlineData("v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg== " + Signature)]
    [InlineData("  " + Signature + "  ")]
    [InlineData("v1, " + Signature)]
    [InlineData("rubbish " + Signature)]
    public void One_valid_signature_among_others_is_enough(string signatures) => Outcome(SignatureOutcome.Valid, Request(signature: signatures));

    [Fact]
    public void Signatures_in_two_headers_count_as_in_one()
    {
        var headers = Lookup(("Webhook-Id", Id), ("Webhook-Timestamp", Time), ("Webhook-Signature", Other), ("Webhook-Signature", Signature));

        Outcome(SignatureOutcome.Valid, headers);
    }

    [Theory]
    [InlineData("webhook-id")]
    [InlineData("webhook-timestamp")]
    [InlineData("webhook-signature")]
    public void A_header_that_is_not_there_or_empty_is_missing_and_named(string name)
    {
        var headers = Request();

        var absent = StandardWebhooks.Verify(asked => asked == name ? null : headers(asked), Body, Keys, Now);
        var empty = StandardWebhooks.Verify(asked => asked == name ? "" : headers(asked), Body, Keys, Now);

        Assert.Equal((SignatureOutcome.Missing, $"The header {name} is missing."), (absent.Outcome, absent.Reason));
        Assert.Equal(absent, empty);
    }

    [Fact]
    public void Signatures_of_kinds_that_are_not_supported_are_none()
    {
        var check = StandardWebhooks.Verify(Request(signature: "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="), Body, Keys, Now);

        Assert.Equal(SignatureOutcome.Missing, check.Outcome);
        Assert.Contains("v1a (ed25519), are not supported", check.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1,")]
    [InlineData("v1,g0hM9SsE")]
    [InlineData("v1,g0hM9SsE-OTPJTGt_tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OEA")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1Oé=")]
    [InlineData("v1,83484cf52b04f8e4cf2531adfed9882ad4b2665137b852442d594d20e2c9d4e1")]
    public void What_cannot_be_a_signature_is_malformed(string signature) => Outcome(SignatureOutcome.Malformed, Request(signature: signature));

    [Theory]
    [InlineData("1614265330.5")]
    [InlineData("-1614265330")]
    [InlineData("+1614265330")]
    [InlineData(" 1614265330")]
    [InlineData("1614265330, 1614265330")]
    [InlineData("0x6037BF32")]
    [InlineData("2021-02-25T15:02:10Z")]
    [InlineData("１６１４２６５３３０")]
    [InlineData("253402300800")]
    [InlineData("999999999999999")]
    [InlineData("99999999999999999999999999")]
    public void What_cannot_be_a_time_is_malformed(string time) => Outcome(SignatureOutcome.Malformed, Request(time: time));

    [Theory]
    [InlineData("msg.1")]
    [InlineData("msg 1")]
    [InlineData("msg_1, msg_1")]
    [InlineData("msg_é")]
    [InlineData("msg\0")]
    [InlineData("\ud800")]
    public void What_cannot_be_an_id_is_malformed_and_not_signed(string id)
    {
        Outcome(SignatureOutcome.Malformed, Request(id: id));
        Assert.Throws<ArgumentException>(() => StandardWebhooks.Sign(id, Now, Body, Keys));
    }

    [Fact]
    public void An_id_has_at_most_256_characters()
    {
        var longest = new string('x', 256);

        Outcome(SignatureOutcome.Valid, Lookup(StandardWebhooks.Sign(longest, Now, Body, Keys)));
        Outcome(SignatureOutcome.Malformed, Request(id: longest + "x"));
    }

    [Fact]
    public void Parts_of_a_message_cannot_be_shifted_into_one_another()
    {
        // "a.1614265330.2.x" is also what an id of "a.1614265330", a time of 2 and a body of "x" would come to.
        var signature = StandardWebhooks.Sign("a", Now, Bytes("2.x"), Keys)[2].Value;

        var check = StandardWebhooks.Verify(Request("a." + Time, "2", signature), Bytes("x"), Keys, DateTimeOffset.FromUnixTimeSeconds(2));

        Assert.Equal(SignatureOutcome.Malformed, check.Outcome);
    }

    [Fact]
    public void A_header_of_ten_thousand_signatures_is_refused_and_one_of_eighty_is_not()
    {
        var eighty = string.Join(' ', Enumerable.Repeat(Other, 79).Append(Signature));

        Outcome(SignatureOutcome.Malformed, Request(signature: string.Join(' ', Enumerable.Repeat(Other, 9_999).Append(Signature))));
        Outcome(SignatureOutcome.Valid, Request(signature: eighty));
    }

    [Theory]
    [InlineData(0, SignatureOutcome.Valid)]
    [InlineData(300, SignatureOutcome.Valid)]
    [InlineData(301, SignatureOutcome.Expired)]
    [InlineData(-300, SignatureOutcome.Valid)]
    [InlineData(-301, SignatureOutcome.TooNew)]
    public void A_message_is_valid_for_five_minutes_either_way(int secondsLater, SignatureOutcome outcome) =>
        Assert.Equal(outcome, StandardWebhooks.Verify(Request(), Body, Keys, Now.AddSeconds(secondsLater)).Outcome);

    [Fact]
    public void The_tolerance_can_be_set()
    {
        SignatureOutcome At(int minutes) => StandardWebhooks.Verify(Request(), Body, Keys, Now.AddMinutes(minutes), TimeSpan.FromMinutes(10)).Outcome;

        Assert.Equal([SignatureOutcome.TooNew, SignatureOutcome.Valid, SignatureOutcome.Valid, SignatureOutcome.Expired], [At(-11), At(-10), At(10), At(11)]);
    }

    [Fact]
    public void Clocks_at_the_ends_of_time_are_no_error()
    {
        Assert.Equal(SignatureOutcome.Expired, StandardWebhooks.Verify(Request(), Body, Keys, DateTimeOffset.MaxValue, TimeSpan.Zero).Outcome);
        Assert.Equal(SignatureOutcome.TooNew, StandardWebhooks.Verify(Request(), Body, Keys, DateTimeOffset.MinValue, TimeSpan.Zero).Outcome);
        Assert.Equal(SignatureOutcome.Valid, StandardWebhooks.Verify(Request(), Body, Keys, DateTimeOffset.MaxValue, TimeSpan.MaxValue).Outcome);
    }

    [Fact]
    public void Only_a_message_whose_signature_is_right_is_called_too_old()
    {
        var check = StandardWebhooks.Verify(Request(signature: Other), Body, Keys, Now.AddDays(1));

        Assert.Equal((SignatureOutcome.Forged, null, null), (check.Outcome, check.MessageId, check.SignedAt));
    }

    [Fact]
    public void What_is_refused_is_refused_without_secrets()
    {
        string[] secrets = ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "g0hM9SsE"];
        SignatureCheck[] checks =
        [
            StandardWebhooks.Verify(Request(signature: Other), Body, Keys, Now),
            StandardWebhooks.Verify(Request(signature: "v1,g0hM9SsE"), Body, Keys, Now),
            StandardWebhooks.Verify(Request(), Body, Keys, Now.AddDays(1)),
            StandardWebhooks.Verify(Request(), Body, Keys, Now.AddDays(-1)),
        ];

        Assert.Equal(
            [SignatureOutcome.Forged, SignatureOutcome.Malformed, SignatureOutcome.Expired, SignatureOutcome.TooNew],
            checks.Select(check => check.Outcome));
        Assert.DoesNotContain(checks, check => secrets.Any(secret => check.ToString().Contains(secret, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_message_before_1970_is_not_signed() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => StandardWebhooks.Sign(Id, DateTimeOffset.UnixEpoch.AddTicks(-1), Body, Keys));

    static void Outcome(SignatureOutcome expected, HeaderLookup headers) => Assert.Equal(expected, StandardWebhooks.Verify(headers, Body, Keys, Now).Outcome);

    static HeaderLookup Request(string id = Id, string time = Time, string signature = Signature) =>
        Lookup(("webhook-id", id), ("webhook-timestamp", time), ("webhook-signature", signature));
}
