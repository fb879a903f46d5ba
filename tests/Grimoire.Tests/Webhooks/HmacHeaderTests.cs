using Grimoire.Webhooks;
using static Grimoire.Tests.Webhooks.Messages;

namespace Grimoire.Tests.Webhooks;

public sealed class HmacHeaderTests
{
    static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);
    static readonly SigningKeys Keys = SigningKeys.Text(["new secret", "old secret"]);
    static readonly byte[] Body = Bytes("""{"status":"completed"}""");

    // RFC 2202 and RFC 4231, the test case whose key is "Jefe"; the bytes of SHA-256 in the two alphabets of base64, too.
    [Theory]
    [InlineData(HmacAlgorithm.Sha1, SignatureEncoding.Hex, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")]
    [InlineData(HmacAlgorithm.Sha256, SignatureEncoding.Hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")]
    [InlineData(HmacAlgorithm.Sha256, SignatureEncoding.Hex, "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843")]
    [InlineData(HmacAlgorithm.Sha256, SignatureEncoding.Base64, "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=")]
    [InlineData(HmacAlgorithm.Sha256, SignatureEncoding.Base64, "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM")]
    [InlineData(HmacAlgorithm.Sha512, SignatureEncoding.Base64, "Fkt6e/z4GeLjlfvnO1bgo4e9ZCIugx/WECcM1+olBVSXWL91wFqZSm0DT2X48Ob9yuqxo01Ka0tjbgcKOLznNw==")]
    [InlineData(HmacAlgorithm.Sha512, SignatureEncoding.Base64url, "Fkt6e_z4GeLjlfvnO1bgo4e9ZCIugx_WECcM1-olBVSXWL91wFqZSm0DT2X48Ob9yuqxo01Ka0tjbgcKOLznNw")]
    [InlineData(HmacAlgorithm.Sha512, SignatureEncoding.Base64, "Fkt6e_z4GeLjlfvnO1bgo4e9ZCIugx_WECcM1-olBVSXWL91wFqZSm0DT2X48Ob9yuqxo01Ka0tjbgcKOLznNw==")]
    [InlineData(
        HmacAlgorithm.Sha512, SignatureEncoding.Hex,
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737")]
    [Trait("Row", "UX08")]
    public void Algorithms_and_encodings_are_those_of_the_standards(HmacAlgorithm algorithm, SignatureEncoding encoding, string signature)
    {
        var header = new HmacHeader { Header = "X-Signature", Algorithm = algorithm, Encoding = encoding };

        var check = header.Verify(Lookup(("x-signature", signature)), Bytes("what do ya want for nothing?"), SigningKeys.Text(["Jefe"]), Now, Tolerance);

        Assert.Equal(new SignatureCheck(SignatureOutcome.Valid, "The signature is right."), check);
    }

    // Published by GitHub in its documentation of webhooks.
    [Fact]
    [Trait("Row", "UX08")]
    public void A_prefix_stands_before_the_signature()
    {
        var header = new HmacHeader { Header = "X-Hub-Signature-256", Prefix = "sha256=" };
        SignatureOutcome Of(string value) =>
            header.Verify(Lookup((header.Header, value)), Bytes("Hello, World!"), SigningKeys.Text(["It's a Secret to Everybody"]), Now, Tolerance).Outcome;

        Assert.Equal(SignatureOutcome.Valid, Of("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"));
        Assert.Equal(SignatureOutcome.Valid, Of("sha1=0, sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"));
        Assert.Equal(SignatureOutcome.Missing, Of("757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"));
        Assert.Equal(SignatureOutcome.Missing, Of("sha1=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"));
        Assert.Equal(SignatureOutcome.Malformed, Of("sha256="));
        Assert.Equal(SignatureOutcome.Forged, Of("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e18"));
    }

    // Published by Slack in its documentation of signed requests.
    [Fact]
    [Trait("Row", "UX08")]
    public void A_time_in_a_header_of_its_own_is_signed_with_the_body()
    {
        var header = new HmacHeader
        {
            Header = "X-Slack-Signature", Prefix = "v0=", Payload = "v0:${timestamp}:${body}", TimestampHeader = "X-Slack-Request-Timestamp",
        };
        var body = Bytes("token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA"
            + "&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554"
            + "%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c");
        var headers = Lookup(
            ("X-Slack-Request-Timestamp", "1531420618"), ("X-Slack-Signature", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"));
        SignatureOutcome At(long seconds) =>
            header.Verify(headers, body, SigningKeys.Text(["8f742231b10e8888abcd99yyyzzz85a5"]), DateTimeOffset.FromUnixTimeSeconds(seconds), Tolerance).Outcome;

        Assert.Equal(
            [SignatureOutcome.TooNew, SignatureOutcome.Valid, SignatureOutcome.Valid, SignatureOutcome.Expired],
            [At(1531420317), At(1531420318), At(1531420918), At(1531420919)]);
    }

    [Fact]
    [Trait("Row", "UX08")]
    public void A_header_may_have_keyed_parts()
    {
        var header = new HmacHeader { Header = "Stripe-Signature", Payload = "${timestamp}.${body}", TimestampKey = "t", SignatureKey = "v1" };
        var signed = header.Sign(null, Now, Body, Keys).Single().Value;
        SignatureOutcome Of(string value) => header.Verify(Lookup((header.Header, value)), Body, SigningKeys.Text(["old secret"]), Now, Tolerance).Outcome;

        Assert.Matches("^t=1614265330,v1=[0-9a-f]{64},v1=[0-9a-f]{64}$", signed);
        Assert.Equal(SignatureOutcome.Valid, Of(signed));
        Assert.Equal(SignatureOutcome.Valid, Of(signed.Replace(',', ';')));
        Assert.Equal(SignatureOutcome.Valid, Of($"v0=00 , {signed.Replace(",", " ,  ", StringComparison.Ordinal)},rubbish,="));
        Assert.Equal(SignatureOutcome.Forged, Of(signed.Replace("30,", "31,", StringComparison.Ordinal)));
        Assert.Equal(SignatureOutcome.Missing, Of(signed.Replace("v1=", "v0=", StringComparison.Ordinal)));
        Assert.Equal(SignatureOutcome.Missing, Of(signed.Replace("t=1614265330,", "", StringComparison.Ordinal)));
        Assert.Equal(SignatureOutcome.Malformed, Of(signed.Replace("t=1614265330", "t=now", StringComparison.Ordinal)));
        Assert.Equal(SignatureOutcome.Malformed, Of("t=1614265330,v1=abc"));
    }

    [Fact]
    public void Two_times_in_one_header_are_no_time()
    {
        var header = new HmacHeader { Header = "S", Payload = "${timestamp}.${body}", TimestampKey = "t", SignatureKey = "v1" };

        var check = header.Verify(Lookup(("S", header.Sign(null, Now, Body, Keys)[0].Value + ",t=1")), Body, Keys, Now, Tolerance);

        Assert.Equal((SignatureOutcome.Missing, "The header S has no part t=, or several."), (check.Outcome, check.Reason));
    }

    [Fact]
    public void Milliseconds_are_taken_for_what_they_are()
    {
        var header = new HmacHeader { Header = "S", Payload = "${timestamp}.${body}", TimestampHeader = "T", TimestampUnit = TimestampUnit.Milliseconds };
        var signed = header.Sign(null, Now.AddMilliseconds(7), Body, Keys);

        var check = header.Verify(Lookup(signed), Body, Keys, Now, Tolerance);

        Assert.Equal("1614265330007", signed[1].Value);
        Assert.Equal((SignatureOutcome.Valid, (DateTimeOffset?)Now.AddMilliseconds(7)), (check.Outcome, check.SignedAt));
    }

    [Fact]
    public void An_id_is_handed_on_only_if_it_is_signed()
    {
        var signing = new HmacHeader { Header = "S", Payload = "${id}.${timestamp}.${body}", TimestampHeader = "T", IdHeader = "I" };
        var headers = Lookup(signing.Sign("delivery-1", Now, Body, Keys));
        var passing = new HmacHeader { Header = "S" };

        Assert.Equal("delivery-1", signing.Verify(headers, Body, Keys, Now, Tolerance).MessageId);
        Assert.Null(passing.Verify(Lookup([.. passing.Sign(null, Now, Body, Keys), new("I", "delivery-1")]), Body, Keys, Now, Tolerance).MessageId);
    }

    [Theory]
    [InlineData(null, SignatureOutcome.Missing)]
    [InlineData("", SignatureOutcome.Missing)]
    [InlineData("delivery.1", SignatureOutcome.Malformed)]
    [InlineData("delivery 1", SignatureOutcome.Malformed)]
    [InlineData("delivery-1, delivery-1", SignatureOutcome.Malformed)]
    [InlineData("délivery-1", SignatureOutcome.Malformed)]
    [InlineData("delivery-2", SignatureOutcome.Forged)]
    public void An_id_has_to_be_there_and_to_be_one(string? id, SignatureOutcome outcome)
    {
        var header = new HmacHeader { Header = "S", Payload = "${id}.${body}", IdHeader = "I" };
        var signature = header.Sign("delivery-1", Now, Body, Keys)[0].Value;

        Assert.Equal(outcome, header.Verify(name => name == "I" ? id : signature, Body, Keys, Now, Tolerance).Outcome);
    }

    [Fact]
    public void The_header_has_to_be_there_and_to_be_of_bounded_length()
    {
        var header = new HmacHeader { Header = "S" };
        var signature = header.Sign(null, Now, Body, Keys)[0].Value;
        SignatureOutcome Of(string? value) => header.Verify(_ => value, Body, Keys, Now, Tolerance).Outcome;

        Assert.Equal([SignatureOutcome.Missing, SignatureOutcome.Missing, SignatureOutcome.Malformed], [Of(null), Of(""), Of(" ")]);
        Assert.Equal(SignatureOutcome.Valid, Of($"{new string('a', 64)}, {signature}"));
        Assert.Equal(SignatureOutcome.Malformed, Of(string.Join(',', Enumerable.Repeat(signature, 10_000))));
    }

    [Fact]
    [Trait("Row", "UX08")]
    public void Either_of_two_secrets_is_enough_and_a_third_is_not()
    {
        var header = new HmacHeader { Header = "S" };
        var signed = Lookup(header.Sign(null, Now, Body, SigningKeys.Text(["old secret"])));

        Assert.True(header.Verify(signed, Body, Keys, Now, Tolerance).IsValid);
        Assert.Equal(SignatureOutcome.Forged, header.Verify(signed, Body, SigningKeys.Text(["new secret"]), Now, Tolerance).Outcome);
    }

    [Fact]
    public void A_payload_whose_parts_are_nowhere_to_be_found_is_a_mistake_of_the_caller()
    {
        Assert.Throws<InvalidOperationException>(() => new HmacHeader { Header = "S", Payload = "${id}.${body}" }.Verify(_ => "x", Body, Keys, Now, Tolerance));
        Assert.Throws<InvalidOperationException>(() => new HmacHeader { Header = "S", Payload = "${timestamp}.${body}" }.Verify(_ => "x", Body, Keys, Now, Tolerance));
        Assert.Throws<ArgumentException>(() => new HmacHeader { Header = "S", Payload = "${timestamp}" });
    }

    [Fact]
    public void What_is_refused_is_refused_without_secrets()
    {
        var header = new HmacHeader { Header = "S" };
        var right = header.Sign(null, Now, Body, Keys)[0].Value.Split(',')[0];

        var check = header.Verify(_ => new string('0', 64), Body, Keys, Now, Tolerance);

        Assert.Equal(SignatureOutcome.Forged, check.Outcome);
        Assert.DoesNotContain(right, check.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("new secret", check.Reason, StringComparison.Ordinal);
    }
}
