using System.Text.RegularExpressions;

namespace Grimoire.Spells;

/// <summary>What slugs, step ids and references to spells look like.</summary>
public static partial class Names
{
    public const string SlugInWords = "lower-case letters and digits in words joined by '-' are wanted, such as album-cover";
    public const string StepIdInWords = "a letter or '_' and then letters, digits, '_' and '-' are wanted";
    public const string ToolIdInWords = "lower-case letters and digits in words joined by '.', '_' or '-' are wanted, such as llm.chat";

    [GeneratedRegex(@"^[a-z0-9]+(-[a-z0-9]+)*\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    public static partial Regex Slug();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_-]*\z", RegexOptions.CultureInvariant)]
    public static partial Regex StepId();

    [GeneratedRegex(@"^[a-z0-9]+([._-][a-z0-9]+)*\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    public static partial Regex ToolId();

    /// <summary>"slug" or "slug@3".</summary>
    [GeneratedRegex(@"^[a-z0-9]+(-[a-z0-9]+)*(@[1-9][0-9]{0,8})?\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    public static partial Regex SpellReference();

    [GeneratedRegex(@"^(\*|[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(\.\*)?)\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    public static partial Regex ErrorPattern();
}
