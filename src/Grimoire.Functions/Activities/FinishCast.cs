using Grimoire.Casts;
using Grimoire.Expressions;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Notifications;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Activities;

/// <summary>Ends a cast: works out what it has come to, stores that, and closes the journal.</summary>
public sealed class FinishCast(
    CastStore casts, Journal journal, DeadLetters letters, UsageLog usage, CastsInFlight inFlight, CastOptions options, TimeProvider time)
{
    [Function(nameof(FinishCast))]
    public async Task<CastOutcome> RunAsync([ActivityTrigger] CastEnd end, [DurableClient] DurableTaskClient client, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(end);
        var outcome = await EndAsync(end, cancellation).ConfigureAwait(false);

        // Before its cook hears of it, which may want the place.
        inFlight.Ended(end.CastId);
        if (await casts.FindAsync(end.CastId, cancellation).ConfigureAwait(false) is { } manifest)
        {
            await CastNotifiers.LookAsync(client, manifest, cancellation).ConfigureAwait(false);
            await PieceEnds.TellAsync(client, manifest, outcome, cancellation).ConfigureAwait(false);
        }

        return outcome;
    }

    public async Task<CastOutcome> EndAsync(CastEnd end, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(end);
        var now = time.GetUtcNow();
        var wished = new CastOutcome { Status = end.Status, Failure = end.Failure, CostUsd = end.CostUsd, EndedAt = now };
        if (end.Status == CastStatus.Completed)
        {
            wished = await WithOutputAsync(wished, end, cancellation).ConfigureAwait(false);
        }

        var outcome = await casts.SaveResultAsync(end.CastId, wished, cancellation).ConfigureAwait(false);
        var isFirst = ReferenceEquals(outcome, wished);
        var manifest = await casts.FindAsync(end.CastId, cancellation).ConfigureAwait(false);
        if (isFirst)
        {
            // Not when it is done again: a cast ends once.
            CastTelemetry.Ended(manifest, outcome, now);
        }

        if (manifest is not null)
        {
            await letters.WriteAsync(manifest, outcome, isFirst, cancellation).ConfigureAwait(false);
        }

        var type = outcome.Status switch
        {
            CastStatus.Completed => CastEvents.CastCompleted,
            CastStatus.Cancelled => CastEvents.CastCancelled,
            _ => CastEvents.CastFailed,
        };
        await Task.WhenAll(
            manifest is null ? Task.CompletedTask : usage.TellAsync(manifest, outcome, now, end.Attempts ?? new Dictionary<string, int>(), cancellation),
            journal.AppendAsync(end.CastId, [CastEvents.Ended(type, now, outcome.CostUsd, outcome.Failure, end.Reason)], cancellation)).ConfigureAwait(false);
        return outcome;
    }

    async Task<CastOutcome> WithOutputAsync(CastOutcome outcome, CastEnd end, CancellationToken cancellation)
    {
        var manifest = await casts.GetAsync(end.CastId, cancellation).ConfigureAwait(false);
        if (manifest.Spell.Output is not { } template)
        {
            // One step at most: the last.
            return outcome with { Output = end.Views.Values.FirstOrDefault()?.Output ?? Payload.Nothing };
        }

        try
        {
            var scope = await StepScope.OfAsync(manifest, end.Views, error: null, casts, cancellation).ConfigureAwait(false);
            var value = StepBinding.Evaluate(template, "/output", scope);
            return CastStore.Bytes(value).Length > options.MaxOutputBytes
                ? Failed(outcome, "output.tooLarge", $"The output of the cast has more than {options.MaxOutputBytes} bytes. Large results belong into artifacts.")
                : outcome with { Output = await casts.KeepAsync(CastObjects.CastOutput(end.CastId), value, cancellation).ConfigureAwait(false) };
        }
        catch (ExpressionException wrong)
        {
            return Failed(outcome, "output.unbound", $"The output of the cast cannot be worked out: {wrong.Message}");
        }
    }

    static CastOutcome Failed(CastOutcome outcome, string code, string message) =>
        outcome with { Status = CastStatus.Failed, Failure = new Failure { Code = code, Message = message, Phase = Phase.Complete } };
}
