using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Grimoire.Schemas;

/// <summary>Patterns that take time in proportion to the text, whatever the text: no backtracking, hence no lookarounds and backreferences.</summary>
static partial class SchemaPattern
{
    const int MaxLength = 500;
    const int MaxRepetitions = 10_000;

    public static string? Problem(string pattern)
    {
        if (pattern.Length > MaxLength)
        {
            return $"is too long a pattern; {MaxLength} characters are allowed";
        }

        try
        {
            // What is counted is written out inside, so that nested counts multiply.
            var repetitions = Counts().Matches(pattern)
                .Aggregate(1.0, (product, count) => product * Math.Max(1, double.Parse(count.Groups["most"].Value, CultureInfo.InvariantCulture)));
            if (repetitions > MaxRepetitions)
            {
                return $"is too large a pattern; its counts may multiply to {MaxRepetitions}";
            }

            Compile(pattern);
            return null;
        }
        catch (NotSupportedException)
        {
            return "is a pattern with lookarounds or backreferences, which are not supported";
        }
        catch (ArgumentException malformed)
        {
            return $"is not a regular expression: {malformed.Message}";
        }
    }

    public static Regex Compile(string pattern) =>
        new(AsEcma(pattern), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    // JSON Schema means ECMAScript's expressions, where "$" is the end, and not the place before a last line break as well.
    static string AsEcma(string pattern)
    {
        var result = new StringBuilder(pattern.Length + 8);
        var isClass = false;
        for (var at = 0; at < pattern.Length; at++)
        {
            var letter = pattern[at];
            if (letter == '\\' && at + 1 < pattern.Length)
            {
                result.Append(letter).Append(pattern[++at]);
                continue;
            }

            isClass = letter == '[' || (isClass && letter != ']');
            result.Append(letter == '$' && !isClass ? "\\z" : letter.ToString());
        }

        return result.ToString();
    }

    [GeneratedRegex(@"\{([0-9]+,)?(?<most>[0-9]+),?\}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Counts();
}
