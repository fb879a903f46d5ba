using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Spells;
using Grimoire.Webhooks;
using static Grimoire.Tests.Webhooks.Messages;

namespace Grimoire.Tests.Webhooks;

public sealed class CallbackSignatureTests
{
    const string WholeHmac = """
        {"kind":"hmac","secrets":["${secret:NEW}","${secret:OLD}"],"header":"X-Signature","algorithm":"sha512","encoding":"base64","prefix":"sha512=",
         "payload":"${id}.${timestamp}.${body}","timestampHeader":"X-Timestamp","timestampUnit":"milliseconds","idHeader":"X-Id","tolerance":"PT1M"}
        """;

    static readonly byte[] Body = Bytes("{}");

    [Fact]
    public void What_is_left_out_is_the_signed_URL_alone()
    {
        Assert.Equal((SignatureKind.Url, false), (Read(null).Kind, Read(null).SignsMessages()));
        Assert.Equal(SignatureKind.Url, Read("""{"kind":"url"}""").Kind);
    }

    [Fact]
    public void A_signature_by_Standard_Webhooks_is_read()
    {
        var signature = Read("""{"kind":"standard","secrets":["${secret:A}","${secret:B}"],"tolerance":"PT10M"}""");

        Assert.Equal((SignatureKind.Standard, TimeSpan.FromMinutes(10), null, true), (signature.Kind, signature.Tolerance, signature.Hmac, signature.SignsMessages()));
        Assert.Equal(["${secret:A}", "${secret:B}"], signature.Secrets);
        Assert.Equal(TimeSpan.FromMinutes(5), Read("""{"kind":"standard","secrets":["${secret:A}"]}""").Tolerance);
    }

    [Fact]
    public void A_signature_by_a_header_is_read()
    {
        var signature = Read(WholeHmac);

        Assert.Equal(["${secret:NEW}", "${secret:OLD}"], signature.Secrets);
        Assert.Equal((SignatureKind.Hmac, TimeSpan.FromMinutes(1)), (signature.Kind, signature.Tolerance));
        Assert.Equal(
            new HmacHeader
            {
                Header = "X-Signature", Algorithm = HmacAlgorithm.Sha512, Encoding = SignatureEncoding.Base64, Prefix = "sha512=",
                Payload = "${id}.${timestamp}.${body}", TimestampHeader = "X-Timestamp", TimestampUnit = TimestampUnit.Milliseconds, IdHeader = "X-Id",
            },
            signature.Hmac);
    }

    [Fact]
    public void A_header_with_keyed_parts_is_read()
    {
        var signature = Read("""{"kind":"hmac","secrets":["${secret:A}"],"header":"S","payload":"${timestamp}.${body}","timestampKey":"t","signatureKey":"v1"}""");

        Assert.Equal(new HmacHeader { Header = "S", Payload = "${timestamp}.${body}", TimestampKey = "t", SignatureKey = "v1" }, signature.Hmac);
    }

    [Fact]
    public void The_least_of_a_header_is_hex_of_SHA_256_over_the_body() =>
        Assert.Equal(
            (HmacAlgorithm.Sha256, SignatureEncoding.Hex, "", "${body}"),
            Read("""{"kind":"hmac","secrets":["${secret:A}"],"header":"S"}""").Hmac is { } hmac ? (hmac.Algorithm, hmac.Encoding, hmac.Prefix, hmac.Payload) : default);

    [Fact]
    public void No_signature_at_all_has_to_be_wanted() => Assert.Equal(SignatureKind.None, Read("""{"kind":"none","allowForgedCallbacks":true}""").Kind);

    [Theory]
    [InlineData("\"standard\"", "/signature field.type")]
    [InlineData("{}", "/signature/kind field.missing")]
    [InlineData("""{"kind":"Standard","secrets":[]}""", "/signature/kind field.value")]
    [InlineData("""{"kind":7}""", "/signature/kind field.type")]
    [InlineData("""{"kind":"url","secrets":["x"]}""", "/signature/secrets field.unknown")]
    [InlineData("""{"kind":"none"}""", "/signature/allowForgedCallbacks signature.none")]
    [InlineData("""{"kind":"none","allowForgedCallbacks":false}""", "/signature/allowForgedCallbacks signature.none")]
    [InlineData("""{"kind":"none","allowForgedCallbacks":"yes"}""", "/signature/allowForgedCallbacks field.type", "/signature/allowForgedCallbacks signature.none")]
    [InlineData("""{"kind":"url","allowForgedCallbacks":true}""", "/signature/allowForgedCallbacks field.unknown")]
    [InlineData("""{"kind":"standard"}""", "/signature/secrets field.missing")]
    [InlineData("""{"kind":"standard","secrets":[]}""", "/signature/secrets field.value")]
    [InlineData("""{"kind":"standard","secrets":"${secret:A}"}""", "/signature/secrets field.type")]
    [InlineData("""{"kind":"standard","secrets":["",1]}""", "/signature/secrets/0 field.tooLong", "/signature/secrets/1 field.type")]
    [InlineData("""{"kind":"standard","secrets":["1","2","3","4","5","6","7","8","9"]}""", "/signature/secrets field.tooMany")]
    [InlineData("""{"kind":"standard","secrets":["x"],"tolerance":"5m"}""", "/signature/tolerance field.duration")]
    [InlineData("""{"kind":"standard","secrets":["x"],"tolerance":"PT0S"}""", "/signature/tolerance field.range")]
    [InlineData("""{"kind":"standard","secrets":["x"],"tolerance":"P2D"}""", "/signature/tolerance field.range")]
    [InlineData("""{"kind":"standard","secrets":["x"],"header":"X"}""", "/signature/header field.unknown")]
    [InlineData("""{"kind":"hmac","secrets":["x"]}""", "/signature/header field.missing")]
    [InlineData("""{"kind":"hmac","secrets":["x"],"header":"X Y"}""", "/signature/header field.value")]
    [InlineData("""{"kind":"hmac","secrets":["x"],"header":""}""", "/signature/header field.value")]
    [InlineData("""{"kind":"hmac","secrets":["x"],"header":"X","algorithm":"md5","encoding":"base32"}""", "/signature/algorithm field.value", "/signature/encoding field.value")]
    [InlineData("""{"kind":"hmac","secrets":["x"],"header":"X","prefix":"a,b"}""", "/signature/prefix field.value")]
    [InlineData("""{"kind":"hmac","secrets":["x"],"header":"X","prefix":"a","signatureKey":"v1"}""", "/signature/prefix field.conflict")]
    [InlineData("""{"kind":"hmac","secrets":["x"],"header":"X","payload":"${timestamp}"}""", "/signature/payload signature.payload")]
    [InlineData("""{"kind":"hmac","secrets":["x"],"header":"X","payload":"${timestamp}.${body}"}""", "/signature/timestampHeader field.missing")]
    [InlineData("""{"kind":"hmac","secrets":["x"],"header":"X","payload":"${id}.${body}"}""", "/signature/idHeader field.missing")]
    [InlineData("""{"kind":"hmac","secrets":["x"],"header":"X","payload":"${timestamp}.${body}","timestampKey":"t"}""", "/signature/signatureKey field.missing")]
    [InlineData("""{"kind":"hmac","secrets":["x"],"header":"X","payload":"${timestamp}.${body}","timestampKey":"t,","signatureKey":"v=1"}""", "/signature/signatureKey field.value", "/signature/timestampKey field.value")]
    [InlineData("""{"kind":"hmac","secrets":["x"],"header":"X","payload":"${timestamp}.${body}","timestampHeader":"T","timestampKey":"t","signatureKey":"v1"}""", "/signature/timestampKey field.conflict")]
    [InlineData("""{"kind":"hmac","secrets":["x"],"header":"X","timestampHeader":"T","timestampUnit":"seconds","idHeader":"I","tolerance":"PT5M"}""",
        "/signature/idHeader signature.unsigned", "/signature/timestampHeader signature.unsigned", "/signature/timestampUnit signature.unsigned", "/signature/tolerance field.conflict")]
    public void What_is_wrong_is_told_with_its_place(string document, params string[] expected)
    {
        var findings = new List<Finding>();

        CallbackSignatureReader.Read(new ObjectReader(new JsonObject { ["signature"] = JsonNode.Parse(document) }, "", "'callback'", findings), SpellLimits.Default);

        Assert.Equal(expected, findings.Select(finding => $"{finding.Pointer} {finding.Code}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_field_of_another_kind_is_told_with_the_kind()
    {
        var findings = new List<Finding>();

        CallbackSignatureReader.Read(
            new ObjectReader(new JsonObject { ["signature"] = JsonNode.Parse("""{"kind":"url","tolerance":"PT5M"}""") }, "/job/callback", "'callback'", findings), SpellLimits.Default);

        Assert.Equal(("/job/callback/signature/tolerance", "'tolerance' is not a field of a signature of the kind 'url'"), (findings.Single().Pointer, findings.Single().Message));
    }

    [Theory]
    [InlineData(WholeHmac)]
    [InlineData("""{"kind":"standard","secrets":["${secret:A}"],"tolerance":"PT10M"}""")]
    [InlineData("""{"kind":"url"}""")]
    public void It_survives_being_written_as_JSON(string document)
    {
        var signature = Read(document);

        var copy = JsonSerializer.Deserialize<CallbackSignature>(JsonSerializer.Serialize(signature, DomainJson.Options), DomainJson.Options)!;

        Assert.Equal(signature with { Secrets = [] }, copy with { Secrets = [] });
        Assert.Equal(signature.Secrets, copy.Secrets);
    }

    [Fact]
    [Trait("Row", "UX08")]
    public void Messages_are_verified_as_the_definition_says()
    {
        var standard = Read("""{"kind":"standard","secrets":["${secret:A}"],"tolerance":"PT10M"}""");
        var hmac = Read(WholeHmac);
        var secret = SigningKeys.NewStandardSecret();
        var byStandard = Lookup(StandardWebhooks.Sign("id", Now, Body, SigningKeys.Standard([secret])));
        var byHmac = Lookup(hmac.Hmac!.Sign("id", Now, Body, SigningKeys.Text([secret])));

        Assert.Equal("id", standard.VerifyMessage(byStandard, Body, [secret], Now.AddMinutes(10)).MessageId);
        Assert.Equal(SignatureOutcome.Expired, standard.VerifyMessage(byStandard, Body, [secret], Now.AddMinutes(11)).Outcome);
        Assert.Equal(SignatureOutcome.Missing, standard.VerifyMessage(byHmac, Body, [secret], Now).Outcome);
        Assert.Equal("id", hmac.VerifyMessage(byHmac, Body, ["another", secret], Now.AddMinutes(1)).MessageId);
        Assert.Equal(SignatureOutcome.TooNew, hmac.VerifyMessage(byHmac, Body, [secret], Now.AddMinutes(-2)).Outcome);
        Assert.Equal(SignatureOutcome.Missing, hmac.VerifyMessage(byStandard, Body, [secret], Now).Outcome);
    }

    [Theory]
    [InlineData("""{"kind":"standard","secrets":["${secret:A}"]}""", "not base64!")]
    [InlineData("""{"kind":"standard","secrets":["${secret:A}"]}""", "")]
    [InlineData("""{"kind":"standard","secrets":["${secret:A}"]}""")]
    [InlineData(WholeHmac, "")]
    [InlineData(WholeHmac)]
    public void Unusable_secrets_are_not_the_senders_fault(string document, params string[] secrets)
    {
        var check = Read(document).VerifyMessage(_ => "x", Body, secrets, Now);

        Assert.Equal(SignatureOutcome.Unverifiable, check.Outcome);
        Assert.False(check.IsValid);
        Assert.DoesNotContain("base64!", check.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_is_signed_nothing_is_called_valid()
    {
        CallbackSignature[] unsigned = [CallbackSignature.UrlOnly, Read("""{"kind":"none","allowForgedCallbacks":true}"""), new() { Kind = SignatureKind.Hmac }];

        Assert.All(unsigned, signature => Assert.Throws<InvalidOperationException>(() => signature.VerifyMessage(_ => "x", Body, ["secret"], Now)));
    }

    static CallbackSignature Read(string? document)
    {
        var findings = new List<Finding>();
        var callback = new ObjectReader(new JsonObject { ["signature"] = document is null ? null : JsonNode.Parse(document) }, "", "'callback'", findings);
        var signature = CallbackSignatureReader.Read(callback, SpellLimits.Default);
        callback.End();
        Assert.Empty(findings);
        return signature;
    }
}
