namespace Grimoire.Sandbox.Chat;

/// <summary>Counts tokens the rough way: four characters are one.</summary>
static class Tokens
{
    const int Characters = 4;

    /// <summary>What each message costs beside its text.</summary>
    const int PerMessage = 4;

    public static int Of(string text) => (text.Length + Characters - 1) / Characters;

    public static int Of(IEnumerable<ChatMessage> messages) => messages.Sum(message => PerMessage + Of(message.Text));

    /// <summary>The start of a text that is no longer than so many tokens.</summary>
    public static string Cut(string text, int most)
    {
        if (Of(text) <= most)
        {
            return text;
        }

        int length = most * Characters;
        // Half a character is none.
        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }
}
