namespace Grimoire.Spells;

/// <summary>How large a spell may be. What is larger is refused with an error that says so.</summary>
public sealed record SpellLimits
{
    public static SpellLimits Default { get; } = new();

    /// <summary>Of a document, as UTF-8.</summary>
    public int DocumentBytes { get; init; } = 256 * 1024;

    public int Steps { get; init; } = 500;

    public int IdLength { get; init; } = 64;

    public int NameLength { get; init; } = 200;

    public int DescriptionLength { get; init; } = 10_000;

    /// <summary>Elements of a forEach, written out or computed.</summary>
    public int ForEachItems { get; init; } = 1000;

    /// <summary>Elements of a forEach that run at once.</summary>
    public int MaxParallel { get; init; } = 50;

    /// <summary>Codes in one list of "errors" or "except", and clauses of one "catch".</summary>
    public int Patterns { get; init; } = 50;

    public int MaxAttempts { get; init; } = 20;

    /// <summary>The longest timeout, interval or window.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromDays(365);

    public decimal BudgetUsd { get; init; } = 1_000_000;

    /// <summary>How deep spells may cast spells: 1 is a spell that another one casts.</summary>
    public int SubSpellDepth { get; init; } = 5;
}
