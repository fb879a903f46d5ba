using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>Which casts are wanted; null for all.</summary>
public sealed record CastFilter(string Account)
{
    public IReadOnlySet<CastStatus>? Statuses { get; init; }

    public string? Spell { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    /// <summary>Casts that are steps of others, or pieces of a cook, too.</summary>
    public bool Children { get; init; }

    /// <summary>Only pieces of this cook.</summary>
    public string? Cook { get; init; }
}

/// <summary>A cast as it is listed.</summary>
public sealed record CastSummary
{
    public required string Id { get; init; }

    public required string Spell { get; init; }

    public int? SpellVersion { get; init; }

    public required CastStatus Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>"2 of 5": how many are done.</summary>
    public string? Steps { get; init; }

    public IReadOnlyList<RunningStep> Running { get; init; } = [];

    public decimal CostUsd { get; init; }

    public string? Error { get; init; }

    public string? Code { get; init; }

    public bool? NeedsReconciliation { get; init; }
}

/// <param name="Continuation">For the next page; null on the last one. A page may be short, even empty, and not be the last.</param>
public sealed record CastPage(IReadOnlyList<CastSummary> Casts, string? Continuation);

/// <summary>Lists casts, newest first: ids count time backwards, and every backend lists them in their order.</summary>
public sealed class CastListing(CastStore casts)
{
    public async Task<CastPage> ListAsync(DurableTaskClient client, CastFilter filter, int top, string? continuation, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(filter);
        var query = new OrchestrationQuery(
            CreatedFrom: filter.From,
            CreatedTo: filter.To,
            Statuses: RuntimeStatusesOf(filter.Statuses),
            InstanceIdPrefix: filter.Cook is { } cook ? CookIds.PiecesPrefix(cook) : CastIds.Prefix(filter.Account),
            FetchInputsAndOutputs: true,
            ContinuationToken: continuation);
        var (found, next) = await InstancePages
            .FindAsync(client, query, top, instance => WantedAsync(instance, filter, cancellation), cancellation)
            .ConfigureAwait(false);
        return new CastPage(found, next);
    }

    async ValueTask<CastSummary?> WantedAsync(OrchestrationMetadata instance, CastFilter filter, CancellationToken cancellation) =>
        instance.Name == nameof(CastSpell) && (filter.Children || !CastIds.IsChild(instance.InstanceId) || (filter.Cook is not null && CookIds.TryCookOf(instance.InstanceId, out _, out _, out _)))
        && await SummaryAsync(instance, cancellation).ConfigureAwait(false) is var summary && Passes(summary, filter)
            ? summary
            : null;

    /// <summary>What the engine can leave out by itself: a cast is in one of these states if its status is among those that are wanted.</summary>
    static List<OrchestrationRuntimeStatus>? RuntimeStatusesOf(IReadOnlySet<CastStatus>? statuses) => statuses?.SelectMany(status => status switch
    {
        CastStatus.Failed => (OrchestrationRuntimeStatus[])[OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated],
        CastStatus.Completed or CastStatus.Cancelled => [OrchestrationRuntimeStatus.Completed],
        CastStatus.Pending => [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running],
        CastStatus.Paused => [OrchestrationRuntimeStatus.Suspended, OrchestrationRuntimeStatus.Running],
        _ => [OrchestrationRuntimeStatus.Running],
    }).Distinct().ToList();

    static bool Passes(CastSummary cast, CastFilter filter) =>
        (filter.Statuses is null || filter.Statuses.Contains(cast.Status)) && (filter.Spell is null || filter.Spell == cast.Spell);

    async Task<CastSummary> SummaryAsync(OrchestrationMetadata instance, CancellationToken cancellation)
    {
        var report = CastReading.ReportOf(instance);
        var manifest = report is { Spell.Length: > 0 } ? null : await casts.FindAsync(instance.InstanceId, cancellation).ConfigureAwait(false);
        var status = CastReading.StatusOf(instance, report);
        var killed = status == CastStatus.Failed && report?.State != CastStatus.Failed ? CastReading.FailureOf(instance) : null;
        return new CastSummary
        {
            Id = instance.InstanceId,
            Spell = manifest?.Spell.Slug ?? report?.Spell ?? "",
            SpellVersion = manifest is null ? report?.Version : manifest.SpellVersion,
            Status = status,
            CreatedAt = instance.CreatedAt,
            UpdatedAt = instance.LastUpdatedAt,
            Steps = report?.Steps is { Length: > 0 } steps ? steps : null,
            Running = CastReading.HasEnded(status) ? [] : report?.Running ?? [],
            CostUsd = report?.CostUsd ?? 0,
            Error = killed?.Message ?? report?.Error,
            Code = killed?.Code ?? report?.Code,
            NeedsReconciliation = report?.NeedsReconciliation,
        };
    }
}
