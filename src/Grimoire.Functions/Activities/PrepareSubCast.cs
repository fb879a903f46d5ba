using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Schemas;
using Microsoft.Azure.Functions.Worker;

namespace Grimoire.Functions.Activities;

/// <summary>Begins the attempt of a step that casts a spell: its record, and the manifest of the sub-cast.</summary>
public sealed class PrepareSubCast(CastStore casts, StepBinding binding, JsonSchemas schemas, AttemptLedger ledger,
    AttemptStore attempts, ReuseReader reuse, CastOptions options, TimeProvider time)
{
    [Function(nameof(PrepareSubCast))]
    public async Task<AttemptOutcome> RunAsync([ActivityTrigger] StepRequest order, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(order);
        using var scope = ledger.Scope(order.Key);
        var manifest = await casts.GetAsync(order.CastId, cancellation).ConfigureAwait(false);
        var step = manifest.Step(order.Step);
        var spell = manifest.SpellOf(step);
        var depth = (manifest.Parent?.Depth ?? 0) + 1;

        var (inputs, failure) = await binding.InputAsync(manifest, step, order, cancellation).ConfigureAwait(false);
        if (inputs is not null && spell.Inputs is { } schema)
        {
            inputs = (JsonObject)JsonSchemas.WithDefaults(schema, inputs)!;
            var errors = schemas.Validate(schema, inputs);
            failure = errors.Count == 0 ? null : Failed("input.invalid", Phase.Validate,
                $"The inputs do not fit the spell '{spell.Slug}': {string.Join("; ", errors.Take(5).Select(error => $"{error.Pointer} {error.Message}"))}");
        }

        if (depth > options.MaxDepth)
        {
            failure = Failed("cast.tooDeep", Phase.Validate, $"Spells may cast spells {options.MaxDepth} deep; '{spell.Slug}' would be {depth} deep.");
        }

        var now = time.GetUtcNow();
        var record = new AttemptRecord
        {
            CastId = order.CastId,
            Step = order.Step,
            Item = order.Item,
            Attempt = order.Attempt,
            Tool = $"spell:{spell.Slug}",
            Status = failure is null ? AttemptStatus.Running : AttemptStatus.Failed,
            IdempotencyKey = order.Key.IdempotencyKey,
            StartedAt = now,
            EndedAt = failure is null ? null : now,
            Input = inputs,
            Trace = manifest.Trace,
            Failure = failure?.In(order.Step, order.Item, order.Attempt, $"spell:{spell.Slug}"),
        };

        // Nobody runs it: it ends when the sub-cast has ended, whose id follows from the attempt, so that preparing it again prepares the same.
        var opened = await ledger.OpenAsync(record, cancellation).ConfigureAwait(false);
        if (opened.Status != AttemptStatus.Running)
        {
            return AttemptLedger.OutcomeOf(opened);
        }

        var child = new CastManifest
        {
            CastId = CastIds.Child(order.Key),
            Account = manifest.Account,
            Spell = spell,
            Spells = manifest.Spells,
            Tools = manifest.Tools,
            Inputs = opened.Input!.AsObject(),
            CreatedAt = now,
            BudgetUsd = Least(spell.BudgetUsd, order.BudgetUsd),
            Trace = manifest.Trace is null ? null : manifest.Trace with { ParentSpanId = null },
            Parent = new CastParent(order.CastId, order.Step, order.Item, order.Attempt, depth),
        };
        child = child with { Redrive = await OriginAsync(manifest, child, cancellation).ConfigureAwait(false) };
        await casts.CreateAsync(child, cancellation).ConfigureAwait(false);
        return new AttemptOutcome();
    }

    /// <summary>When the step goes on where it stopped in an earlier cast, so does its sub-cast.</summary>
    async Task<RedriveOrigin?> OriginAsync(CastManifest manifest, CastManifest child, CancellationToken cancellation)
    {
        var parent = child.Parent!;
        if (parent.Attempt != 1 || manifest.Redrive is not { } redrive || !redrive.Resumed.ContainsKey(parent.Step))
        {
            return null;
        }

        var before = (await attempts.ListAsync(redrive.CastId, parent.Step, cancellation).ConfigureAwait(false)).LastOrDefault(record => record.Item == parent.Item);
        return before is not null
            && await casts.FindAsync(CastIds.Child(before.Key), cancellation).ConfigureAwait(false) is { } old
            && JsonNode.DeepEquals(old.Inputs, child.Inputs)
                ? (await reuse.OriginAsync(old, child, fromStep: null, cancellation).ConfigureAwait(false)).Origin
                : null;
    }

    static Failure Failed(string code, Phase phase, string message) => new() { Code = code, Message = message, Phase = phase };

    static decimal? Least(decimal? a, decimal? b) => a is null || b < a ? b : a;
}
