namespace Grimoire.Sandbox.Chat;

/// <summary>Short, readable text about a topic; the same for the same request.</summary>
static class Prose
{
    static readonly string[] Openings =
    [
        "Here is a short answer about {0}.",
        "Let us look at {0}.",
        "A few words on {0}.",
        "In brief: {0}.",
    ];

    static readonly string[] Middles =
    [
        "What matters most is {1}: start there, and the rest follows.",
        "It begins with {1} and ends where you decide that it is enough.",
        "Think of {1} first; everything else can be changed later.",
        "The heart of it is {1}, seen in a warm light.",
    ];

    static readonly string[] Closings =
    [
        "That is all that a sandbox knows about it.",
        "A real model would say more; this one always says the same.",
        "Ask again and you will read the same words.",
    ];

    public static string About(Topic topic, ulong seed)
    {
        string first = topic.Words is [var word, ..] ? word : "the question";
        return string.Join(' ', new[] { Openings, Middles, Closings }.Select((sentences, i) => Pick(sentences, seed, (ulong)i))
            .Select(sentence => sentence.Replace("{0}", topic.List, StringComparison.Ordinal).Replace("{1}", first, StringComparison.Ordinal)));
    }

    static string Pick(string[] sentences, ulong seed, ulong place) => sentences[(int)(StableHash.At(seed, place) % (ulong)sentences.Length)];
}
