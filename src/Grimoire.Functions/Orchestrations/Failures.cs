using System.Globalization;
using Grimoire.Casts;
using Grimoire.Functions.Storage;
using Microsoft.DurableTask;

namespace Grimoire.Functions.Orchestrations;

/// <summary>What a durable call that has thrown means for a cast, and failures in a sentence.</summary>
static class Failures
{
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
