using System.Globalization;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace Grimoire.Functions.Activities;

/// <summary>Puts together what the elements of a forEach came to, and ends the step.</summary>
public sealed class CombineItems(CastStore casts, Journal journal, CastOptions options, TimeProvider time)
{
    const int ReadAtOnce = 16;

    [Function(nameof(CombineItems))]
    public async Task<AttemptOutcome> RunAsync([ActivityTrigger] StepItems step, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(step);
        var combined = new JsonArray();
        var bytes = 0L;
        foreach (var some in step.Items.Chunk(ReadAtOnce))
        {
            foreach (var value in await Task.WhenAll(some.Select(item => casts.LoadAsync(item, cancellation))).ConfigureAwait(false))
            {
                bytes += CastStore.Bytes(value).Length;
                if (bytes > options.MaxOutputBytes)
                {
                    return new AttemptOutcome { Failure = TooLarge(step) };
                }

                combined.Add(value?.DeepClone());
            }
        }

        var output = await casts.KeepAsync(CastObjects.Output(step.CastId, step.Step), combined, cancellation).ConfigureAwait(false);

        // Each element has told what it has cost; a step without elements has not even begun.
        var now = time.GetUtcNow();
        await journal.AppendAsync(
            step.CastId,
            [CastEvents.Step(CastEvents.StepStarted, step.Step, now), CastEvents.Step(CastEvents.StepCompleted, step.Step, now, new { items = step.Items.Count })],
            cancellation).ConfigureAwait(false);
        CastMetrics.StepOver(CastEvents.StepCompleted, CastTelemetry.ToolOf(await casts.FindAsync(step.CastId, cancellation).ConfigureAwait(false), step.Step));
        return new AttemptOutcome { Output = output };
    }

    Failure TooLarge(StepItems step) => new()
    {
        Code = "output.tooLarge",
        Message = string.Create(CultureInfo.InvariantCulture,
            $"The outputs of the {step.Items.Count} elements come to more than {options.MaxOutputBytes} bytes. Large results belong into artifacts."),
        Phase = Phase.Complete,
        Step = step.Step,
    };
}
