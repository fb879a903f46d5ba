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
}

internal sealed class CheckFailedException(string message) : Exception(message);
