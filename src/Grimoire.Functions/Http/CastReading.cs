using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>A cast as it is now: the fold over its journal, corrected by what the engine knows of its orchestration.</summary>
public sealed class CastReading(CastStore casts, Journal journal, IObjectStore objects)
{
    /// <exception cref="RefusedException">There is no such cast.</exception>
    public async Task<CastNow> GetAsync(DurableTaskClient client, string castId, CancellationToken cancellation)
    {
        var (instance, manifest) = await FindAsync(client, castId, cancellation).ConfigureAwait(false);
        var view = manifest is null
            ? Bare(instance!)
            : CastView.Of(manifest, await journal.ReadAllAsync(castId, cancellation).ConfigureAwait(false));
        return new CastNow(Corrected(view, instance), manifest, instance, instance is null ? null : ReportOf(instance));
    }

    /// <summary>The orchestration and the manifest of a cast: one of them is there.</summary>
    /// <exception cref="RefusedException">There is no such cast.</exception>
    public async Task<(OrchestrationMetadata? Instance, CastManifest? Manifest)> FindAsync(DurableTaskClient client, string castId, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        var id = RouteNames.Cast(castId);
        var instance = await InstanceAsync(client, id, cancellation).ConfigureAwait(false);

        // What others have deleted may still be remembered here: with no orchestration, only the storage is believed.
        var manifest = instance is not null
            ? await casts.FindAsync(id, cancellation).ConfigureAwait(false)
            : await objects.ReadAsync(CastObjects.Manifest(id), cancellation).ConfigureAwait(false) is { } stored
                ? CastStore.Parse<CastManifest>(CastObjects.Manifest(id), stored.Content)
                : null;
        return instance is null && manifest is null ? throw NotFound(id) : (instance, manifest);
    }

    /// <summary>The orchestration of a cast; null if there is none of that id, or it is none of a cast.</summary>
    public static async Task<OrchestrationMetadata?> InstanceAsync(DurableTaskClient client, string castId, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        var instance = await client.GetInstanceAsync(castId, getInputsAndOutputs: true, cancellation).ConfigureAwait(false);
        return instance?.Name == nameof(CastSpell) ? instance : null;
    }

    /// <summary>What its orchestration says of it; null before it has said anything.</summary>
    public static CastReport? ReportOf(OrchestrationMetadata instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        try
        {
            return instance.SerializedCustomStatus is { } status ? JsonSerializer.Deserialize<CastReport>(status, DomainJson.Options) : null;
        }
        catch (JsonException)
        {
            // Of a version that said it otherwise.
            return null;
        }
    }

    public static CastStatus StatusOf(OrchestrationMetadata instance, CastReport? report)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return instance.RuntimeStatus switch
        {
            OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated => CastStatus.Failed,
            OrchestrationRuntimeStatus.Completed => report?.State == CastStatus.Cancelled ? CastStatus.Cancelled : CastStatus.Completed,
            OrchestrationRuntimeStatus.Suspended => CastStatus.Paused,
            OrchestrationRuntimeStatus.Pending => CastStatus.Pending,
            // It says how it ends just before it has ended.
            _ => report is null ? CastStatus.Pending : HasEnded(report.State) ? CastStatus.Running : report.State,
        };
    }

    /// <summary>Why the engine ended it, where the cast itself could not say.</summary>
    public static Failure FailureOf(OrchestrationMetadata instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        var terminated = instance.RuntimeStatus == OrchestrationRuntimeStatus.Terminated;
        return new Failure
        {
            Code = terminated ? "cast.terminated" : "cast.engine",
            Message = terminated ? "Somebody has terminated its orchestration." : instance.FailureDetails?.ErrorMessage ?? "Its orchestration has failed.",
            Phase = Phase.Execute,
        };
    }

    public static bool HasEnded(CastStatus status) => status is CastStatus.Completed or CastStatus.Failed or CastStatus.Cancelled;

    /// <summary>What the cast has come to; null where it has no output.</summary>
    public async Task<JsonNode?> OutputAsync(string castId, CancellationToken cancellation) =>
        await casts.FindResultAsync(castId, cancellation).ConfigureAwait(false) is { Status: CastStatus.Completed } outcome
            ? (await casts.LoadAsync(outcome.Output, cancellation).ConfigureAwait(false))?.DeepClone()
            : null;

    public static RefusedException NotFound(string castId) =>
        new Problem(HttpStatusCode.NotFound, "cast.notFound", $"There is no cast '{castId}'.").Refused();

    static CastView Corrected(CastView view, OrchestrationMetadata? instance)
    {
        if (instance is null || HasEnded(view.Status))
        {
            return view;
        }

        return instance.RuntimeStatus is OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated
            ? view with { Status = CastStatus.Failed, Failure = view.Failure ?? FailureOf(instance), EndedAt = instance.LastUpdatedAt, UpdatedAt = instance.LastUpdatedAt }
            : instance.RuntimeStatus is OrchestrationRuntimeStatus.Suspended ? view with { Status = CastStatus.Paused } : view;
    }

    /// <summary>Of a cast whose manifest is gone.</summary>
    static CastView Bare(OrchestrationMetadata instance) => new()
    {
        Id = instance.InstanceId,
        Account = CastIds.AccountOf(instance.InstanceId),
        Spell = ReportOf(instance)?.Spell ?? "",
        Status = StatusOf(instance, ReportOf(instance)),
        CreatedAt = instance.CreatedAt,
        UpdatedAt = instance.LastUpdatedAt,
        Inputs = [],
        NeedsReconciliation = true,
    };
}

/// <param name="Manifest">Null if it is gone.</param>
/// <param name="Instance">Null if it is gone.</param>
/// <param name="Report">What the orchestration says.</param>
public sealed record CastNow(CastView View, CastManifest? Manifest, OrchestrationMetadata? Instance, CastReport? Report);
