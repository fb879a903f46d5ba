using System.Text.Json;
using Grimoire.Notifications;
using Grimoire.Webhooks;
using static Grimoire.Tests.Webhooks.Messages;

namespace Grimoire.Tests.Notifications;

/// <summary>Secrets change without a message that its receiver cannot verify.</summary>
public sealed class SigningSecretsTests
{
    static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    [Trait("Row", "UX08")]
    public void After_a_rotation_both_sign_until_the_old_one_expires()
    {
        var before = SigningSecrets.New(Now);

        var after = before.Rotated(Now, Day)!;

        Assert.NotEqual(before.Current, after.Current);
        Assert.True(Verifies(after, before.Current, Now.AddHours(23)));
        Assert.True(Verifies(after, after.Current, Now.AddHours(23)));
        Assert.False(Verifies(after, before.Current, Now.AddHours(24)));
        Assert.True(Verifies(after, after.Current, Now.AddHours(24)));
        Assert.Equal(Now + Day, after.OverlapsUntil(Now));
        Assert.Null(after.OverlapsUntil(Now + Day));
    }

    [Fact]
    public void No_secret_is_dropped_while_somebody_may_know_no_other()
    {
        var secrets = SigningSecrets.New(Now);
        for (var rotation = 1; rotation < SigningSecrets.Most; rotation++)
        {
            secrets = secrets.Rotated(Now, Day)!;
        }

        Assert.Equal(SigningSecrets.Most, secrets.KeysAt(Now).Count);
        Assert.Null(secrets.Rotated(Now.AddHours(23), Day));
        Assert.Equal(2, secrets.Rotated(Now.AddHours(24), Day)!.KeysAt(Now.AddHours(24)).Count);
    }

    [Fact]
    public void The_same_secret_again_changes_nothing()
    {
        var secrets = SigningSecrets.New(Now);

        Assert.Same(secrets, secrets.Rotated(Now, Day, secrets.Current));
    }

    [Fact]
    public void Written_as_text_they_tell_nothing_and_stored_they_are_whole()
    {
        var secrets = SigningSecrets.New(Now).Rotated(Now, Day)!;

        Assert.DoesNotContain("whsec", $"{secrets} {secrets.Retired[0]}", StringComparison.Ordinal);
        Assert.Equal(2, JsonSerializer.Deserialize<SigningSecrets>(JsonSerializer.Serialize(secrets, DomainJson.Options), DomainJson.Options)!.KeysAt(Now).Count);
    }

    static bool Verifies(SigningSecrets secrets, string known, DateTimeOffset at)
    {
        var body = Bytes("{}");
        var headers = StandardWebhooks.Sign("msg_1", at, body, secrets.KeysAt(at)).ToDictionary(header => header.Key, header => header.Value);
        return Receiver(headers, body, known, at);
    }

    static bool Receiver(Dictionary<string, string> headers, byte[] body, string secret, DateTimeOffset at) => Webhooks.Receiver.IsGenuine(
        headers[StandardWebhooks.IdHeader], headers[StandardWebhooks.TimestampHeader], headers[StandardWebhooks.SignatureHeader], body, secret, at);
}
