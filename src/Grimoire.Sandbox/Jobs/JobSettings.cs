using System.Text.Json;
using System.Text.Json.Serialization;
using Grimoire.Sandbox.Requests;

namespace Grimoire.Sandbox.Jobs;

/// <summary>How jobs run that do not say it themselves, and how callbacks are signed and sent.</summary>
sealed record JobSettings
{
    const string SecretPrefix = "whsec_";

    /// <summary>No job moves until it is told to.</summary>
    public bool Manual { get; init; }

    /// <summary>How long a job takes.</summary>
    public double Seconds { get; init; } = 2;

    /// <summary>How often a job tells its progress.</summary>
    public int Steps { get; init; } = 2;

    /// <summary>What a job costs.</summary>
    public decimal CostUsd { get; init; } = 0.02m;

    /// <summary>How often a callback that was not answered with 2xx is sent again.</summary>
    public int Retries { get; init; } = 10;

    /// <summary>The time in which all of them are sent, each wait twice as long as the one before.</summary>
    public double RetryWithinSeconds { get; init; } = 72;

    /// <summary>How long a callback waits for its answer.</summary>
    public int TimeoutMs { get; init; } = 15_000;

    /// <summary>Sign by Standard Webhooks: each adds a signature.</summary>
    public IReadOnlyList<string> WebhookSecrets { get; init; } = ["whsec_c2FuZGJveC13ZWJob29rLXNlY3JldA=="];

    /// <summary>Signs the callbacks of plain jobs.</summary>
    public string HmacSecret { get; init; } = "sandbox-hmac-secret";

    /// <summary>Members that there are not.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; init; }

    /// <exception cref="RefusedException">They cannot be the settings.</exception>
    public void Check()
    {
        Require.Known("The settings", Unknown);
        Require.Within("seconds", Seconds, 0, JobPlan.MostSeconds);
        Require.Within("steps", Steps, 0, JobPlan.MostSteps);
        Require.Within("costUsd", (double)CostUsd, 0, JobPlan.MostUsd);
        Require.Within("retries", Retries, 0, 30);
        Require.Within("retryWithinSeconds", RetryWithinSeconds, 0, 86_400);
        Require.Within("timeoutMs", TimeoutMs, 1, 600_000);
        Require.Within("webhookSecrets.length", WebhookSecrets.Count, 1, 10);
        foreach (string secret in WebhookSecrets)
        {
            if (!secret.StartsWith(SecretPrefix, StringComparison.Ordinal)
                || !Convert.TryFromBase64String(secret[SecretPrefix.Length..], new byte[secret.Length], out _))
            {
                throw new RefusedException(422, "A webhook secret is whsec_ and the Base64 of a key.", "invalid_value", "webhookSecrets");
            }
        }
    }

    /// <summary>How long to wait before a callback is sent again.</summary>
    /// <param name="retry">1 for the first time.</param>
    public TimeSpan WaitBefore(int retry) =>
        TimeSpan.FromSeconds(RetryWithinSeconds * Math.Pow(2, retry - 1) / (Math.Pow(2, Retries) - 1));

    /// <summary>The key that a secret of Standard Webhooks stands for.</summary>
    public static byte[] Key(string secret) => Convert.FromBase64String(secret[SecretPrefix.Length..]);
}

/// <summary>The settings that hold now.</summary>
sealed class CurrentSettings
{
    volatile JobSettings _now = new();

    public JobSettings Now
    {
        get => _now;
        set => _now = value;
    }
}
