namespace Embedded.Functions.Settings;

/// <summary>The official rules for the name of a task hub.</summary>
internal static class HubNames
{
    public const string Default = "TestHubName";
    const int Shortest = 3;
    const int Longest = 45;

    /// <summary>The documented limit is 45; what the official extension refuses is more than 50.</summary>
    const int LongestAccepted = 50;

    public static bool IsValid(string name) =>
        name.Length is >= Shortest and <= LongestAccepted && char.IsAsciiLetter(name[0]) && name.All(char.IsAsciiLetterOrDigit);

    public static string Rule => $"{Shortest} to {Longest} letters and digits, a letter first";

    /// <summary>The default of an app that names no hub: its site's name, made to fit.</summary>
    public static string DefaultFor(string? siteName)
    {
        if (string.IsNullOrEmpty(siteName))
        {
            return Default;
        }

        string letters = string.Concat(siteName.Where(char.IsAsciiLetterOrDigit));
        if (letters.Length == 0)
        {
            return "DefaultTaskHub";
        }

        string name = char.IsAsciiDigit(letters[0]) ? $"t{letters}" : letters;
        name = name.Length > Longest ? name[..Longest] : name;
        return name.Length < Shortest ? $"{name}Hub" : name;
    }
}
