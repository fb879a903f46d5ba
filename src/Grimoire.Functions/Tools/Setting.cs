using System.Globalization;
using System.Xml;
using Microsoft.Extensions.Configuration;

namespace Grimoire.Functions.Tools;

/// <summary>Reads one setting, and says what would be right where it is wrong.</summary>
static class Setting
{
    public static int Number(IConfiguration configuration, string name, int otherwise, int least, int most)
    {
        if (configuration[name] is not { Length: > 0 } text)
        {
            return otherwise;
        }

        return int.TryParse(
            text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Wrong(name, text, $"a whole number from {least} to {most}");
    }

    /// <summary>As "00:00:30" or as "PT30S".</summary>
    public static TimeSpan Duration(IConfiguration configuration, string name, TimeSpan otherwise, TimeSpan least, TimeSpan most)
    {
        if (configuration[name] is not { Length: > 0 } text)
        {
            return otherwise;
        }

        return Parse(text) is { } duration && duration >= least && duration <= most
            ? duration
            : throw Wrong(
                name, text, $"a duration from {XmlConvert.ToString(least)} to {XmlConvert.ToString(most)}, such as PT30S or 00:00:30");
    }

    public static bool Switch(IConfiguration configuration, string name, bool otherwise)
    {
        if (configuration[name] is not { Length: > 0 } text)
        {
            return otherwise;
        }

        return bool.TryParse(text, out var on) ? on : throw Wrong(name, text, "true or false");
    }

    public static InvalidOperationException Wrong(string name, string value, string right) => new($"The setting {name} is '{value}'; it has to be {right}.");

    /// <summary>Null if it is no duration.</summary>
    public static TimeSpan? Parse(string text)
    {
        // A bare number would be taken for days.
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var duration) ? duration : null;
        }

        try
        {
            return XmlConvert.ToTimeSpan(text);
        }
        catch (Exception malformed) when (malformed is FormatException or OverflowException)
        {
            return null;
        }
    }
}
