using System.Collections.Concurrent;
using System.Globalization;

namespace Grimoire.Functions.Security;

/// <summary>
/// How many requests each account has sent to this process in the last minute. It is a window that slides: in no 60 seconds are there more than may be,
/// wherever they begin.
/// </summary>
public sealed class RequestQuota(TimeProvider time)
{
    public static TimeSpan Window { get; } = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<string, Queue<long>> _admitted = new();

    /// <summary>Counts a request, unless there have been as many as may be.</summary>
    public QuotaState Take(string account, int most)
    {
        var admitted = _admitted.GetOrAdd(account, _ => new Queue<long>());
        lock (admitted)
        {
            var now = time.GetTimestamp();
            while (admitted.TryPeek(out var oldest) && time.GetElapsedTime(oldest, now) >= Window)
            {
                admitted.Dequeue();
            }

            var isWithin = admitted.Count < most;
            if (isWithin)
            {
                admitted.Enqueue(now);
            }

            return new QuotaState(most, Math.Max(0, most - admitted.Count), Window - time.GetElapsedTime(admitted.Peek(), now), isWithin);
        }
    }
}

/// <param name="Most">Requests in a window.</param>
/// <param name="Left">How many more may come now.</param>
/// <param name="Wait">Until more may come.</param>
/// <param name="IsWithin">This one may come.</param>
public sealed record QuotaState(int Most, int Left, TimeSpan Wait, bool IsWithin)
{
    /// <summary>At least 1: a client that waits for no time at all comes too early.</summary>
    public int Seconds => Math.Max(1, (int)Math.Ceiling(Wait.TotalSeconds));

    /// <summary>As draft-ietf-httpapi-ratelimit-headers has it.</summary>
    public string Policy => string.Create(CultureInfo.InvariantCulture, $"\"requests\";q={Most};w={RequestQuota.Window.TotalSeconds}");

    public string Limit => string.Create(CultureInfo.InvariantCulture, $"\"requests\";r={Left};t={Seconds}");
}
