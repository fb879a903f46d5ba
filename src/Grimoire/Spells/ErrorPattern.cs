namespace Grimoire.Spells;

/// <summary>How "catch" and "except" name failures: a code, all codes that begin alike ("http.*"), or all ("*").</summary>
public static class ErrorPattern
{
    public static bool Matches(string pattern, string code) =>
        pattern == "*"
        || pattern == code
        || (pattern.EndsWith(".*", StringComparison.Ordinal) && code.StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal));
}
