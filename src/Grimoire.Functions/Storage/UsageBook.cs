using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Grimoire.Accounts;

namespace Grimoire.Functions.Storage;

/// <summary>
/// What accounts have used, by their logs. A day that was read is remembered with how far it was read, so that looking again costs one small read.
/// </summary>
public sealed class UsageBook(IObjectStore objects, UsageLog log, TimeProvider time)
{
    const int MostPages = 4_000;

    /// <summary>About 50 bytes each.</summary>
    const int MostEntries = 400_000;

    /// <summary>What another process has added in that time may not be seen.</summary>
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    /// <summary>The same of days that are over: what is added to them still was on its way at midnight, or is added again.</summary>
    static readonly TimeSpan FreshForPast = TimeSpan.FromMinutes(5);

    readonly Lock _lock = new();
    readonly Dictionary<string, Page> _pages = [];
    long _uses;

    /// <summary>What the attempts of an account have cost on the day of UTC that it is, and in its month.</summary>
    public async Task<(decimal Day, decimal Month)> SpentAsync(string account, CancellationToken cancellation)
    {
        var today = UsageEntry.DayOf(time.GetUtcNow());
        var (day, month) = (0m, 0m);
        for (var each = new DateOnly(today.Year, today.Month, 1); each <= today; each = each.AddDays(1))
        {
            day = await ReadAsync(account, each, page => page.CostUsd, cancellation).ConfigureAwait(false);
            month += day;
        }

        return (day, month);
    }

    /// <summary>What an account has used on a day of UTC.</summary>
    public Task<IReadOnlyList<UsageRow>> DayAsync(string account, DateOnly day, CancellationToken cancellation) => ReadAsync(account, day, page => page.Rows, cancellation);

    /// <summary>The days of which there is a log.</summary>
    /// <param name="account">Whose; null: everybody's.</param>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day.</param>
    /// <param name="cancellation">Gives up.</param>
    public async IAsyncEnumerable<(string Account, DateOnly Day)> DaysAsync(string? account, DateOnly from, DateOnly to, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var prefix = account is null ? UsageLog.Folder : $"{UsageLog.Folder}{account}/";
        await foreach (var name in objects.ListAsync(prefix, after: null, cancellation).ConfigureAwait(false))
        {
            if (name[UsageLog.Folder.Length..].Split('/') is [var owner, var file]
                && DateOnly.TryParseExact(file, "yyyy-MM-dd'.jsonl'", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                && day >= from && day <= to)
            {
                yield return (owner, day);
            }
        }
    }

    async Task<T> ReadAsync<T>(string account, DateOnly day, Func<UsageDay, T> read, CancellationToken cancellation)
    {
        var name = UsageLog.NameOf(account, day);
        var page = PageOf(name);
        await page.Gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var (written, now) = (log.Written(name), time.GetTimestamp());
            var fresh = day < UsageEntry.DayOf(time.GetUtcNow()) ? FreshForPast : Fresh;
            if (page.ReadAt is not { } readAt || page.Written != written || time.GetElapsedTime(readAt, now) >= fresh)
            {
                var content = await objects.ReadLogAsync(name, page.Offset, cancellation).ConfigureAwait(false);
                page.Offset += AddTo(page.Day, content);
                (page.ReadAt, page.Written) = (now, written);
            }

            return read(page.Day);
        }
        finally
        {
            page.Gate.Release();
        }
    }

    /// <returns>How much of it were whole lines: the last one may be on its way.</returns>
    static long AddTo(UsageDay day, ReadOnlyMemory<byte> content)
    {
        var whole = content[..(content.Span.LastIndexOf((byte)'\n') + 1)];
        var rest = whole;
        while (rest.Length > 0)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            if (end > 0 && Parse(rest[..end]) is { } entry)
            {
                day.Add(entry);
            }

            rest = rest[(end + 1)..];
        }

        return whole.Length;
    }

    /// <summary>Null for a line that a crash has left half written: it was not acknowledged, and was written again.</summary>
    static UsageEntry? Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize<UsageEntry>(line.Span, DomainJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    Page PageOf(string name)
    {
        lock (_lock)
        {
            if (!_pages.TryGetValue(name, out var page))
            {
                MakeRoom();
                _pages[name] = page = new Page();
            }

            page.Used = ++_uses;
            return page;
        }
    }

    /// <summary>What was used last is forgotten last. Whoever still reads one that is forgotten goes on with it.</summary>
    void MakeRoom()
    {
        if (_pages.Count < MostPages && _pages.Values.Sum(page => (long)page.Day.Count) < MostEntries)
        {
            return;
        }

        foreach (var (oldest, _) in _pages.OrderBy(page => page.Value.Used).Take((_pages.Count / 2) + 1).ToList())
        {
            _pages.Remove(oldest);
        }
    }

    sealed class Page
    {
        public UsageDay Day { get; } = new();

        /// <summary>One reads, the others wait for what it has read.</summary>
        public SemaphoreSlim Gate { get; } = new(1);

        public long Offset { get; set; }

        public long? ReadAt { get; set; }

        public long Written { get; set; }

        public long Used { get; set; }
    }
}
