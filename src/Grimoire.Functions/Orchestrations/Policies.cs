using Grimoire.Functions.Storage;
using Grimoire.Spells;
using Microsoft.DurableTask;

namespace Grimoire.Functions.Orchestrations;

/// <summary>How durable calls are retried when they throw, which is when storage is away or a worker is lost: about two minutes and a half.</summary>
static class Policies
{
    const int MinAttempts = 8;

    /// <summary>For what writes events and results.</summary>
    public static TaskOptions Bookkeeping { get; } = Of(RetrySettings.Default);

    /// <summary>For a step: the policy that it declares. An attempt is claimed before its tool is called, so calling the activity again pays nothing twice.</summary>
    public static TaskOptions Of(RetrySettings retry)
    {
        var first = Longer(retry.FirstInterval, TimeSpan.FromSeconds(1));
        return TaskOptions.FromRetryPolicy(new RetryPolicy(
            Math.Max(retry.MaxAttempts, MinAttempts), first, Math.Max(1, retry.Backoff), Longer(retry.MaxInterval, first))
        {
            HandleFailure = MayPass,
        });
    }

    /// <summary>What is missing from the manifest of a cast does not come back.</summary>
    static bool MayPass(TaskFailureDetails thrown) =>
        !thrown.IsCausedBy<InvalidDataException>() && !thrown.IsCausedBy<CastGoneException>() && !thrown.IsCausedBy<ArgumentException>();

    static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
