using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>Which casts are wanted; null for all.</summary>
public sealed record CastFilter(string Account)
{
    public IReadOnlySet<CastStatus>? Statuses { get; init; }

    public string? Spell { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    /// <summary>Casts that are steps of others too.</summary>
    public bool Children { get; init; }
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
    /// <summary>A filter that almost nothing passes ends a page short rather than late.</summary>
    const int MaxPages = 40;

    /// <summary>
    /// Whole pages of the engine: it is never asked for more than still fits, so its token is exactly where the next page begins,
    /// and nothing is lost or told twice.
    /// </summary>
    public async Task<CastPage> ListAsync(DurableTaskClient client, CastFilter filter, int top, string? continuation, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(filter);
        var found = new List<CastSummary>();
        for (var pages = 0; pages < MaxPages && found.Count < top; pages++)
        {
            var page = await PageAsync(client, filter, top - found.Count, continuation, cancellation).ConfigureAwait(false);
            foreach (var instance in page.Values)
            {
                if (instance.Name == nameof(CastSpell) && (filter.Children || !CastIds.IsChild(instance.InstanceId))
                    && await SummaryAsync(instance, cancellation).ConfigureAwait(false) is var summary && Passes(summary, filter))
                {
                    found.Add(summary);
                }
            }

            continuation = page.ContinuationToken;
            if (string.IsNullOrEmpty(continuation))
            {
                return new CastPage(found, null);
            }
        }

        return new CastPage(found, continuation);
    }

    static async Task<Page<OrchestrationMetadata>> PageAsync(
        DurableTaskClient client, CastFilter filter, int size, string? continuation, CancellationToken cancellation)
    {
        var query = new OrchestrationQuery(
            CreatedFrom: filter.From,
            CreatedTo: filter.To,
            Statuses: RuntimeStatusesOf(filter.Statuses),
            InstanceIdPrefix: CastIds.Prefix(filter.Account),
            PageSize: size,
            FetchInputsAndOutputs: true,
            ContinuationToken: continuation);
        try
        {
            await foreach (var page in client.GetAllInstancesAsync(query).AsPages(continuation, size).WithCancellation(cancellation).ConfigureAwait(false))
            {
                return page;
            }
        }
        catch (ArgumentException) when (continuation is not null)
        {
            throw RequestQuery.BadContinuation();
        }

        return new Page<OrchestrationMetadata>([]);
    }

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
