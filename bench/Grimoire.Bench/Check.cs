using System.Runtime.CompilerServices;

namespace Grimoire.Bench;

/// <summary>A fast wrong answer is no figure.</summary>
internal static class Check
{
    public static void That(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new CheckFailedException(otherwise);
        }
    }

    public static void That(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] ref Otherwise otherwise)
    {
        if (!holds)
        {
            throw new CheckFailedException(otherwise.ToStringAndClear());
        }
    }

    /// <summary>Puts words to what is wrong only if something is: most checks are made while the time is taken.</summary>
    [InterpolatedStringHandler]
    internal ref struct Otherwise
    {
        DefaultInterpolatedStringHandler _text;

        public Otherwise(int literalLength, int formattedCount, bool holds, out bool isNeeded)
        {
            isNeeded = !holds;
            _text = isNeeded ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
        }

        public void AppendLiteral(string text) => _text.AppendLiteral(text);

        public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

        public string ToStringAndClear() => _text.ToStringAndClear();
    }
}

internal sealed class CheckFailedException(string message) : Exception(message);
