using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace Grimoire.Functions.Activities;

/// <summary>What attempts have cost as far as their records tell: for those whose outcome did not come to the orchestration, or came too early.</summary>
public sealed class CountCosts(AttemptStore attempts)
{
    [Function(nameof(CountCosts))]
    public async Task<IReadOnlyList<decimal>> RunAsync([ActivityTrigger] CostQuestion question, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(question);
        var costs = new List<decimal>(question.Attempts.Count);
        foreach (var attempt in question.Attempts)
        {
            costs.Add((await attempts.FindAsync(attempt, cancellation).ConfigureAwait(false)).Record?.CostUsd ?? 0);
        }

        return costs;
    }
}
