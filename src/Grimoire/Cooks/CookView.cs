using System.Text.Json;
using Grimoire.Casts;

namespace Grimoire.Cooks;

/// <summary>A cook as it is now: the fold over its journal.</summary>
public sealed record CookView
{
    public required string Id { get; init; }

    public required string Account { get; init; }

    public required CookSettings Settings { get; init; }

    /// <summary>The slug of what each piece is a cast of.</summary>
    public required string Spell { get; init; }

    public int? SpellVersion { get; init; }

    public CastStatus Status { get; init; } = CastStatus.Pending;

    /// <summary>1, and one more each time that pieces were tried again.</summary>
    public int Generation { get; init; } = 1;

    public required CookProgress Progress { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public Failure? Failure { get; init; }

    /// <summary>Why it was cancelled.</summary>
    public string? Reason { get; init; }

    /// <summary>Why pieces that could begin do not; null if nothing keeps them.</summary>
    public CookHold? Hold { get; init; }

    /// <param name="manifest">What it started from.</param>
    /// <param name="events">In order.</param>
    public static (CookView Cook, IReadOnlyList<PieceView> Pieces) Of(CookManifest manifest, IEnumerable<CastEvent> events)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var fold = new CookFold(manifest);
        fold.Add(events);
        return (fold.Cook, fold.Pieces);
    }

    internal CookView After(CastEvent e) => e.Type switch
    {
        CookEvents.Started => this with { Status = CastStatus.Running, Generation = e.Attempt ?? 1, StartedAt = StartedAt ?? e.At, EndedAt = null, Failure = null, Reason = null, Hold = null },
        CookEvents.Paused => this with { Status = CastStatus.Paused },
        CookEvents.Resumed => this with { Status = CastStatus.Running },
        CookEvents.Held => this with { Hold = new CookHold((string?)e.Data?["code"] ?? "", (string?)e.Data?["message"] ?? "", e.At) },
        CookEvents.Released => this with { Hold = null },
        CookEvents.Completed => this with { Status = CastStatus.Completed, EndedAt = e.At },
        CookEvents.Cancelled => this with { Status = CastStatus.Cancelled, EndedAt = e.At, Reason = (string?)e.Data?["reason"] },
        CookEvents.Failed => this with { Status = CastStatus.Failed, EndedAt = e.At, Failure = e.Data?["failure"].Deserialize<Failure>(DomainJson.Options) },
        _ => this,
    };

    internal CookProgress Counted(PieceView[] pieces, int casts, decimal costUsd) => new()
    {
        Total = pieces.Length,
        Running = pieces.Count(piece => piece.Status == PieceStatus.Running),
        Completed = pieces.Count(piece => piece.Status == PieceStatus.Completed),
        Failed = pieces.Count(piece => piece.Status == PieceStatus.Failed),
        Cancelled = pieces.Count(piece => piece.Status == PieceStatus.Cancelled),
        CostUsd = costUsd,
        CastsEnded = casts,
        StartedAt = StartedAt,
        EndedAt = EndedAt,
    };
}

public enum PieceStatus
{
    Waiting,
    Running,
    Completed,
    Failed,
    Cancelled,
}

/// <summary>A piece as it is now.</summary>
/// <param name="Piece">Its place, from 0.</param>
public sealed record PieceView(int Piece)
{
    public PieceStatus Status { get; init; }

    /// <summary>The last cast of it; null as long as there was none.</summary>
    public string? CastId { get; init; }

    /// <summary>For the how manyeth time it is cast.</summary>
    public int Generation { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Of all its casts.</summary>
    public decimal CostUsd { get; init; }

    /// <summary>Of the failure of the last one.</summary>
    public string? Code { get; init; }

    public string? Error { get; init; }

    /// <summary>What is older than what is known changes nothing.</summary>
    internal PieceView After(CastEvent e, string castId)
    {
        var generation = e.Attempt ?? 1;
        if (e.Type == CookEvents.PieceStarted)
        {
            return generation <= Generation ? this : this with
            {
                Status = PieceStatus.Running, CastId = castId, Generation = generation, StartedAt = e.At, EndedAt = null, Code = null, Error = null,
            };
        }

        var costUsd = CostUsd + (e.Data?["costUsd"]?.GetValue<decimal>() ?? 0);
        return generation < Generation ? this with { CostUsd = costUsd } : this with
        {
            Status = Enum.TryParse<PieceStatus>((string?)e.Data?["status"], ignoreCase: true, out var status) ? status : PieceStatus.Failed,
            // One that could not be begun has no cast.
            CastId = StartedAt is null ? null : castId,
            Generation = generation,
            EndedAt = e.At,
            CostUsd = costUsd,
            Code = (string?)e.Data?["code"],
            Error = (string?)e.Data?["message"],
        };
    }
}
