using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace Grimoire.Functions.Activities;

/// <summary>Ends the attempt of a step that has cast a spell with what the sub-cast came to.</summary>
public sealed class CollectSubCast(CastStore casts, AttemptStore attempts, AttemptLedger ledger, TimeProvider time)
{
    [Function(nameof(CollectSubCast))]
    public async Task<AttemptOutcome> RunAsync([ActivityTrigger] SubCastEnd end, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(end);
        using var scope = ledger.Scope(end.Attempt);
        var (record, _) = await attempts.FindAsync(end.Attempt, cancellation).ConfigureAwait(false);
        if (record is null)
        {
            throw new StorageException($"The record of the attempt {end.Attempt.IdempotencyKey} is gone.");
        }

        var outcome = await casts.FindResultAsync(end.ChildId, cancellation).ConfigureAwait(false);
        var ended = record with { EndedAt = time.GetUtcNow(), LeaseUntil = null, CostUsd = outcome?.CostUsd ?? await SpentAsync(end.ChildId, cancellation).ConfigureAwait(false) };
        return await ledger.SettleAsync(
            outcome switch
            {
                { Status: CastStatus.Completed } => ended with
                {
                    Status = AttemptStatus.Succeeded,
                    Output = await casts.LoadAsync(outcome.Output, cancellation).ConfigureAwait(false),
                },
                { Status: CastStatus.Cancelled } => ended with
                {
                    Status = AttemptStatus.Cancelled,
                    Failure = Failed(AttemptRun.CancelledCode, $"The sub-cast '{end.ChildId}' was cancelled.", null),
                },
                { Failure: { } cause } => ended with
                {
                    Status = AttemptStatus.Failed,
                    Failure = Failed("cast.failed", $"The sub-cast '{end.ChildId}' has failed: {Failures.Sentence(cause)}", cause),
                },
                _ => ended with
                {
                    Status = AttemptStatus.Failed,
                    Failure = Failed("cast.terminated", $"The sub-cast '{end.ChildId}' has ended without a result: {end.Thrown ?? "it was terminated."}", null),
                },
            },
            cancellation).ConfigureAwait(false);
    }

    /// <summary>By a sub-cast that did not come to tell: what its attempts tell.</summary>
    async Task<decimal> SpentAsync(string castId, CancellationToken cancellation) =>
        (await attempts.ListAsync(castId, step: null, cancellation).ConfigureAwait(false)).Sum(attempt => attempt.CostUsd);

    static Failure Failed(string code, string message, Failure? cause) => new() { Code = code, Message = message, Phase = Phase.Execute, Cause = cause };
}
