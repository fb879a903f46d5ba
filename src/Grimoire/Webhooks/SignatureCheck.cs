namespace Grimoire.Webhooks;

/// <summary>What came of verifying a signature.</summary>
/// <param name="Reason">For people. It never holds a secret, the signature that would have been right, or what the sender wrote.</param>
/// <param name="MessageId">
/// The sender's id of the message, the same however often it is sent: for deduplication. Only of a valid message, and only where the signature covers it.
/// </param>
/// <param name="SignedAt">When the sender says that it has signed. Only where the signature covers it and is right.</param>
public sealed record SignatureCheck(SignatureOutcome Outcome, string Reason, string? MessageId = null, DateTimeOffset? SignedAt = null)
{
    public bool IsValid => Outcome == SignatureOutcome.Valid;
}

public enum SignatureOutcome
{
    /// <summary>It could not be verified, because of this side's secrets. The sender has done nothing wrong and should try again.</summary>
    Unverifiable,

    Valid,

    /// <summary>There is no signature, or none of a kind that is verified here, or a part that it covers is not there.</summary>
    Missing,

    /// <summary>What is there cannot be a signature, an id or a time.</summary>
    Malformed,

    /// <summary>It is not the signature of this message by any of the secrets.</summary>
    Forged,

    /// <summary>It is right, but too old: it may have been recorded and sent again.</summary>
    Expired,

    /// <summary>It is right, but from further in the future than clocks differ.</summary>
    TooNew,
}
