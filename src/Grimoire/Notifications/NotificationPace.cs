using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Grimoire.Notifications;

/// <summary>When a message is tried again, and when it is given up.</summary>
/// <param name="Pauses">After the first failure, after the second…</param>
public sealed record NotificationPace(IReadOnlyList<TimeSpan> Pauses)
{
    /// <summary>By how much a pause may be longer, as a part of it: many messages that failed together do not come back together.</summary>
    const double Jitter = 0.2;

    static readonly TimeSpan ShortestLook = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(1);

    /// <summary>As the Standard Webhooks specification advises: a day and some hours in all.</summary>
    public static NotificationPace Default { get; } = new([
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(10)]);

    public TimeSpan Total => Pauses.Aggregate(TimeSpan.Zero, (sum, pause) => sum + pause);

    /// <summary>How long to wait after so many failures in a row: the same for the same message, however often it is asked.</summary>
    public TimeSpan After(int failures, string messageId)
    {
        var pause = Pauses[Math.Clamp(failures, 1, Pauses.Count) - 1];
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{messageId}:{failures}")));
        return pause * (1 + (Jitter * BinaryPrimitives.ReadUInt16LittleEndian(hash) / ushort.MaxValue));
    }

    /// <summary>
    /// Whether a message is given up: it was tried as often as there are pauses and once more; or its receiver has failed for as long, with messages before
    /// it, and it is as old. Else many messages to a receiver that is gone would be tried one after the other for weeks.
    /// </summary>
    /// <param name="tries">Of this message.</param>
    /// <param name="failures">Of its receiver, in a row.</param>
    /// <param name="age">How long ago it happened that it tells of.</param>
    public bool IsOver(int tries, int failures, TimeSpan age) => tries > Pauses.Count || (failures > Pauses.Count && age >= Total);

    /// <summary>How long to wait before looking for more events of a cast in which nothing has happened for so long.</summary>
    public static TimeSpan Look(TimeSpan quiet) => quiet / 10 is var tenth && tenth < ShortestLook ? ShortestLook : tenth > LongestLook ? LongestLook : tenth;
}
