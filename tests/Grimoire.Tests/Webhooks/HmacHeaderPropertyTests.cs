using FsCheck;
using FsCheck.Fluent;
using Grimoire.Webhooks;
using static Grimoire.Tests.Webhooks.Messages;

namespace Grimoire.Tests.Webhooks;

public sealed class HmacHeaderPropertyTests
{
    static readonly TimeSpan Tolerance = TimeSpan.FromDays(1);
    static readonly string[] Secrets = ["one secret", "another secret", "a third secret", "wörds"];

    static Gen<HmacHeader> Header { get; } =
        from algorithm in Gen.Elements(Enum.GetValues<HmacAlgorithm>())
        from encoding in Gen.Elements(Enum.GetValues<SignatureEncoding>())
        from unit in Gen.Elements(Enum.GetValues<TimestampUnit>())
        from prefix in Gen.Elements("", "sha=", "Signature ")
        from keyed in Gen.Elements(0, 1, 2)
        from payload in Gen.Elements("${body}", "${timestamp}.${body}", "${id}.${timestamp}.${body}", "v0:${timestamp}:${id}:${body}", "${body}|${timestamp}", "é${id}€${body}€")
        let hasTime = payload.Contains("${timestamp}", StringComparison.Ordinal)
        select new HmacHeader
        {
            Header = "S", Algorithm = algorithm, Encoding = encoding, Payload = payload, TimestampUnit = unit,
            Prefix = keyed == 0 ? prefix : "",
            SignatureKey = keyed > 0 ? "v1" : null,
            TimestampKey = keyed == 2 && hasTime ? "t" : null,
            TimestampHeader = keyed < 2 && hasTime ? "T" : null,
            IdHeader = payload.Contains("${id}", StringComparison.Ordinal) ? "I" : null,
        };

    static Gen<Sent> Message { get; } =
        from header in Header
        from letters in Gen.Elements("abcXYZ019-_/+=".ToCharArray()).NonEmptyListOf()
        from seconds in Gen.Choose(0, int.MaxValue)
        from body in Body
        from secrets in Gen.SubListOf(Secrets).Where(some => some.Count > 0)
        select new Sent(header, string.Concat(letters.Take(256)), DateTimeOffset.FromUnixTimeSeconds(seconds), body, [.. secrets]);

    [Fact]
    [Trait("Row", "UX08")]
    public void What_was_signed_is_valid_for_whoever_knows_one_of_the_secrets() =>
        Prop.ForAll((from sent in Message from known in Gen.SubListOf(Secrets).Where(some => some.Count > 0) select (sent, known)).ToArbitrary(), drawn =>
        {
            var (sent, known) = drawn;
            var check = sent.Header.Verify(Lookup(sent.Headers), sent.Body, SigningKeys.Text(known), sent.Time, Tolerance);
            return sent.Secrets.Intersect(known).Any()
                ? check.IsValid && check.MessageId == (sent.Header.IdHeader is null ? null : sent.Id)
                : check.Outcome == SignatureOutcome.Forged;
        }).Check(Settings(1_000));

    [Fact]
    [Trait("Row", "UX08")]
    public void Whatever_byte_is_changed_the_message_is_no_longer_valid() =>
        Prop.ForAll((from sent in Message from part in Gen.Choose(0, 3) from change in Change select (sent, part, change)).ToArbitrary(), drawn =>
        {
            var (sent, part, change) = drawn;
            sent = sent with { Secrets = [sent.Secrets[0]] };
            var (headers, body) = (sent.Headers.ToList(), sent.Body);
            if (part < headers.Count)
            {
                var value = Changed(headers[part].Value, change);
                if (value is null || (part == 0 && SameSignature(sent.Header, headers[0].Value, value)))
                {
                    return true;
                }

                headers[part] = new(headers[part].Key, value);
            }
            else if (Changed(body, change) is { } changed)
            {
                body = changed;
            }
            else
            {
                return true;
            }

            return !sent.Header.Verify(Lookup(headers), body, SigningKeys.Text(sent.Secrets), sent.Time, Tolerance).IsValid;
        }).Check(Settings(4_000));

    [Fact]
    public void Whatever_comes_in_the_headers_there_is_an_outcome_and_it_is_never_valid() =>
        Prop.ForAll((from header in Header
                     from text in ArbMap.Default.GeneratorFor<string>()
                     from place in Gen.Elements("S", "T", "I") select (header, text, place)).ToArbitrary(), drawn =>
        {
            var lookup = (string name) => name == drawn.place ? drawn.text : name == "T" ? "1614265330" : "t=1614265330,v1=" + drawn.text;
            return !drawn.header.Verify(new HeaderLookup(lookup), [], SigningKeys.Text(Secrets), Now, Tolerance).IsValid;
        }).Check(Settings(1_000));

    /// <summary>
    /// Hex in capitals, the other alphabet of base64, or a comma in place of the padding at its end: another text, the same signature.
    /// And what separates keyed parts may be either of two.
    /// </summary>
    static bool SameSignature(HmacHeader header, string before, string after)
    {
        var at = Enumerable.Range(0, before.Length).Single(index => before[index] != after[index]);
        var (from, to) = (before[at], after[at]);
        var same = header.Encoding == SignatureEncoding.Hex ? char.IsAsciiHexDigit(from) && (from ^ to) == 0x20 : "+-+ /_/".Contains($"{from}{to}", StringComparison.Ordinal);
        same |= to is ',' or ';' && before[at..].Trim('=').Length == 0;
        return same || (header.SignatureKey is not null && ",;".Contains(from, StringComparison.Ordinal) && ",;".Contains(to, StringComparison.Ordinal));
    }

    sealed record Sent(HmacHeader Header, string Id, DateTimeOffset Time, byte[] Body, IReadOnlyList<string> Secrets)
    {
        public IReadOnlyList<KeyValuePair<string, string>> Headers => Header.Sign(Id, Time, Body, SigningKeys.Text(Secrets));
    }
}
