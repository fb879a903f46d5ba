using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using DurableTask.Core.Exceptions;
using Grimoire.Casts;
using Grimoire.Documents;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Schemas;
using Grimoire.Spells;
using Grimoire.Tools;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Casting;

/// <summary>Checks what a cast is to do, pins it in a manifest, and starts it. Asked again with the same key, it finds the cast that is there.</summary>
public sealed class CastStarter(
    SpellStore spells, ToolCatalog tools, CastStore casts, IObjectStore objects, JsonSchemas schemas, SpellValidator validator, TimeProvider time)
{
    public async Task<CastStarted> StartAsync(DurableTaskClient client, CastRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(request);
        var claim = request.IdempotencyKey is null ? null : await ClaimOfAsync(request, cancellation).ConfigureAwait(false);
        if (claim is not null && claim.Fingerprint != request.Fingerprint)
        {
            return Refused(RefusalKind.Conflict, "idempotencyKey.reused", $"Another request with this Idempotency-Key has started the cast '{claim.CastId}'.");
        }

        if (claim is not null && await casts.FindAsync(claim.CastId, cancellation).ConfigureAwait(false) is not null)
        {
            return await ScheduleAsync(client, claim.CastId, cancellation).ConfigureAwait(false);
        }

        var (manifest, refusal) = await PrepareAsync(request, cancellation).ConfigureAwait(false);
        if (manifest is null)
        {
            return new CastStarted(null, false, refusal);
        }

        if (request.IdempotencyKey is not null)
        {
            claim ??= await ClaimAsync(request, manifest.CastId, cancellation).ConfigureAwait(false);
            if (claim.Fingerprint != request.Fingerprint)
            {
                return Refused(RefusalKind.Conflict, "idempotencyKey.reused", $"Another request with this Idempotency-Key has started the cast '{claim.CastId}'.");
            }

            manifest = manifest with { CastId = claim.CastId };
        }

        // First the manifest: an orchestration never starts without one. One without an orchestration is no cast, and the next request with its key completes it.
        await casts.CreateAsync(manifest, cancellation).ConfigureAwait(false);
        return await ScheduleAsync(client, manifest.CastId, cancellation).ConfigureAwait(false);
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
            var result = validator.Validate(spell, catalog);
            if (result.Errors.Count > 0)
            {
                return (null, null, null, new Refusal(RefusalKind.Invalid, "spell.invalid", "The spell cannot be cast.", result.Errors));
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

        return (pinned with
        {
            Inputs = inputs,
            BudgetUsd = request.BudgetUsd is { } asked && pinned.Spell.BudgetUsd is { } allowed ? Math.Min(asked, allowed) : request.BudgetUsd ?? pinned.Spell.BudgetUsd,
            Redrive = request.Redrive,
            Goal = request.Goal ?? pinned.Goal,
            Fingerprint = request.Fingerprint,
        }, null);
    }

    static Dictionary<string, ToolDefinition> ToolsOf(IEnumerable<Spell> spells, CastCatalog catalog) => spells
        .SelectMany(spell => spell.Steps)
        .Select(step => step.Tool)
        .OfType<string>()
        .Distinct()
        .ToDictionary(name => name, name => catalog.FindTool(name)!);

    static async Task<CastStarted> ScheduleAsync(DurableTaskClient client, string castId, CancellationToken cancellation)
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

    async Task<IdempotencyClaim?> ClaimOfAsync(CastRequest request, CancellationToken cancellation)
    {
        var name = ClaimName(request);
        return await objects.ReadAsync(name, cancellation).ConfigureAwait(false) is { } stored ? CastStore.Parse<IdempotencyClaim>(name, stored.Content) : null;
    }

    async Task<IdempotencyClaim> ClaimAsync(CastRequest request, string castId, CancellationToken cancellation)
    {
        var claim = new IdempotencyClaim(castId, request.Fingerprint);
        return await objects.CreateAsync(ClaimName(request), CastStore.Bytes(claim), cancellation).ConfigureAwait(false) is not null
            ? claim
            : await ClaimOfAsync(request, cancellation).ConfigureAwait(false) ?? claim;
    }

    static string ClaimName(CastRequest request) =>
        $"idempotency/{request.Account}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.IdempotencyKey!)))}.json";

    static CastStarted Refused(RefusalKind kind, string code, string message) => new(null, false, new Refusal(kind, code, message));

    sealed record IdempotencyClaim(string CastId, string Fingerprint);
}
