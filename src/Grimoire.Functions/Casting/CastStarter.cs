using System.Text.Json.Nodes;
using DurableTask.Core.Exceptions;
using Grimoire.Casts;
using Grimoire.Documents;
using Grimoire.Functions.Notifications;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Telemetry;
using Grimoire.Notifications;
using Grimoire.Schemas;
using Grimoire.Spells;
using Grimoire.Tools;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Casting;

/// <summary>Checks what a cast is to do, pins it in a manifest, and starts it. Asked again with the same key, it finds the cast that is there.</summary>
public sealed class CastStarter(
    SpellStore spells, ToolCatalog tools, CastStore casts, IdempotencyClaims claims, JsonSchemas schemas, SpellValidator validator,
    ReconcileStart reconcile, SubscriptionStore subscriptions, CastLimits limits, TimeProvider time)
{
    public async Task<CastStarted> StartAsync(DurableTaskClient client, CastRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(request);
        if (await RepeatedAsync(client, request, cancellation).ConfigureAwait(false) is { } repeated)
        {
            return repeated;
        }

        var (manifest, refusal) = await PrepareAsync(request, cancellation).ConfigureAwait(false);
        if (manifest is null)
        {
            return new CastStarted(null, false, refusal);
        }

        // Before anything is written: a request that is refused leaves nothing behind.
        var (place, none) = await EnterAsync(client, manifest, cancellation).ConfigureAwait(false);
        if (place is null)
        {
            return new CastStarted(null, false, none);
        }

        using var held = place;
        if (request.IdempotencyKey is { } key)
        {
            var claim = await claims.ClaimAsync(request.Account, key, new IdempotencyClaim(manifest.CastId, request.Fingerprint), cancellation).ConfigureAwait(false);
            if (RefusalOf(claim, request) is { } taken)
            {
                return taken;
            }

            manifest = manifest with { CastId = claim.CastId };
            place.Move(claim.CastId);
        }

        // First the manifest: an orchestration never starts without one. One without an orchestration is no cast, and the next request with its key completes it.
        await casts.CreateAsync(manifest, cancellation).ConfigureAwait(false);
        await reconcile.EnsureAsync(client, cancellation).ConfigureAwait(false);
        var started = await ScheduleAsync(client, manifest.CastId, cancellation).ConfigureAwait(false);
        place.Start();
        return started;
    }

    /// <summary>The place of the cast among those in flight, or why it may not start.</summary>
    async Task<(CastPlace? Place, Refusal? Refusal)> EnterAsync(DurableTaskClient client, CastManifest manifest, CancellationToken cancellation)
    {
        var (place, refusal) = (default(CastPlace), await limits.OfSpendingAsync(manifest.Account, cancellation).ConfigureAwait(false));
        if (refusal is null)
        {
            (place, refusal) = await limits.EnterAsync(client, manifest.Account, manifest.CastId, cancellation).ConfigureAwait(false);
        }

        if (refusal is not null)
        {
            CastMetrics.Refused(refusal.Code[(refusal.Code.IndexOf('.', StringComparison.Ordinal) + 1)..]);
        }

        return (place, refusal);
    }

    /// <summary>What an earlier request with the same key has come to; null if there was none, or if it broke off before it had started anything.</summary>
    public async Task<CastStarted?> RepeatedAsync(DurableTaskClient client, CastRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(request);
        if (request.IdempotencyKey is not { } key || await claims.FindAsync(request.Account, key, cancellation).ConfigureAwait(false) is not { } claim)
        {
            return null;
        }

        return RefusalOf(claim, request)
            ?? (await casts.FindAsync(claim.CastId, cancellation).ConfigureAwait(false) is null ? null : await ScheduleAsync(client, claim.CastId, cancellation).ConfigureAwait(false));
    }

    /// <summary>The spell of a request with everything that it calls, checked.</summary>
    public async Task<(Spell? Spell, int? Version, CastCatalog? Catalog, Refusal? Refusal)> ResolveAsync(CastRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (spell, version) = (request.Spell, default(int?));
        if (spell is null)
        {
            // The newest first: a spell that is deleted is deleted with all its versions.
            var saved = await spells.FindAsync(request.Account, request.Slug!, cancellation).ConfigureAwait(false);
            if (saved is not null && request.Version is { } wanted && wanted != saved.Version)
            {
                saved = await spells.FindAsync(request.Account, request.Slug!, wanted, cancellation).ConfigureAwait(false);
            }

            if (saved is null)
            {
                var which = request.Version is null ? "" : $" with a version {request.Version}";
                return (null, null, null, new Refusal(RefusalKind.NotFound, "spell.notFound", $"There is no spell '{request.Slug}'{which}."));
            }

            version = saved.Version;
            var reading = SpellDocument.Read(saved.Document);
            if (reading.Spell is null)
            {
                return (null, null, null, new Refusal(RefusalKind.Invalid, "spell.invalid", $"The spell '{saved.Slug}' is not valid any more.", reading.Errors));
            }

            spell = reading.Spell;
        }

        var set = await tools.OfAsync(request.Account, cancellation).ConfigureAwait(false);
        var catalog = await CastCatalog.GatherAsync(spell, request.Account, set, spells, cancellation).ConfigureAwait(false);
        var checkedBefore = version is { } known && catalog.Spells.Count == 0 && set.Checked.ContainsKey((spell.Slug, known));
        if (!checkedBefore)
        {
            var errors = validator.Validate(spell, catalog).Errors;
            if (errors.Count > 0)
            {
                return (null, null, null, new Refusal(RefusalKind.Invalid, "spell.invalid", "The spell cannot be cast.", errors));
            }

            if (version is { } good && catalog.Spells.Count == 0)
            {
                set.Checked.TryAdd((spell.Slug, good), true);
            }
        }

        return (spell, version, catalog, null);
    }

    /// <summary>What the cast of a request would start from, without its inputs.</summary>
    public async Task<(CastManifest? Manifest, Refusal? Refusal)> PinAsync(CastRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var now = time.GetUtcNow();
        var castId = CastIds.New(request.Account, now);
        if (request.Again is { } again)
        {
            return (again with { CastId = castId, Account = request.Account, CreatedAt = now, Parent = null }, null);
        }

        var (spell, version, catalog, refusal) = await ResolveAsync(request, cancellation).ConfigureAwait(false);
        return spell is null || catalog is null
            ? (null, refusal)
            : (new CastManifest
            {
                CastId = castId,
                Account = request.Account,
                Spell = spell,
                SpellVersion = version,
                Spells = catalog.Spells,
                Tools = ToolsOf([spell, .. catalog.Spells.Values], catalog),
                Inputs = [],
                CreatedAt = now,
            }, null);
    }

    async Task<(CastManifest? Manifest, Refusal? Refusal)> PrepareAsync(CastRequest request, CancellationToken cancellation)
    {
        var (pinned, refusal) = await PinAsync(request, cancellation).ConfigureAwait(false);
        if (pinned is null)
        {
            return (null, refusal);
        }

        var inputs = request.Inputs;
        if (pinned.Spell.Inputs is { } schema)
        {
            inputs = (JsonObject)JsonSchemas.WithDefaults(schema, inputs)!;
            var errors = schemas.Validate(schema, inputs);
            if (errors.Count > 0)
            {
                return (null, new Refusal(RefusalKind.Invalid, "inputs.invalid", "The inputs do not fit the spell.",
                    [.. errors.Select(error => new Finding("/inputs" + error.Pointer, "inputs.invalid", error.Message))]));
            }
        }

        Subscription[] notify = [.. request.Notify, .. await subscriptions.ActiveAsync(request.Account, cancellation).ConfigureAwait(false)];
        return (pinned with
        {
            Inputs = inputs,
            BudgetUsd = request.BudgetUsd is { } asked && pinned.Spell.BudgetUsd is { } allowed ? Math.Min(asked, allowed) : request.BudgetUsd ?? pinned.Spell.BudgetUsd,
            Redrive = request.Redrive,
            Goal = request.Goal ?? pinned.Goal,
            Notify = notify.Length == 0 ? null : notify,
            IdempotencyKey = request.IdempotencyKey,
            Trace = Traces.Begin(request.TraceParent, request.TraceState, pinned.Spell.Slug),
        }, null);
    }

    static Dictionary<string, ToolDefinition> ToolsOf(IEnumerable<Spell> spells, CastCatalog catalog) => spells
        .SelectMany(spell => spell.Steps)
        .Select(step => step.Tool)
        .OfType<string>()
        .Distinct()
        .ToDictionary(name => name, name => catalog.FindTool(name)!);

    /// <summary>Starts the orchestration of a cast whose manifest is there, unless it is there already.</summary>
    internal static async Task<CastStarted> ScheduleAsync(DurableTaskClient client, string castId, CancellationToken cancellation)
    {
        var options = new StartOrchestrationOptions(castId).WithDedupeStatuses([.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses]);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(nameof(CastSpell), new CastOrder(castId), options, cancellation).ConfigureAwait(false);
            return new CastStarted(castId, IsNew: true);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            return new CastStarted(castId, IsNew: false);
        }
    }

    /// <summary>Why a request cannot have the cast that its key has started; null if it can.</summary>
    internal static CastStarted? RefusalOf(IdempotencyClaim claim, CastRequest request) =>
        claim.Fingerprint != request.Fingerprint
            ? Refused(RefusalKind.Conflict, "idempotencyKey.reused", $"Another request with this Idempotency-Key has started the cast '{claim.CastId}'.")
        : claim.Deleted is true
            ? Refused(RefusalKind.State, "cast.deleted", $"The cast '{claim.CastId}', which this Idempotency-Key has started, has been deleted: a new key starts a new one.")
        : null;

    static CastStarted Refused(RefusalKind kind, string code, string message) => new(null, false, new Refusal(kind, code, message));
}
