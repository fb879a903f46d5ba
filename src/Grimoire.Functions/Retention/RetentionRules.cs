using Grimoire.Functions.Storage;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Grimoire.Functions.Retention;

/// <summary>Looks for what is kept no longer, and removes it or only tells it.</summary>
public sealed partial class RetentionRules(IEnumerable<IRetentionRule> rules, RetentionOptions options, TimeProvider time, ILogger<RetentionRules> logger)
{
    /// <summary>What cannot be removed is passed over; when nothing can be removed any more, the storage is away.</summary>
    const int MaxTroubles = 3;

    /// <summary>Things of one kind that are looked at to tell what would be removed.</summary>
    const int MaxLooked = 2000;

    const int MaxNames = 100;

    readonly IRetentionRule[] _rules = [.. rules.OrderBy(rule => rule.Kind)];

    /// <summary>The kind that comes next; null if that was the last one.</summary>
    /// <param name="kind">Null: the first one.</param>
    public RetentionKind? Behind(RetentionKind? kind) => _rules.FirstOrDefault(rule => rule.Keep is not null && !(rule.Kind <= kind))?.Kind;

    /// <summary>Removes what is due of some things of a kind.</summary>
    /// <returns>Where to go on, null if there is no more; and how many things were removed.</returns>
    public async Task<(string? Position, int Removed)> RemoveSomeAsync(DurableTaskClient client, RetentionKind kind, string? position, CancellationToken cancellation)
    {
        var rule = _rules.Single(rule => rule.Kind == kind);
        if (rule.Keep is not { } keep)
        {
            return (null, 0);
        }

        var (looked, removed, troubles) = (0, 0, 0);
        await foreach (var seen in rule.LookAsync(client, time.GetUtcNow() - keep, position, cancellation).ConfigureAwait(false))
        {
            foreach (var due in seen.Due)
            {
                try
                {
                    await rule.RemoveAsync(client, due, cancellation).ConfigureAwait(false);
                    (removed, troubles) = (removed + 1, 0);
                    CastMetrics.Removed.Add(1, new KeyValuePair<string, object?>("kind", Word(kind)));
                }
                catch (StorageException trouble) when (++troubles < MaxTroubles)
                {
                    LogTrouble(logger, trouble, Word(kind), due.Name);
                }
            }

            looked += seen.Looked;
            if (seen.Position is null || looked >= options.Batch)
            {
                return (seen.Position, removed);
            }
        }

        return (null, removed);
    }

    /// <summary>What would be removed now. Nothing is.</summary>
    public async Task<IReadOnlyList<DueOfKind>> TellAsync(DurableTaskClient client, CancellationToken cancellation)
    {
        var told = new List<DueOfKind>();
        foreach (var rule in _rules)
        {
            told.Add(rule.Keep is { } keep
                ? await TellAsync(client, rule, keep, cancellation).ConfigureAwait(false)
                : new DueOfKind(rule.Kind, Keep: null, Count: 0, []));
        }

        return told;
    }

    async Task<DueOfKind> TellAsync(DurableTaskClient client, IRetentionRule rule, TimeSpan keep, CancellationToken cancellation)
    {
        var (looked, due, isMore) = (0, new List<Due>(), false);
        await foreach (var seen in rule.LookAsync(client, time.GetUtcNow() - keep, after: null, cancellation).ConfigureAwait(false))
        {
            due.AddRange(seen.Due);
            looked += seen.Looked;
            if (looked >= MaxLooked)
            {
                isMore = seen.Position is not null;
                break;
            }
        }

        return new DueOfKind(rule.Kind, keep, due.Count, [.. due.Take(MaxNames).Select(one => one.Name)])
        {
            Bytes = due.Any(one => one.Bytes is not null) ? due.Sum(one => one.Bytes ?? 0) : null,
            Oldest = due.Count == 0 ? null : due.Min(one => one.Since),
            More = isMore ? true : null,
        };
    }

    internal static string Word(RetentionKind kind)
    {
        var name = kind.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name} ({Kind}) is kept no longer, and cannot be removed now.")]
    static partial void LogTrouble(ILogger logger, Exception trouble, string kind, string name);
}

/// <param name="Keep">For how long; null: for ever.</param>
/// <param name="Names">The first ones.</param>
public sealed record DueOfKind(RetentionKind Kind, TimeSpan? Keep, int Count, IReadOnlyList<string> Names)
{
    /// <summary>Of artifacts.</summary>
    public long? Bytes { get; init; }

    /// <summary>Since when the time of the oldest has been running.</summary>
    public DateTimeOffset? Oldest { get; init; }

    /// <summary>It was not looked further: there may be more.</summary>
    public bool? More { get; init; }
}
