using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml;

namespace Grimoire.Functions.Activities;

/// <summary>For how long a step with the tool "wait" waits.</summary>
static class WaitTime
{
    public const string Kind = "wait";

    static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public static bool TryRead(JsonObject input, DateTimeOffset now, out DateTimeOffset? until, out string? wrong)
    {
        (until, wrong) = (null, null);
        try
        {
            until = (string?)input["for"] is { } length
                ? now + XmlConvert.ToTimeSpan(length)
                : DateTimeOffset.Parse((string?)input["until"] ?? "", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        }
        catch (Exception malformed) when (malformed is FormatException or OverflowException or ArgumentOutOfRangeException or InvalidOperationException)
        {
            wrong = "A wait needs 'for', an ISO 8601 duration such as PT10M, or 'until', a date and time such as 2030-01-01T00:00:00Z.";
            return false;
        }

        if (until > now + Longest)
        {
            wrong = $"A wait may take {Longest.Days} days.";
            return false;
        }

        until = until < now ? now : until;
        return true;
    }
}
