namespace Grimoire.Expressions;

/// <summary>How large expressions, and what they come to, may be. docs/expressions.md repeats the numbers.</summary>
public static class ExpressionLimits
{
    /// <summary>How deep parentheses, brackets, calls and signs may be nested in one expression.</summary>
    public const int Nesting = 64;

    /// <summary>
    /// How deep arrays and objects may be nested, in templates and in what they come to: with what is built around them they stay below
    /// the 64 that readers of JSON take.
    /// </summary>
    public const int Depth = 56;

    /// <summary>Characters between "${" and "}".</summary>
    public const int ExpressionLength = 16_384;

    /// <summary>Characters of a text that is put together.</summary>
    public const int TextLength = 1_048_576;

    /// <summary>Elements of an array, or members of an object, that is put together.</summary>
    public const int Elements = 10_000;

    /// <summary>Values that one evaluation of a template may read and write in all.</summary>
    public const int Work = 2_000_000;

    /// <summary>How many characters of text count as much as one value there.</summary>
    public const int CharactersOfOneValue = 16;

    /// <summary>How many errors of one template are told.</summary>
    public const int Errors = 100;
}
