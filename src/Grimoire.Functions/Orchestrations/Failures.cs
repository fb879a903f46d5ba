using System.Globalization;
using Grimoire.Casts;
using Grimoire.Functions.Storage;
using Microsoft.DurableTask;

namespace Grimoire.Functions.Orchestrations;

/// <summary>What a durable call that has thrown means for a cast, and failures in a sentence.</summary>
static class Failures
{
    /// <summary>What has brought the interpreter of a cast down.</summary>
    public static Failure Of(Exception unexpected) => unexpected is TaskFailedException thrown
        ? Of(thrown, Phase.Store)
        : new Failure { Code = "cast.crashed", Message = $"{unexpected.GetType().Name}: {unexpected.Message}", Phase = Phase.Execute };

    public static Failure TooNew(int interpreter) => new()
    {
        Code = "cast.tooNew",
        Message = string.Create(CultureInfo.InvariantCulture,
            $"The cast is for interpreter {interpreter}; this app has {CastPlan.CurrentInterpreter}. A newer one has to run it: redrive it there."),
        Phase = Phase.Validate,
    };

    public static Failure TimedOut(PlannedStep step, int? item, int attempt) => new()
    {
        Code = "step.timeout",
        Message = "The time for the step is over.",
        Phase = Phase.Execute,
        Step = step.Id,
        Item = item,
        Attempt = attempt,
        Tool = step.Target,
    };

    public static Failure Of(TaskFailedException thrown, Phase phase)
    {
        var details = thrown.FailureDetails;
        var storage = details.ErrorType.EndsWith(nameof(StorageException), StringComparison.Ordinal);
        return new Failure
        {
            Code = storage ? "storage.unavailable" : "step.crashed",
            Message = $"{thrown.TaskName}: {details.ErrorMessage}",
            Phase = storage ? Phase.Store : phase,
        };
    }

    public static string Sentence(Failure failure)
    {
        var where = failure.Step is { } step
            ? $"Step '{step}'{(failure.Item is { } item ? string.Create(CultureInfo.InvariantCulture, $", element {item}") : "")}"
                + $"{(failure.Attempt is { } attempt ? string.Create(CultureInfo.InvariantCulture, $", attempt {attempt}") : "")}"
                + $", {failure.Phase.ToString().ToLowerInvariant()}: "
            : "";
        return $"{where}{failure.Message} ({failure.Code})";
    }
}
