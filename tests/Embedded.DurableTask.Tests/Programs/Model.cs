namespace Embedded.DurableTask.Tests.Programs;

/// <summary>What a program comes to: no engine, no time, no failures other than its own.</summary>
internal static class Model
{
    public static string Run(IReadOnlyList<IReadOnlyList<Step>> generations) =>
        string.Join(';', generations.Select((steps, generation) => Run(steps, $"g{generation}")));

    static string Run(IReadOnlyList<Step> steps, string path) => string.Join(',', steps.Select((step, i) => Run(step, Step.At(path, i))));

    static string Run(Step step, string path) => step switch
    {
        Step.Work or Step.Flaky => $"done {path}",
        Step.Fail or Step.Hopeless => $"failed {path}",
        Step.Sleep => "slept",
        Step.Event => $"event {path}",
        Step.Timeout => "timeout",
        Step.Sub { Throws: true } => $"failed {path}",
        Step.Sub sub => $"({Run(sub.Body, path)})",
        Step.All all => Join(all.Branches, path),
        Step.Race race => Join(race.Branches, path),
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    static string Join(IReadOnlyList<IReadOnlyList<Step>> branches, string path) =>
        $"({string.Join('|', branches.Select((branch, b) => Run(branch, Step.At(path, b))))})";
}
