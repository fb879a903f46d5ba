namespace Grimoire.Cooks;

/// <summary>How much may be cooked at once. What is more is refused with a finding that says so.</summary>
public sealed record PieceLimits
{
    public const int MaxPieces = 100_000;
    public const int MaxPieceBytes = 64 * 1024;
    public const int MaxFindings = 100;

    public static PieceLimits Default { get; } = new();

    /// <summary>Of one cook.</summary>
    public int Pieces { get; init; } = MaxPieces;

    /// <summary>Of the inputs of one piece, as JSON in UTF-8.</summary>
    public int PieceBytes { get; init; } = MaxPieceBytes;

    /// <summary>What is told of wrong pieces; how many more there are is told in one more.</summary>
    public int Findings { get; init; } = MaxFindings;
}
