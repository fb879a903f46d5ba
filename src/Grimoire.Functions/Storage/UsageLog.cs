using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using Grimoire.Accounts;
using Grimoire.Casts;

namespace Grimoire.Functions.Storage;

/// <summary>
/// What accounts have used: a log for each account and day of UTC, in which attempts that have cost something and casts that have ended are a line each. It is written
/// behind the record of the attempt, or the result of the cast, by whoever writes that, and again by whoever does it again: so no crash in between loses a line.
/// </summary>
public sealed class UsageLog(IObjectStore objects, CastStore casts)
{
    public const string Folder = "usage/";

    const int MostDays = 10_000;

    readonly ConcurrentDictionary<string, long> _written = new();
    long _count;

    /// <summary>Tells what an attempt that has ended has cost, if it has.</summary>
    public async Task TellAsync(AttemptRecord attempt, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        if (!UsageEntry.Of(attempt, "", cook: null).Any())
        {
            return;
        }

        var asked = await AskedForAsync(attempt.CastId, cancellation).ConfigureAwait(false);
        await AddAsync(CastIds.AccountOf(attempt.CastId), UsageEntry.Of(attempt, asked?.Spell.Slug ?? "", asked?.Cook?.CookId), cancellation).ConfigureAwait(false);
    }

    /// <summary>Tells how a cast has ended, and how often it has called which tool.</summary>
    /// <param name="manifest">Of the cast.</param>
    /// <param name="outcome">As it is stored.</param>
    /// <param name="at">When it ended, if the outcome does not say.</param>
    /// <param name="attempts">Of each step.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task TellAsync(CastManifest manifest, CastOutcome outcome, DateTimeOffset at, IReadOnlyDictionary<string, int> attempts, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        ArgumentNullException.ThrowIfNull(outcome);
        ArgumentNullException.ThrowIfNull(attempts);
        var asked = manifest.Parent is null ? manifest : await AskedForAsync(manifest.CastId, cancellation).ConfigureAwait(false) ?? manifest;
        var ofTools = manifest.Spell.Steps
            .Where(step => step.Tool is not null && attempts.GetValueOrDefault(step.Id) > 0)
            .GroupBy(step => manifest.Tools.GetValueOrDefault(step.Tool!)?.Id ?? step.Tool!, step => attempts[step.Id])
            .ToDictionary(tool => tool.Key, tool => tool.Sum());
        var entry = new UsageEntry(manifest.CastId, outcome.EndedAt ?? at, asked.Spell.Slug)
        {
            Cook = asked.Cook?.CookId,
            Status = manifest.Parent is null ? outcome.Status : null,
            Attempts = ofTools.Count == 0 ? null : ofTools,
        };
        await AddAsync(manifest.Account, [entry], cancellation).ConfigureAwait(false);
    }

    internal static string NameOf(string account, DateOnly day) => $"{Folder}{account}/{day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.jsonl";

    /// <summary>Another number whenever this process has added something to the log.</summary>
    internal long Written(string name) => _written.GetValueOrDefault(name);

    async Task AddAsync(string account, IEnumerable<UsageEntry> entries, CancellationToken cancellation)
    {
        foreach (var day in entries.GroupBy(entry => entry.Day))
        {
            var lines = new ArrayBufferWriter<byte>();
            foreach (var entry in day)
            {
                lines.Write(CastStore.Bytes(entry).Span);
                lines.Write("\n"u8);
            }

            var name = NameOf(account, day.Key);
            await objects.AppendAsync(name, lines.WrittenMemory, cancellation).ConfigureAwait(false);
            if (_written.Count >= MostDays)
            {
                // Whoever has read one of them only reads it once more.
                _written.Clear();
            }

            _written[name] = Interlocked.Increment(ref _count);
        }
    }

    /// <summary>The cast that somebody has asked for and that this one is, or belongs to; null if it has been removed.</summary>
    async Task<CastManifest?> AskedForAsync(string castId, CancellationToken cancellation)
    {
        var manifest = await casts.FindAsync(castId, cancellation).ConfigureAwait(false);
        while (manifest?.Parent is { } parent)
        {
            manifest = await casts.FindAsync(parent.CastId, cancellation).ConfigureAwait(false);
        }

        return manifest;
    }
}
