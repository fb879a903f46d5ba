using System.Text.Json.Nodes;
using DurableTask.Core.Exceptions;
using Grimoire.Cooks;
using Grimoire.Functions.Notifications;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Telemetry;
using Grimoire.Notifications;
using Grimoire.Schemas;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Casting;

/// <summary>Somebody asks for a cook.</summary>
/// <param name="Cast">Of each piece, without inputs.</param>
/// <param name="Pieces">The inputs of each.</param>
/// <param name="Lines">Where each is in a table; null if they did not come as one.</param>
public sealed record CookRequest(CastRequest Cast, CookSettings Settings, IReadOnlyList<JsonObject> Pieces, IReadOnlyList<int>? Lines = null);

/// <summary>Checks what a cook is to do, all of its pieces at once, keeps that, and starts it. Asked again with the same key, it finds the cook that is there.</summary>
public sealed class CookStarter(
    CastStarter starter, CookStore cooks, IdempotencyClaims claims, JsonSchemas schemas, ReconcileStart reconcile, SubscriptionStore subscriptions, TimeProvider time)
{
    static readonly OrchestrationRuntimeStatus[] Going = [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    public async Task<CastStarted> StartAsync(DurableTaskClient client, CookRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(request);
        var cast = request.Cast;
        if (cast.IdempotencyKey is { } repeated && await claims.FindAsync(cast.Account, repeated, cancellation).ConfigureAwait(false) is { } earlier)
        {
            if (CastStarter.RefusalOf(earlier, cast) is { } refused)
            {
                return refused;
            }

            if (await cooks.FindAsync(earlier.CastId, cancellation).ConfigureAwait(false) is { } there)
            {
                return await ScheduleAsync(client, there, cancellation).ConfigureAwait(false);
            }
        }

        var (pinned, refusal) = await starter.PinAsync(cast, cancellation).ConfigureAwait(false);
        if (pinned is null)
        {
            return new CastStarted(null, false, refusal);
        }

        var checks = new PieceChecks(pinned.Spell, schemas);
        var errors = checks.Check(request.Pieces, request.Lines, cancellation);
        if (errors.Count > 0)
        {
            return new CastStarted(null, false, new Refusal(RefusalKind.Invalid, "pieces.invalid", "The pieces do not fit the spell.", errors));
        }

        JsonObject[] pieces = [.. request.Pieces.Select(checks.Complete)];
        Subscription[] notify = [.. cast.Notify, .. await subscriptions.ActiveAsync(cast.Account, cancellation).ConfigureAwait(false)];
        var now = time.GetUtcNow();
        var manifest = new CookManifest
        {
            CookId = CookIds.New(cast.Account, now),
            Account = cast.Account,
            Spell = pinned.Spell,
            SpellVersion = pinned.SpellVersion,
            Spells = pinned.Spells,
            Tools = pinned.Tools,
            Pieces = pieces.Length,
            Settings = request.Settings,
            Notify = notify.Length == 0 ? null : notify,
            CreatedAt = now,
            IdempotencyKey = cast.IdempotencyKey,
            Trace = Traces.Begin(cast.TraceParent, cast.TraceState, pinned.Spell.Slug, "start cook"),
        };
        if (cast.IdempotencyKey is { } key)
        {
            var claim = await claims.ClaimAsync(cast.Account, key, new IdempotencyClaim(manifest.CookId, cast.Fingerprint), cancellation).ConfigureAwait(false);
            if (CastStarter.RefusalOf(claim, cast) is { } taken)
            {
                return taken;
            }

            manifest = manifest with { CookId = claim.CastId };
        }

        await cooks.CreateAsync(manifest, pieces, cancellation).ConfigureAwait(false);
        await reconcile.EnsureAsync(client, cancellation).ConfigureAwait(false);
        return await ScheduleAsync(client, manifest, cancellation).ConfigureAwait(false);
    }

    /// <summary>Casts pieces again, as a generation of their own. Asked twice at once, it is done once.</summary>
    /// <param name="client">The engine's.</param>
    /// <param name="cookId">Of a cook that has ended.</param>
    /// <param name="generation">The new one.</param>
    /// <param name="pieces">Which.</param>
    /// <param name="progress">Without these, or those that somebody else has chosen for this generation just before.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The pieces that are cast again; null if somebody else has begun that generation.</returns>
    public async Task<IReadOnlyList<int>?> RetryAsync(
        DurableTaskClient client, string cookId, int generation, int[] pieces, Func<IReadOnlyList<int>, CookProgress> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(progress);
        if (await cooks.FindOutcomeAsync(cookId, generation, cancellation).ConfigureAwait(false) is not null)
        {
            // Somebody else has begun it, and it has ended meanwhile.
            return null;
        }

        var kept = await cooks.KeepGenerationAsync(cookId, generation, pieces, cancellation).ConfigureAwait(false);
        return await ScheduleAsync(client, new CookOrder(cookId, generation, kept.Count, progress(kept)), Going, cancellation).ConfigureAwait(false) ? kept : null;
    }

    static async Task<CastStarted> ScheduleAsync(DurableTaskClient client, CookManifest manifest, CancellationToken cancellation) => new(
        manifest.CookId,
        await ScheduleAsync(
            client,
            new CookOrder(manifest.CookId, Generation: 1, manifest.Pieces, CookProgress.Of(manifest.Pieces)),
            [.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses],
            cancellation).ConfigureAwait(false));

    /// <summary>False if it is there.</summary>
    static async Task<bool> ScheduleAsync(DurableTaskClient client, CookOrder order, OrchestrationRuntimeStatus[] unless, CancellationToken cancellation)
    {
        var options = new StartOrchestrationOptions(order.CookId).WithDedupeStatuses(unless);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(nameof(CookSpells), order, options, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (OrchestrationAlreadyExistsException)
        {
            return false;
        }
    }
}
