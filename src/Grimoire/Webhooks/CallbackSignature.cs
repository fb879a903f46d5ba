namespace Grimoire.Webhooks;

/// <summary>How a tool's callbacks are known to come from its provider: what stands in a definition under <c>job.callback.signature</c>.</summary>
public sealed record CallbackSignature
{
    /// <summary>What holds where a definition says nothing.</summary>
    public static CallbackSignature UrlOnly { get; } = new();

    public SignatureKind Kind { get; init; }

    /// <summary>Templates, <c>${secret:NAME}</c>: the newest first. What they come to is handed to <see cref="VerifyMessage"/>.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>How much older or newer than the clock here a signed time may be.</summary>
    public TimeSpan Tolerance { get; init; } = StandardWebhooks.DefaultTolerance;

    /// <summary>Of the kind hmac.</summary>
    public HmacHeader? Hmac { get; init; }

    /// <summary>Whether messages carry a signature of their provider, so that <see cref="VerifyMessage"/> has something to verify.</summary>
    public bool SignsMessages() => Kind is SignatureKind.Standard or SignatureKind.Hmac;

    /// <summary>Verifies the signature of a provider. Never says that a message is valid where nothing was verified.</summary>
    /// <param name="headers">Of the request.</param>
    /// <param name="body">The very bytes that came.</param>
    /// <param name="secrets">What <see cref="Secrets"/> come to.</param>
    /// <param name="now">The time here.</param>
    /// <exception cref="InvalidOperationException">Messages of this kind carry no signature: see <see cref="SignsMessages"/>.</exception>
    public SignatureCheck VerifyMessage(HeaderLookup headers, ReadOnlySpan<byte> body, IReadOnlyList<string> secrets, DateTimeOffset now)
    {
        try
        {
            return (Kind, Hmac) switch
            {
                (SignatureKind.Standard, _) => StandardWebhooks.Verify(headers, body, SigningKeys.Standard(secrets), now, Tolerance),
                (SignatureKind.Hmac, { } hmac) => hmac.Verify(headers, body, SigningKeys.Text(secrets), now, Tolerance),
                _ => throw new InvalidOperationException($"Messages of the kind {Kind} carry no signature that could be verified."),
            };
        }
        catch (UnusableSecretException unusable)
        {
            return new SignatureCheck(SignatureOutcome.Unverifiable, $"The signature could not be verified. {unusable.Message}");
        }
    }
}

public enum SignatureKind
{
    /// <summary>The token in the attempt's own callback URL is all.</summary>
    Url,

    /// <summary>Standard Webhooks.</summary>
    Standard,

    /// <summary>An HMAC in a header.</summary>
    Hmac,

    /// <summary>Nothing: whoever finds the address can answer in the provider's place.</summary>
    None,
}
