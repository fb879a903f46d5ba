using System.Net;
using System.Text.Json;
using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>A cook as it is now: the fold over its journal, corrected by what the engine knows of its orchestration.</summary>
public sealed class CookViews(CookStore cooks, CookFolds folds)
{
    /// <exception cref="RefusedException">There is no such cook.</exception>
    public async Task<CookNow> GetAsync(DurableTaskClient client, string id, CancellationToken cancellation)
    {
        var cookId = RouteNames.Cook(id);
        var instance = await InstanceAsync(client, cookId, cancellation).ConfigureAwait(false);
        if (instance is null || await cooks.FindAsync(cookId, cancellation).ConfigureAwait(false) is not { } manifest)
        {
            throw NotFound(cookId);
        }

        var (cook, pieces) = await folds.ReadAsync(manifest, cancellation).ConfigureAwait(false);
        return new CookNow(Corrected(cook, instance), pieces, manifest, instance);
    }

    /// <summary>The orchestration of a cook; null if there is none of that id, or it is none of a cook.</summary>
    public static async Task<OrchestrationMetadata?> InstanceAsync(DurableTaskClient client, string cookId, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        var instance = await client.GetInstanceAsync(cookId, getInputsAndOutputs: true, cancellation).ConfigureAwait(false);
        return instance?.Name == nameof(CookSpells) ? instance : null;
    }

    /// <summary>What its orchestration says of it; null before it has said anything.</summary>
    public static CookReport? ReportOf(OrchestrationMetadata instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        try
        {
            return instance.SerializedCustomStatus is { } status ? JsonSerializer.Deserialize<CookReport>(status, DomainJson.Options) : null;
        }
        catch (JsonException)
        {
            // Of a version that said it otherwise.
            return null;
        }
    }

    public static CastStatus StatusOf(OrchestrationMetadata instance, CookReport? report)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return instance.RuntimeStatus switch
        {
            OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated => CastStatus.Failed,
            OrchestrationRuntimeStatus.Completed => report?.State ?? CastStatus.Completed,
            OrchestrationRuntimeStatus.Suspended => CastStatus.Paused,
            _ => report is null ? CastStatus.Pending : CastReading.HasEnded(report.State) ? CastStatus.Running : report.State,
        };
    }

    /// <summary>Whether an event is the end of a cook as it runs now: one of an earlier generation is not, when pieces are being tried again.</summary>
    public static bool IsLastEnd(CastEvent e, OrchestrationMetadata? instance)
    {
        ArgumentNullException.ThrowIfNull(e);
        return CookEvents.IsEnd(e.Type) && (instance?.SerializedInput is not { } order || e.Attempt >= GenerationOf(order));
    }

    static int? GenerationOf(string order)
    {
        try
        {
            return JsonSerializer.Deserialize<CookOrder>(order, DomainJson.Options)?.Generation;
        }
        catch (JsonException)
        {
            // Somebody has started it by hand, with something else.
            return null;
        }
    }

    public static RefusedException NotFound(string cookId) => new Problem(HttpStatusCode.NotFound, "cook.notFound", $"There is no cook '{cookId}'.").Refused();

    static CookView Corrected(CookView cook, OrchestrationMetadata instance) =>
        CastReading.HasEnded(cook.Status) || instance.RuntimeStatus is not (OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated)
            ? cook
            : cook with
            {
                Status = CastStatus.Failed,
                Failure = new Failure
                {
                    Code = instance.RuntimeStatus == OrchestrationRuntimeStatus.Terminated ? "cook.terminated" : "cook.engine",
                    Message = instance.FailureDetails?.ErrorMessage ?? "Somebody has terminated its orchestration.",
                    Phase = Phase.Execute,
                },
                EndedAt = instance.LastUpdatedAt,
            };
}

public sealed record CookNow(CookView Cook, IReadOnlyList<PieceView> Pieces, CookManifest Manifest, OrchestrationMetadata Instance);
