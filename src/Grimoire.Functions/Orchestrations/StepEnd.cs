using Grimoire.Casts;

namespace Grimoire.Functions.Orchestrations;

enum StepEndKind
{
    Completed,
    Skipped,
    Cancelled,
    Failed,
}

/// <param name="Attempt">Whose record has the output.</param>
sealed record StepEnd(StepEndKind Kind, Payload? Output = null, Failure? Failure = null, int? Attempt = null)
{
    public static StepEnd Skipped { get; } = new(StepEndKind.Skipped);

    public static StepEnd Cancelled { get; } = new(StepEndKind.Cancelled);

    public static StepEnd Of(Payload output) => new(StepEndKind.Completed, Output: output);

    public static StepEnd Of(Failure failure) => new(StepEndKind.Failed, Failure: failure);
}
