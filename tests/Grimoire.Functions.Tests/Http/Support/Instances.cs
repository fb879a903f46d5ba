using System.Text.Json;
using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Moq;

namespace Grimoire.Functions.Tests.Http.Support;

/// <summary>Orchestrations as the engine tells of them.</summary>
static class Instances
{
    public const string Id = "main-0000000000000000000";

    public static OrchestrationMetadata Of(
        OrchestrationRuntimeStatus status, CastReport? report = null, string id = Id, DateTimeOffset created = default, DateTimeOffset updated = default, string name = nameof(CastSpell)) =>
        new(name, id)
        {
            RuntimeStatus = status,
            CreatedAt = created,
            LastUpdatedAt = updated,
            SerializedCustomStatus = report is null ? null : JsonSerializer.Serialize(report, DomainJson.Options),
        };

    public static CastReport Report(CastStatus state, params RunningStep[] running) => new() { State = state, Spell = "sample", Steps = "1 of 3", Running = running };

    /// <summary>The engine knows these and no others.</summary>
    public static Mock<DurableTaskClient> Client(params OrchestrationMetadata[] instances)
    {
        var client = new Mock<DurableTaskClient>("test");
        client.Setup(engine => engine.GetInstanceAsync(It.IsAny<string>(), It.IsAny<bool>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((string id, bool _, CancellationToken _) => instances.FirstOrDefault(instance => instance.InstanceId == id));
        client.Setup(engine => engine.GetAllInstancesAsync(It.IsAny<OrchestrationQuery?>())).Returns((OrchestrationQuery? query) => Pages(query!, instances));
        return client;
    }

    /// <summary>As an engine does it: by its own filters, whole pages, and a token where there is more.</summary>
    public static AsyncPageable<OrchestrationMetadata> Pages(OrchestrationQuery query, IReadOnlyList<OrchestrationMetadata> instances) => Pageable.Create<OrchestrationMetadata>((token, size, _) =>
    {
        var from = token is null ? 0 : int.Parse(token, System.Globalization.CultureInfo.InvariantCulture);
        var matching = instances
            .Where(instance => instance.InstanceId.StartsWith(query.InstanceIdPrefix ?? "", StringComparison.Ordinal)
                && (query.Statuses is null || query.Statuses.Contains(instance.RuntimeStatus))
                && (query.CreatedTo is null || instance.CreatedAt <= query.CreatedTo))
            .ToList();
        var end = Math.Min(matching.Count, from + (size ?? query.PageSize));
        return Task.FromResult(new Page<OrchestrationMetadata>(matching[from..end], end < matching.Count ? $"{end}" : null));
    });
}
