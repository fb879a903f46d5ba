using System.Text.RegularExpressions;
using System.Xml;

namespace Grimoire.Documents;

/// <summary>Durations as ISO 8601 writes them: PT30S, P1DT12H. Years and months are refused: nobody knows how long they are.</summary>
public static partial class IsoDuration
{
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (!Form().IsMatch(text))
        {
            return false;
        }

        try
        {
            duration = XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (Exception tooLarge) when (tooLarge is OverflowException or FormatException)
        {
            return false;
        }
    }

    [GeneratedRegex(
        @"^P(?!\z)([0-9]{1,9}D)?(T(?=[0-9])([0-9]{1,9}H)?([0-9]{1,9}M)?([0-9]{1,9}(\.[0-9]{1,7})?S)?)?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
