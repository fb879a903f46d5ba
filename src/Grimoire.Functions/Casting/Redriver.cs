using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Casting;

/// <summary>How a cast is to be done again.</summary>
public sealed record RedriveRequest
{
    /// <summary>Null: where it failed.</summary>
    public string? FromStep { get; init; }

    /// <summary>Laid over the inputs of the old cast; null takes a field out.</summary>
    public JsonObject? Inputs { get; init; }

    public RedriveVersion Version { get; init; }

    public decimal? BudgetUsd { get; init; }

    public string? IdempotencyKey { get; init; }
}

public enum RedriveVersion
{
    /// <summary>The spell, and all that it calls, as the old cast had them.</summary>
    Original,

    /// <summary>The newest version of the spell, with what it calls now.</summary>
    Newest,
}

/// <summary>Does a cast again that has ended: from the step that failed or another one, with what was paid for before it.</summary>
public sealed class Redriver(CastStore casts, CastStarter starter, ReuseReader reuse, DeadLetters letters)
{
    public async Task<CastStarted> RedriveAsync(DurableTaskClient client, string castId, RedriveRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(request);
        var started = await StartAsync(client, castId, request, cancellation).ConfigureAwait(false);
        if (started.CastId is { } again)
        {
            await letters.RedrivenAsync(castId, again, cancellation).ConfigureAwait(false);
        }

        return started;
    }

    async Task<CastStarted> StartAsync(DurableTaskClient client, string castId, RedriveRequest request, CancellationToken cancellation)
    {
        var start = new CastRequest
        {
            Account = CastIds.AccountOf(castId),
            IdempotencyKey = request.IdempotencyKey,
            Fingerprint = IdempotencyClaims.Fingerprint(new { castId, request.FromStep, request.Inputs, request.Version, request.BudgetUsd }),
        };

        // First of all: what has been done is answered as it was, whatever has become of the old cast since.
        if (await starter.RepeatedAsync(client, start, cancellation).ConfigureAwait(false) is { } repeated)
        {
            return repeated;
        }

        if (await casts.FindAsync(castId, cancellation).ConfigureAwait(false) is not { } old)
        {
            return Refused(RefusalKind.NotFound, "cast.notFound", $"There is no cast '{castId}'.");
        }

        if (CastIds.IsChild(castId) && !CookIds.TryCookOf(castId, out _, out _, out _))
        {
            return Refused(RefusalKind.State, "cast.isSubCast", $"'{castId}' belongs to the cast '{old.Parent?.CastId}': redrive that one. It takes over what this one has done.");
        }

        if (await client.GetInstanceAsync(castId, getInputsAndOutputs: false, cancellation).ConfigureAwait(false) is { IsCompleted: false })
        {
            return Refused(RefusalKind.State, "cast.running", $"The cast '{castId}' has not ended: cancel it first, or wait.");
        }

        start = start with
        {
            Slug = old.Spell.Slug,
            Inputs = Merged(old.Inputs, request.Inputs),
            BudgetUsd = request.BudgetUsd ?? old.BudgetUsd,
            Goal = old.Goal,
            Notify = [.. (old.Notify ?? []).Where(subscription => !subscription.IsOfAccount)],
            Again = request.Version == RedriveVersion.Original ? old : null,
        };
        if (request.Version == RedriveVersion.Newest && old.SpellVersion is null)
        {
            return Refused(RefusalKind.State, "cast.inline", $"The spell of the cast '{castId}' came with its request: there is no newer version of it.");
        }

        var (wanted, refusal) = await starter.PinAsync(start, cancellation).ConfigureAwait(false);
        if (wanted is null)
        {
            return new CastStarted(null, false, refusal);
        }

        var (origin, problem) = await reuse.OriginAsync(old, wanted with { Inputs = start.Inputs }, request.FromStep, cancellation).ConfigureAwait(false);
        return origin is null
            ? Refused(RefusalKind.State, "cast.notRedrivable", problem!)
            : await starter.StartAsync(client, start with { Redrive = origin, Again = wanted }, cancellation).ConfigureAwait(false);
    }

    static JsonObject Merged(JsonObject inputs, JsonObject? changes)
    {
        var merged = (JsonObject)inputs.DeepClone();
        foreach (var (name, value) in changes ?? [])
        {
            if (value is null)
            {
                merged.Remove(name);
            }
            else
            {
                merged[name] = value.DeepClone();
            }
        }

        return merged;
    }

    static CastStarted Refused(RefusalKind kind, string code, string message) => new(null, false, new Refusal(kind, code, message));
}
