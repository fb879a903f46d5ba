using System.Text.RegularExpressions;

namespace Grimoire.Sandbox.Chat;

/// <summary>What a prompt is about: the words that say something, in the order in which they come.</summary>
sealed partial class Topic
{
    const int MostWords = 6;

    static readonly HashSet<string> Fillers = new(StringComparer.OrdinalIgnoreCase)
    {
        "about", "after", "again", "also", "answer", "before", "being", "below", "create", "describe", "does", "each", "every",
        "file", "files", "from", "generate", "give", "have", "here", "into", "json", "just", "like", "make", "must", "only",
        "other", "over", "please", "prompt", "reply", "return", "shall", "should", "simple", "some", "such", "tell", "text", "than",
        "that", "their", "them", "then", "there", "these", "they", "this", "those", "topic", "very", "want", "what", "when",
        "where", "which", "will", "with", "would", "write", "your",
    };

    Topic(IReadOnlyList<string> words, string? named)
    {
        Words = words;
        string first = string.Join(' ', words.Take(4).DefaultIfEmpty("nothing in particular"));
        Name = named ?? char.ToUpperInvariant(first[0]) + first[1..];
    }

    public IReadOnlyList<string> Words { get; }

    /// <summary>A title: what a line "Topic: …" says, or the first words.</summary>
    public string Name { get; }

    /// <summary>The words as a part of a sentence.</summary>
    public string List => Words switch
    {
        [] => "nothing in particular",
        [var only] => only,
        _ => $"{string.Join(", ", Words.SkipLast(1))} and {Words[^1]}",
    };

    public static Topic Of(string prompt)
    {
        IEnumerable<string> words = Word().Matches(FileName.Pattern().Replace(prompt, " "))
            .Select(match => match.Value)
            .Where(word => !Fillers.Contains(word))
            .Distinct(StringComparer.OrdinalIgnoreCase);
        return new Topic([.. words.Take(MostWords)], Named().Match(prompt) is { Success: true } named ? named.Groups[1].Value.Trim() : null);
    }

    // Four letters and more; short words in capitals and numbers are names.
    [GeneratedRegex(@"\p{L}[\p{L}\p{N}'-]{3,39}|\p{Lu}[\p{Lu}\p{N}]{1,2}(?![\p{L}\p{N}])", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex(@"^\s*topic:\s*(\S.{0,199})", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex Named();
}
