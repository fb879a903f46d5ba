using FsCheck;
using FsCheck.Fluent;
using Grimoire.Webhooks;
using static Grimoire.Tests.Webhooks.Messages;

namespace Grimoire.Tests.Webhooks;

public sealed class StandardWebhooksPropertyTests
{
    static readonly string[] Secrets = [.. Enumerable.Range(0, 6).Select(_ => SigningKeys.NewStandardSecret())];

    static Gen<string> Id { get; } =
        Gen.Choose('!', '~').Select(letter => letter is '.' or ',' ? '_' : (char)letter).NonEmptyListOf().Select(letters => string.Concat(letters.Take(256)));

    static Gen<Sent> Message { get; } =
        from id in Id
        from seconds in Gen.Choose(0, int.MaxValue)
        from body in Body
        from keys in Gen.SubListOf(Secrets).Where(some => some.Count > 0)
        select new Sent(id, DateTimeOffset.FromUnixTimeSeconds(seconds), body, [.. keys]);

    [Fact]
    [Trait("Row", "UX08")]
    public void What_was_signed_is_valid_for_whoever_knows_one_of_the_secrets() =>
        Prop.ForAll((from sent in Message from known in Gen.SubListOf(Secrets).Where(some => some.Count > 0) select (sent, known)).ToArbitrary(), drawn =>
        {
            var (sent, known) = drawn;
            var check = StandardWebhooks.Verify(Lookup(sent.Headers), sent.Body, SigningKeys.Standard(known), sent.Time);
            return sent.Secrets.Intersect(known).Any()
                ? check == new SignatureCheck(SignatureOutcome.Valid, "The signature is right.", sent.Id, sent.Time)
                : check.Outcome == SignatureOutcome.Forged;
        }).Check(Settings(500));

    [Fact]
    [Trait("Row", "UX08")]
    public void Whatever_byte_is_changed_the_message_is_no_longer_valid() =>
        Prop.ForAll((from sent in Message from part in Gen.Choose(0, 3) from change in Change select (sent, part, change)).ToArbitrary(), drawn =>
        {
            var (sent, part, change) = drawn;
            sent = sent with { Secrets = [sent.Secrets[0]] };
            var (headers, body) = (sent.Headers.ToList(), sent.Body);
            if (part == 3)
            {
                body = Changed(body, change);
            }
            else
            {
                headers[part] = new(headers[part].Key, Changed(headers[part].Value, change)!);
            }

            return body is null || headers.Exists(header => header.Value is null)
                || !StandardWebhooks.Verify(Lookup(headers), body, SigningKeys.Standard(sent.Secrets), sent.Time).IsValid;
        }).Check(Settings(2_000));

    [Fact]
    public void Whatever_comes_in_the_headers_there_is_an_outcome_and_it_is_never_valid() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<string>(), ArbMap.Default.ArbFor<string>(), ArbMap.Default.ArbFor<string>(),
            (id, time, signature) =>
            {
                var keys = SigningKeys.Standard(Secrets);
                bool Invalid(string? aId, string? aTime, string? aSignature) => !StandardWebhooks.Verify(
                    name => name == StandardWebhooks.IdHeader ? aId : name == StandardWebhooks.TimestampHeader ? aTime : aSignature, [], keys, Now).IsValid;
                return Invalid(id, time, signature) && Invalid("id", "1614265330", signature) && Invalid("id", "1614265330", "v1," + signature) && Invalid(id, "1614265330", "v1,x");
            }).Check(Settings(1_000));

    sealed record Sent(string Id, DateTimeOffset Time, byte[] Body, IReadOnlyList<string> Secrets)
    {
        public IReadOnlyList<KeyValuePair<string, string>> Headers => StandardWebhooks.Sign(Id, Time, Body, SigningKeys.Standard(Secrets));
    }
}
