using System.Globalization;
using Grimoire.Casts;

namespace Grimoire.Cooks;

/// <summary>What a generation of a cook is to do; the pieces themselves are stored.</summary>
/// <param name="Generation">1 for all pieces; further ones are those that are tried again.</param>
/// <param name="Count">How many pieces this generation has.</param>
public sealed record CookPlan(string CookId, int Generation, int Count, int Concurrency)
{
    public decimal Tolerated { get; init; }

    public decimal? BudgetUsd { get; init; }

    public decimal? PieceBudgetUsd { get; init; }

    /// <summary>What a piece is expected to cost as long as none has ended.</summary>
    public decimal EstimateUsd { get; init; }
}

/// <param name="Since">When it was begun.</param>
public sealed record RunningPiece(int Piece, DateTimeOffset Since);

/// <summary>Why pieces that could begin do not: a limit of the account is reached.</summary>
/// <param name="Code">Of the limit.</param>
/// <param name="Message">For people.</param>
/// <param name="Since">When it began to wait.</param>
public sealed record CookHold(string Code, string Message, DateTimeOffset Since);

/// <summary>What a generation of a cook has come to.</summary>
public sealed record CookOutcome(int Generation, CastStatus Status, CookProgress Progress)
{
    public Failure? Failure { get; init; }

    public string? Reason { get; init; }
}

/// <summary>
/// How far a generation of a cook has come, and how many pieces may begin. Deterministic, and all that an orchestration has to take along into its next history.
/// </summary>
public sealed record CookCourse(CookPlan Plan, CookProgress Progress)
{
    public const string BudgetExceeded = "cook.budget";
    public const string TooManyFailed = "cook.tooManyFailed";

    /// <summary>The place, among the pieces of the generation, of the next one to begin.</summary>
    public int Next { get; init; }

    public IReadOnlyList<RunningPiece> Running { get; init; } = [];

    public bool IsPaused { get; init; }

    public bool IsCancelled { get; init; }

    public string? Reason { get; init; }

    /// <summary>Why no further piece begins.</summary>
    public Failure? Failure { get; init; }

    /// <summary>How often it was paused or resumed.</summary>
    public int Turns { get; init; }

    /// <summary>Null if nothing holds it up.</summary>
    public CookHold? Hold { get; init; }

    /// <summary>How often something began to.</summary>
    public int Holds { get; init; }

    /// <summary>Nothing runs, and nothing will.</summary>
    public bool IsOver => Running.Count == 0 && (Next >= Plan.Count || IsCancelled || Failure is not null);

    /// <summary>How many pieces may begin now.</summary>
    public int MayBegin => IsPaused || IsCancelled || Failure is not null ? 0 : Math.Max(0, Math.Min(Affordable, Math.Min(Plan.Concurrency - Running.Count, Plan.Count - Next)));

    /// <summary>What one more piece may spend; null for any amount.</summary>
    public decimal? PieceBudgetUsd => Plan.BudgetUsd is { } budget ? Math.Min(Plan.PieceBudgetUsd ?? budget, budget - Progress.CostUsd) : Plan.PieceBudgetUsd;

    /// <summary>What a piece costs, by all that is known.</summary>
    decimal ExpectedUsd => Progress.CastsEnded > 0 ? Progress.CostUsd / Progress.CastsEnded : Plan.EstimateUsd;

    /// <summary>For how many more pieces the budget reaches, besides those that run.</summary>
    int Affordable => Plan.BudgetUsd is not { } budget ? int.MaxValue
        : Progress.CostUsd >= budget ? 0
        : ExpectedUsd == 0 ? int.MaxValue
        : (int)Math.Min(int.MaxValue, (budget - Progress.CostUsd) / ExpectedUsd) - Running.Count;

    public CookCourse Begin(IReadOnlyList<int> pieces, DateTimeOffset at) => this with
    {
        Next = Next + pieces.Count,
        Running = [.. Running, .. pieces.Select(piece => new RunningPiece(piece, at))],
        Progress = Progress.Started(at, pieces.Count),
    };

    /// <summary>Null if the piece does not run: it has ended before, or is of another generation.</summary>
    public CookCourse? End(PieceEnd end, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(end);
        if (end.Generation != Plan.Generation || Running.FirstOrDefault(running => running.Piece == end.Piece) is not { } running)
        {
            return null;
        }

        var ended = this with { Running = [.. Running.Where(other => other != running)], Progress = Progress.PieceEnded(end.Status, end.CostUsd, at) };
        // Of pieces that are not tried again there may be too many already: only one more failure stops what is tried.
        return ended with { Failure = Failure ?? (end.Status == CastStatus.Failed ? ended.TooMany() : null) };
    }

    /// <summary>The same, and failed if nothing runs and the budget does not reach for one more piece.</summary>
    public CookCourse WithinBudget() => IsOver || IsPaused || Running.Count > 0 || MayBegin > 0 ? this : this with
    {
        Failure = new Failure
        {
            Code = BudgetExceeded,
            Message = string.Create(CultureInfo.InvariantCulture,
                $"The budget is {Plan.BudgetUsd} USD: {Progress.CostUsd} are spent, a piece is expected to cost {ExpectedUsd:0.######}, and {Plan.Count - Next} have not begun."),
            Phase = Phase.Validate,
        },
    };

    /// <summary>Null if it is held up for that reason already.</summary>
    public CookCourse? HeldUp(string code, string message, DateTimeOffset at) =>
        Hold?.Code == code ? null : this with { Hold = new CookHold(code, message, at), Holds = Holds + 1 };

    /// <summary>Null if it changes nothing.</summary>
    public CookCourse? Pause() => IsPaused || IsCancelled ? null : this with { IsPaused = true, Turns = Turns + 1 };

    /// <summary>Null if it changes nothing.</summary>
    public CookCourse? Resume() => IsPaused ? this with { IsPaused = false, Turns = Turns + 1 } : null;

    /// <summary>Null if it changes nothing.</summary>
    public CookCourse? Cancel(string? reason) => IsCancelled ? null : this with { IsCancelled = true, IsPaused = false, Reason = reason };

    public CookOutcome Outcome()
    {
        var failure = Failure ?? (IsCancelled ? null : TooMany());
        return new CookOutcome(Plan.Generation, failure is not null ? CastStatus.Failed : IsCancelled ? CastStatus.Cancelled : CastStatus.Completed, Progress)
        {
            Failure = failure,
            Reason = Reason,
        };
    }

    Failure? TooMany() => !Progress.IsOverTolerated(Plan.Tolerated) ? null : new Failure
    {
        Code = TooManyFailed,
        Message = string.Create(CultureInfo.InvariantCulture, $"{Progress.Failed} of {Progress.Total} pieces have failed; {Plan.Tolerated} % are tolerated."),
        Phase = Phase.Execute,
    };
}
