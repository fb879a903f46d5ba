using Grimoire.Functions.Tools;
using Grimoire.Notifications;
using Microsoft.Extensions.Configuration;

namespace Grimoire.Functions.Notifications;

/// <summary>What the settings under "Notifications" say; docs/notifications.md lists them.</summary>
public sealed record NotificationOptions
{
    const string PausesSetting = "Notifications:Pauses";
    const int MostPauses = 20;

    static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    public NotificationPace Pace { get; init; } = NotificationPace.Default;

    /// <summary>For how long an answer is waited for.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>For how long a secret still signs that another one has replaced.</summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromDays(1);

    /// <exception cref="InvalidOperationException">A setting is wrong; the message says which, and what would be right.</exception>
    internal static NotificationOptions From(IConfiguration configuration) => new()
    {
        Pace = PaceOf(configuration),
        Timeout = Setting.Duration(configuration, "Notifications:Timeout", TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)),
        Overlap = Setting.Duration(configuration, "Notifications:Overlap", TimeSpan.FromDays(1), TimeSpan.Zero, TimeSpan.FromDays(366)),
    };

    static NotificationPace PaceOf(IConfiguration configuration)
    {
        if (configuration[PausesSetting] is not { Length: > 0 } text)
        {
            return NotificationPace.Default;
        }

        TimeSpan?[] pauses = [.. text.Split(',', StringSplitOptions.TrimEntries).Select(Setting.Parse)];
        return pauses.Length <= MostPauses && pauses.All(pause => pause > TimeSpan.Zero && pause <= LongestPause)
            ? new NotificationPace([.. pauses.OfType<TimeSpan>()])
            : throw Setting.Wrong(PausesSetting, text, $"1 to {MostPauses} durations of at most a day each, with commas between them, such as PT5S,PT5M,PT1H");
    }
}
