namespace Grimoire.Webhooks;

/// <summary>What a sender may call its messages.</summary>
static class MessageId
{
    public const int MaxLength = 256;

    /// <summary>Beyond ASCII nobody knows which bytes a header had; a comma is what a header that was sent twice looks like.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> id) =>
        id.Length is > 0 and <= MaxLength && !id.ContainsAnyExceptInRange('!', '~') && !id.Contains(',');
}
