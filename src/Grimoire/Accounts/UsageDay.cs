using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Grimoire.Casts;

namespace Grimoire.Accounts;

/// <summary>What is added up of casts and attempts.</summary>
public sealed record UsageSum
{
    public static UsageSum Nothing { get; } = new();

    public long Completed { get; init; }

    public long Failed { get; init; }

    public long Cancelled { get; init; }

    /// <summary>With tools, also those that cost nothing; of casts that have ended.</summary>
    public long Attempts { get; init; }

    public decimal CostUsd { get; init; }

    public static UsageSum operator +(UsageSum a, UsageSum b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return new UsageSum
        {
            Completed = a.Completed + b.Completed,
            Failed = a.Failed + b.Failed,
            Cancelled = a.Cancelled + b.Cancelled,
            Attempts = a.Attempts + b.Attempts,
            CostUsd = a.CostUsd + b.CostUsd,
        };
    }

    public static UsageSum Add(UsageSum left, UsageSum right) => left + right;
}

/// <param name="Tool">Null: what is not one tool's, which is how many casts have ended.</param>
public sealed record UsageRow(string Spell, string? Tool, UsageSum Sum);

/// <summary>The fold over a day of the log of an account. What was written twice is counted once.</summary>
public sealed class UsageDay
{
    /// <summary>Hashes, for there may be hundreds of thousands.</summary>
    readonly HashSet<UInt128> _known = [];
    readonly Dictionary<(string Spell, string? Tool), UsageSum> _sums = [];

    /// <summary>How many different entries there were.</summary>
    public int Count => _known.Count;

    public decimal CostUsd { get; private set; }

    public IReadOnlyList<UsageRow> Rows => [.. _sums.Select(sum => new UsageRow(sum.Key.Spell, sum.Key.Tool, sum.Value))];

    public void Add(UsageEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (!_known.Add(HashOf(entry)))
        {
            return;
        }

        if (entry.Tool is { } paid)
        {
            CostUsd += entry.CostUsd;
            Sum(entry.Spell, paid, new UsageSum { CostUsd = entry.CostUsd });
        }

        if (entry.Status is { } status)
        {
            Sum(entry.Spell, null, new UsageSum
            {
                Completed = status == CastStatus.Completed ? 1 : 0,
                Failed = status == CastStatus.Failed ? 1 : 0,
                Cancelled = status == CastStatus.Cancelled ? 1 : 0,
            });
        }

        foreach (var (tool, attempts) in entry.Attempts ?? new Dictionary<string, int>())
        {
            Sum(entry.Spell, tool, new UsageSum { Attempts = attempts });
        }
    }

    void Sum(string spell, string? tool, UsageSum more) => _sums[(spell, tool)] = _sums.GetValueOrDefault((spell, tool), UsageSum.Nothing) + more;

    /// <summary>An attempt and a cast may have ids that are alike.</summary>
    static UInt128 HashOf(UsageEntry entry) =>
        BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{(entry.Tool is null ? "cast" : "attempt")} {entry.Id}")));
}
