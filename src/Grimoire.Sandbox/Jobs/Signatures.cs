using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Grimoire.Sandbox.Jobs;

/// <summary>The headers that prove who sent a callback.</summary>
delegate IEnumerable<(string Name, string Value)> Signer(CallbackMessage message, JobSettings settings, DateTimeOffset at);

/// <summary>The two ways in which callbacks are signed here.</summary>
static class Signatures
{
    static readonly byte[] WrongKey = "no key of the sandbox"u8.ToArray();

    /// <summary>Standard Webhooks: id.timestamp.body, a signature for each secret, so that secrets can be changed one after the other.</summary>
    public static IEnumerable<(string Name, string Value)> StandardWebhooks(CallbackMessage message, JobSettings settings, DateTimeOffset at)
    {
        string timestamp = Seconds(at);
        byte[] signed = Encoding.UTF8.GetBytes($"{message.Id}.{timestamp}.{message.Body}");
        IEnumerable<byte[]> keys = message.Forged ? [WrongKey] : settings.WebhookSecrets.Select(JobSettings.Key);
        yield return ("webhook-id", message.Id);
        yield return ("webhook-timestamp", timestamp);
        yield return ("webhook-signature", string.Join(' ', keys.Select(key => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}")));
    }

    /// <summary>The plain service's: timestamp.body, in hexadecimal digits.</summary>
    public static IEnumerable<(string Name, string Value)> Hmac(CallbackMessage message, JobSettings settings, DateTimeOffset at)
    {
        string timestamp = Seconds(at);
        byte[] key = message.Forged ? WrongKey : Encoding.UTF8.GetBytes(settings.HmacSecret);
        byte[] hash = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{timestamp}.{message.Body}"));
        yield return ("X-Sandbox-Timestamp", timestamp);
        yield return ("X-Sandbox-Signature", $"sha256={Convert.ToHexStringLower(hash)}");
    }

    static string Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
