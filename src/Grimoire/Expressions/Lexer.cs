using System.Globalization;
using System.Text;

namespace Grimoire.Expressions;

enum TokenKind
{
    Name,
    Number,
    Text,
    Symbol,

    /// <summary>Of the string in which the expression stands: it was not closed.</summary>
    End,
}

/// <param name="Text">A name, the content of a text, a symbol, or a number as it is written.</param>
readonly record struct Token(TokenKind Kind, string Text, int Offset)
{
    public bool Is(string symbol) => Kind == TokenKind.Symbol && Text == symbol;

    /// <summary>For messages.</summary>
    public override string ToString() => Kind switch
    {
        TokenKind.End => "the end of the text",
        TokenKind.Text => "a text",
        _ => $"'{(Text.Length > 40 ? Text[..40] + "…" : Text)}'",
    };
}

/// <summary>A malformed expression; the offset counts from the start of the string in which it stands.</summary>
sealed class ExpressionSyntaxException(int offset, string message) : Exception(message)
{
    public int Offset { get; } = offset;
}

/// <summary>Cuts an expression into tokens, one at a time, as the parser asks for them.</summary>
/// <param name="source">The whole string.</param>
/// <param name="start">Just after the "${".</param>
sealed class Lexer(string source, int start)
{
    static readonly string[] Symbols =
        ["??", "||", "&&", "==", "!=", "<=", ">=", "?", ":", "<", ">", "+", "-", "*", "/", "%", "!", ".", ",", "(", ")", "[", "]", "{", "}"];

    readonly int _start = start;

    int _at = start;

    char Current => _at < source.Length ? source[_at] : '\0';

    public Token Next()
    {
        SkipSpace();
        var offset = _at;
        if (offset - _start > ExpressionLimits.ExpressionLength)
        {
            throw new ExpressionSyntaxException(_start, $"The expression is too long: more than {ExpressionLimits.ExpressionLength} characters.");
        }

        if (_at >= source.Length)
        {
            return new Token(TokenKind.End, "", offset);
        }

        if (IsNameStart(Current))
        {
            return Name(offset);
        }

        if (char.IsAsciiDigit(Current))
        {
            _at = NumberEnd(source, offset);
            return new Token(TokenKind.Number, source[offset.._at], offset);
        }

        if (Current is '\'' or '"')
        {
            return Text(offset);
        }

        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(source, offset, symbol, 0, symbol.Length) == 0)
            {
                _at += symbol.Length;
                return new Token(TokenKind.Symbol, symbol, offset);
            }
        }

        throw new ExpressionSyntaxException(offset, Current switch
        {
            '=' => "A single '=' means nothing here; '==' compares.",
            '&' => "A single '&' means nothing here; write '&&'.",
            '|' => "A single '|' means nothing here; write '||'.",
            '$' => "There is no '$' inside of an expression; names are written as they are.",
            var other when char.IsControl(other) || char.IsSurrogate(other) => $"Unexpected character U+{(int)other:X4}.",
            var other => $"Unexpected character '{other}'.",
        });
    }

    /// <summary>What follows a dot: a name, which may hold dashes between its letters and digits, or "*".</summary>
    public Token Member()
    {
        SkipSpace();
        var offset = _at;
        if (!IsNameStart(Current))
        {
            return Next();
        }

        var name = Name(offset);
        while (Current == '-' && _at + 1 < source.Length && IsNamePart(source[_at + 1]))
        {
            _at++;
            name = Name(offset);
        }

        return name;
    }

    /// <summary>The NAME of secret:NAME, directly after the root; null if no such thing follows.</summary>
    public string? SettingName()
    {
        if (Current != ':' || _at + 1 >= source.Length || !IsNamePart(source[_at + 1]))
        {
            return null;
        }

        var begin = ++_at;
        while (IsNamePart(Current) || (Current is '-' or '.' && _at + 1 < source.Length && IsNamePart(source[_at + 1])))
        {
            _at++;
        }

        return source[begin.._at];
    }

    /// <summary>Where the number ends that begins at <paramref name="at"/> with a digit.</summary>
    public static int NumberEnd(string source, int at)
    {
        var begin = at;
        at = DigitsEnd(source, at);
        if (source[begin] == '0' && at > begin + 1)
        {
            throw new ExpressionSyntaxException(begin, "A number does not begin with 0.");
        }

        if (at < source.Length && source[at] == '.')
        {
            at = DigitsEnd(source, at + 1, "a digit after the decimal point");
        }

        if (at < source.Length && source[at] is 'e' or 'E')
        {
            at += at + 1 < source.Length && source[at + 1] is '+' or '-' ? 2 : 1;
            at = DigitsEnd(source, at, "a digit of the exponent");
        }

        return at < source.Length && IsNameStart(source[at])
            ? throw new ExpressionSyntaxException(at, "Expected an operator after the number; a name does not begin with a digit.")
            : at;
    }

    static int DigitsEnd(string source, int at, string? expected = null)
    {
        var begin = at;
        while (at < source.Length && char.IsAsciiDigit(source[at]))
        {
            at++;
        }

        return at == begin && expected is not null ? throw new ExpressionSyntaxException(at, $"Expected {expected}.") : at;
    }

    static bool IsNameStart(char c) => c == '_' || char.IsLetter(c);

    static bool IsNamePart(char c) => c == '_' || char.IsLetterOrDigit(c);

    void SkipSpace()
    {
        while (_at < source.Length && char.IsWhiteSpace(source[_at]))
        {
            _at++;
        }
    }

    Token Name(int offset)
    {
        while (IsNamePart(Current))
        {
            _at++;
        }

        return new Token(TokenKind.Name, source[offset.._at], offset);
    }

    Token Text(int offset)
    {
        var quote = Current;
        var text = new StringBuilder();
        for (_at++; _at < source.Length && source[_at] != quote; _at++)
        {
            text.Append(source[_at] == '\\' ? Escaped() : source[_at]);
        }

        if (_at >= source.Length)
        {
            throw new ExpressionSyntaxException(offset, $"The text that begins here is not closed: expected {quote}.");
        }

        _at++;
        return new Token(TokenKind.Text, text.ToString(), offset);
    }

    char Escaped()
    {
        var backslash = _at++;
        switch (Current)
        {
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'b': return '\b';
            case 'f': return '\f';
            case '\\' or '/' or '\'' or '"': return Current;
            case 'u' when _at + 4 < source.Length
                && ushort.TryParse(source.AsSpan(_at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                _at += 4;
                return (char)code;
            default:
                throw new ExpressionSyntaxException(
                    backslash, @"Unknown escape; there are \n \r \t \b \f \\ \/ \' \"" and \u with four hexadecimal digits.");
        }
    }
}
