using Microsoft.Extensions.Configuration;

namespace Embedded.Functions.Settings;

/// <summary>Names of app settings between percent signs, which stand for their values: <c>%HUB%</c>, <c>hub%SLOT%</c>.</summary>
internal static class AppSettingReferences
{
    /// <returns>The text with the values in their places; null, and why, if that cannot be done.</returns>
    public static string? Resolve(string text, IConfiguration configuration, out string? complaint)
    {
        string[] parts = text.Split('%');
        if (parts.Length % 2 == 0)
        {
            complaint = $"'{text}' has a % without its counterpart; an app setting is named as %NAME%";
            return null;
        }

        for (int i = 1; i < parts.Length; i += 2)
        {
            if (configuration[parts[i]] is not { Length: > 0 } value)
            {
                complaint = $"'{text}' names the app setting '{parts[i]}', which is not set; "
                    + "set it in the environment or under Values in local.settings.json";
                return null;
            }

            parts[i] = value;
        }

        complaint = null;
        return string.Concat(parts);
    }
}
