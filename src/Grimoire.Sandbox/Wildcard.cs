namespace Grimoire.Sandbox;

/// <summary>A text to compare with, or the start of one and an asterisk.</summary>
static class Wildcard
{
    public static bool Matches(string? pattern, string? text) => pattern switch
    {
        null => true,
        [.. string start, '*'] => text?.StartsWith(start, StringComparison.Ordinal) == true,
        _ => pattern == text,
    };
}
