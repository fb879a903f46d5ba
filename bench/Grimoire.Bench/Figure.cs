namespace Grimoire.Bench;

/// <summary>Something that was measured.</summary>
/// <param name="Section">The question that it belongs to.</param>
/// <param name="Name">What it is.</param>
/// <param name="Unit">In which unit.</param>
/// <param name="Runs">What each run gave.</param>
/// <param name="Target">What it should be; null where nothing is asked of it.</param>
internal sealed record Figure(string Section, string Name, string Unit, IReadOnlyList<double> Runs, Target? Target = null)
{
    public double Median => Statistics.Median(Runs);

    /// <summary>Whether the median is as it should be; null without a target.</summary>
    public bool? IsMet => Target?.IsMetBy(Median);
}

/// <summary>What a figure should be.</summary>
internal sealed record Target(string Relation, double Value)
{
    public static Target AtLeast(double value) => new(">=", value);

    public static Target AtMost(double value) => new("<=", value);

    public static Target Under(double value) => new("<", value);

    public bool IsMetBy(double value) => Relation switch
    {
        ">=" => value >= Value,
        "<=" => value <= Value,
        "<" => value < Value,
        _ => throw new InvalidOperationException(Relation),
    };
}
