namespace Grimoire.Cooks;

/// <summary>How a cook is done, whatever its pieces come from.</summary>
public sealed record CookSettings
{
    public const int DefaultConcurrency = 8;
    public const int MaxConcurrency = 50;

    /// <summary>For people.</summary>
    public string? Name { get; init; }

    /// <summary>How many pieces are cast at once.</summary>
    public int Concurrency { get; init; } = DefaultConcurrency;

    /// <summary>How many of a hundred pieces may fail before the cook stops, 0 to 100.</summary>
    public decimal Tolerated { get; init; }

    /// <summary>What the whole cook may cost.</summary>
    public decimal? BudgetUsd { get; init; }

    /// <summary>What one piece may cost.</summary>
    public decimal? PieceBudgetUsd { get; init; }
}
