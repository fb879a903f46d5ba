using System.Diagnostics;
using System.Text;
using DurableTask.Core.History;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Engine.History;
using Embedded.DurableTask.Engine.Operations;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.Extensions.Options;

namespace Embedded.DurableTask.Hosting;

/// <summary>The official client over an embedded hub. What it acknowledges is on disk.</summary>
internal sealed class EmbeddedDurableTaskClient : DurableTaskClient
{
    const int PurgeBatch = 200;

    static readonly OrchestrationRuntimeStatus[] Ended =
        [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    static readonly OrchestrationRuntimeStatus[] Unfinished =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    readonly EmbeddedTaskHub _hub;
    readonly DurableTaskClientOptions _options;
    readonly EmbeddedEntityClient? _entities;

    public EmbeddedDurableTaskClient(
        string name, EmbeddedHubs hubs, IOptionsMonitor<EmbeddedOptions> embeddedOptions, IOptionsMonitor<DurableTaskClientOptions> options)
        : this(name, hubs.Get(embeddedOptions.Get(name)), options.Get(name))
    {
    }

    EmbeddedDurableTaskClient(string name, EmbeddedTaskHub hub, DurableTaskClientOptions options)
        : base(name)
    {
        _hub = hub;
        _options = options;
        _entities = options.EnableEntitySupport ? new EmbeddedEntityClient(name, hub, options.DataConverter) : null;
    }

    public override DurableEntityClient Entities => _entities
        ?? throw new NotSupportedException("Durable entities are disabled because DurableTaskClientOptions.EnableEntitySupport=false");

    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        Check.NotDefault(orchestratorName);
        Check.NotEntity(_options.EnableEntitySupport, options?.InstanceId);
        if (options?.InstanceId is { } id)
        {
            CheckInstanceId(id);
        }

        cancellation.ThrowIfCancellationRequested();
        string? payload = Serialize(input, $"input of orchestration '{orchestratorName}'", nameof(input));
        string version = options?.Version is { } v ? v.Version : _options.DefaultVersion;
        InstanceRow row = _hub.NewInstance(orchestratorName.Name, version, payload, options);
        using Activity? span = Tracing.StartCreation(row);
        row = row with { Trace = (span ?? Activity.Current)?.Id };
        await _hub.StartAsync(row, ParseDedupeStatuses(options), idIsNew: options?.InstanceId is null).ConfigureAwait(false);
        return row.Id;
    }

    public override async Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        Check.NotNullOrEmpty(instanceId);
        Check.NotNullOrEmpty(eventName);
        Check.NotEntity(_options.EnableEntitySupport, instanceId);
        cancellation.ThrowIfCancellationRequested();
        using Activity? span = Tracing.StartEvent(eventName, instanceId);
        await _hub.SendAsync(instanceId, new Entry(EntryKind.EventRaised)
        {
            Name = eventName,
            Payload = Serialize(eventPayload, $"payload of event '{eventName}'", nameof(eventPayload)),
        }).ConfigureAwait(false);
    }

    public override async Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        Check.NotNullOrEmpty(instanceId);
        Check.NotEntity(_options.EnableEntitySupport, instanceId);
        string? output = Serialize(options?.Output, "output of the termination", nameof(options));
        cancellation.ThrowIfCancellationRequested();
        await _hub.SendAsync(instanceId, new Entry(EntryKind.Terminated)
        {
            Payload = output,
            Name = options?.Recursive == true ? Endings.Recursive : null,
        }).ConfigureAwait(false);
    }

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendControlAsync(instanceId, EntryKind.Suspended, reason, cancellation);

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendControlAsync(instanceId, EntryKind.Resumed, reason, cancellation);

    public override Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        Check.NotNullOrEmpty(instanceId);
        Check.NotEntity(_options.EnableEntitySupport, instanceId);
        cancellation.ThrowIfCancellationRequested();
        InstanceRow? row = _hub.Read(reader => reader.FindInstance(instanceId));
        return Task.FromResult(row is null ? null : Metadata(row, getInputsAndOutputs));
    }

    public override async Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        Check.NotNullOrEmpty(instanceId);
        Check.NotEntity(_options.EnableEntitySupport, instanceId);
        InstanceRow row = await _hub
            .WaitAsync(instanceId, r => r.Status != OrchestrationRuntimeStatus.Pending, cancellation).ConfigureAwait(false);
        return Metadata(row, getInputsAndOutputs);
    }

    public override async Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        Check.NotNullOrEmpty(instanceId);
        Check.NotEntity(_options.EnableEntitySupport, instanceId);
        InstanceRow row = await _hub.WaitAsync(instanceId, r => r.IsTerminal, cancellation).ConfigureAwait(false);
        return Metadata(row, getInputsAndOutputs);
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null)
    {
        Check.NotEntity(_options.EnableEntitySupport, filter?.InstanceIdPrefix);
        return Pageable.Create((continuation, pageSize, cancellation) =>
        {
            cancellation.ThrowIfCancellationRequested();
            bool withPayloads = filter?.FetchInputsAndOutputs ?? false;
            var query = new InstanceQuery
            {
                After = ParseContinuation(continuation ?? filter?.ContinuationToken),
                PageSize = CheckPageSize(pageSize ?? filter?.PageSize ?? OrchestrationQuery.DefaultPageSize),
                Statuses = filter?.Statuses?.ToArray(),
                IdPrefix = filter?.InstanceIdPrefix,
                CreatedFrom = filter?.CreatedFrom,
                CreatedTo = filter?.CreatedTo,
                WithPayloads = withPayloads,
            };
            (IReadOnlyList<InstanceRow> rows, string? next) = _hub.Read(reader => reader.Query(query));
            return Task.FromResult(new Page<OrchestrationMetadata>(
                [.. rows.Select(row => Metadata(row, withPayloads))],
                ContinuationOf(next)));
        });
    }

    public override Task<Page<string>> ListInstanceIdsAsync(
        IEnumerable<OrchestrationRuntimeStatus>? runtimeStatus = null,
        DateTimeOffset? completedTimeFrom = null,
        DateTimeOffset? completedTimeTo = null,
        int pageSize = OrchestrationQuery.DefaultPageSize,
        string? lastInstanceKey = null,
        CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        bool byCompletion = completedTimeFrom is not null || completedTimeTo is not null;
        OrchestrationRuntimeStatus[]? statuses = runtimeStatus?.ToArray();
        var query = new InstanceQuery
        {
            After = ParseContinuation(lastInstanceKey),
            PageSize = CheckPageSize(pageSize),

            // Only what has ended has a time of completion, which is when it was updated last.
            Statuses = byCompletion ? [.. Ended.Where(s => statuses is not { Length: > 0 } || statuses.Contains(s))] : statuses,
            UpdatedFrom = completedTimeFrom,
            UpdatedTo = completedTimeTo,
        };
        if (byCompletion && query.Statuses is { Count: 0 })
        {
            return Task.FromResult(new Page<string>([]));
        }

        (IReadOnlyList<InstanceRow> rows, string? next) = _hub.Read(reader => reader.Query(query));
        return Task.FromResult(new Page<string>([.. rows.Select(row => row.Id)], ContinuationOf(next)));
    }

    public override async Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        Check.NotNullOrEmpty(instanceId);
        cancellation.ThrowIfCancellationRequested();
        if (instanceId.StartsWith('@'))
        {
            return new PurgeResult(await PurgeEntityAsync(instanceId).ConfigureAwait(false), isComplete: true);
        }

        IReadOnlyList<string> ids = options?.Recursive == true ? WithDescendants([instanceId]) : [instanceId];
        return new PurgeResult(await _hub.PurgeAsync(ids).ConfigureAwait(false), isComplete: true);
    }

    public override async Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        Check.NotNull(filter);
        if (filter.Timeout <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(filter), filter.Timeout, "PurgeInstancesFilter.Timeout must be positive.");
        }

        OrchestrationRuntimeStatus[] asked = filter.Statuses?.ToArray() ?? [];
        OrchestrationRuntimeStatus[] statuses = asked.Length == 0 ? Ended : [.. Ended.Intersect(asked)];
        if (statuses.Length == 0)
        {
            return new PurgeResult(0, isComplete: true);
        }

        long start = Stopwatch.GetTimestamp();
        int count = 0;
        var query = new InstanceQuery
        {
            Statuses = statuses,
            CreatedFrom = filter.CreatedFrom,
            CreatedTo = filter.CreatedTo,
            PageSize = PurgeBatch,
        };
        while (_hub.Read(reader => reader.Query(query)).Rows is { Count: > 0 } rows)
        {
            cancellation.ThrowIfCancellationRequested();
            if (filter.Timeout is { } timeout && Stopwatch.GetElapsedTime(start) > timeout)
            {
                return new PurgeResult(count, isComplete: false);
            }

            IReadOnlyList<string> ids = [.. rows.Select(row => row.Id)];
            count += await _hub.PurgeAsync(options?.Recursive == true ? WithDescendants(ids) : ids).ConfigureAwait(false);
            query = query with { After = rows[^1].Id };
        }

        return new PurgeResult(count, isComplete: true);
    }

    public override async Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        InstanceRow old = Find(instanceId);
        if (!restartWithNewInstanceId && !old.IsTerminal)
        {
            throw new InvalidOperationException(
                $"The orchestration '{instanceId}' is {old.Status}: it can be restarted under its own ID only when it has ended.");
        }

        InstanceRow row = _hub.NewInstance(old.Name, old.Version, old.Input, new StartOrchestrationOptions(
            restartWithNewInstanceId ? null : instanceId)
        {
            Tags = old.Tags ?? new Dictionary<string, string>(),
        });
        await _hub.StartAsync(row, keep: null, idIsNew: restartWithNewInstanceId).ConfigureAwait(false);
        return row.Id;
    }

    public override async Task RewindInstanceAsync(string instanceId, string reason, CancellationToken cancellation = default)
    {
        InstanceRow row = Find(instanceId);
        if (row.Status != OrchestrationRuntimeStatus.Failed)
        {
            throw new InvalidOperationException($"The orchestration '{instanceId}' is {row.Status}: only a failed one can be rewound.");
        }

        RewindPlan plan = RewindPlan.Make(_hub, row, _hub.Read(reader => reader.ReadHistory(row.Execution)));
        var operation = new RewindInstance(_hub, plan);
        _hub.Write(operation, onThisThread: false);
        await operation.Task.ConfigureAwait(false);
        foreach (string child in plan.FailedChildren)
        {
            await RewindInstanceAsync(child, reason, cancellation).ConfigureAwait(false);
        }
    }

    public override Task<IList<HistoryEvent>> GetOrchestrationHistoryAsync(string instanceId, CancellationToken cancellation = default)
    {
        InstanceRow row = Find(instanceId);
        return Task.FromResult(HistoryView.Build(row, _hub.Read(reader => reader.ReadHistory(row.Execution))));
    }

    public override ValueTask DisposeAsync() => default;

    async Task SendControlAsync(string instanceId, EntryKind kind, string? reason, CancellationToken cancellation)
    {
        Check.NotNullOrEmpty(instanceId);
        Check.NotEntity(_options.EnableEntitySupport, instanceId);
        cancellation.ThrowIfCancellationRequested();
        await _hub.SendAsync(instanceId, new Entry(kind) { Payload = reason }).ConfigureAwait(false);
    }

    Task<int> PurgeEntityAsync(string id)
    {
        var operation = new PurgeEntity(_hub, id);
        _hub.Write(operation, onThisThread: false);
        return operation.Task;
    }

    List<string> WithDescendants(IReadOnlyList<string> ids)
    {
        var all = new List<string>(ids);
        HashSet<string> seen = [.. ids];
        for (int i = 0; i < all.Count; i++)
        {
            string parent = all[i];
            all.AddRange(_hub.Read(reader => reader.FindChildren(parent)).Where(seen.Add));
        }

        return all;
    }

    InstanceRow Find(string instanceId)
    {
        Check.NotNullOrEmpty(instanceId);
        Check.NotEntity(_options.EnableEntitySupport, instanceId);
        return _hub.Read(reader => reader.FindInstance(instanceId))
            ?? throw new ArgumentException($"An orchestration with the instanceId {instanceId} was not found.", nameof(instanceId));
    }

    OrchestrationMetadata Metadata(InstanceRow row, bool withPayloads) => withPayloads && row.LacksInput
        ? Metadata(row with { Input = ReadInput(row), LacksInput = false }, withPayloads)
        : new(row.Name, row.Id)
    {
        RuntimeStatus = row.Status,
        CreatedAt = new DateTimeOffset(row.Created, TimeSpan.Zero),
        LastUpdatedAt = new DateTimeOffset(row.Updated, TimeSpan.Zero),
        SerializedInput = withPayloads ? row.Input : null,
        SerializedOutput = withPayloads ? row.Output : null,
        SerializedCustomStatus = withPayloads ? row.CustomStatus : null,
        FailureDetails = row.Failure,
        DataConverter = withPayloads ? _options.DataConverter : null,
        Tags = row.Tags ?? new Dictionary<string, string>(),
    };

    string? ReadInput(InstanceRow row) =>
        _hub.Read(reader => reader.FindInstance(row.Id)) is { } stored && stored.Execution == row.Execution ? stored.Input : null;

    string? Serialize(object? value, string what, string parameter)
    {
        string? payload = _options.DataConverter.Serialize(value);
        _hub.PayloadLimit.Check(payload, what, parameter);
        return payload;
    }

    static OrchestrationRuntimeStatus[]? ParseDedupeStatuses(StartOrchestrationOptions? options)
    {
        if (options?.DedupeStatuses is not { } names)
        {
            return null;
        }

        OrchestrationRuntimeStatus[] statuses = [.. names.Select(name =>
            Enum.TryParse(name, ignoreCase: true, out OrchestrationRuntimeStatus status)
                ? status
                : throw new ArgumentException($"Invalid orchestration runtime status: '{name}' for deduplication.", nameof(options)))];
        return statuses.Contains(OrchestrationRuntimeStatus.Terminated) && Unfinished.Except(statuses).Any()
            ? throw new ArgumentException(
                "DedupeStatuses has 'Terminated' but not all unfinished statuses: an unfinished instance would be terminated to make room, "
                + "and the start then refused because of that.",
                nameof(options))
            : statuses;
    }

    static void CheckInstanceId(string id)
    {
        if (id.Length == 0 || id.Length > 1024)
        {
            throw new ArgumentException($"An instance ID has 1 to 1,024 characters; this one has {id.Length}.", nameof(id));
        }

        if (id.Any(char.IsControl))
        {
            throw new ArgumentException("An instance ID has no control characters.", nameof(id));
        }
    }

    /// <summary>What is handed out goes into headers, which take no letters but ASCII's.</summary>
    static string? ContinuationOf(string? id) => id is null ? null : Convert.ToHexStringLower(Encoding.UTF8.GetBytes(id));

    static string ParseContinuation(string? token)
    {
        try
        {
            return string.IsNullOrEmpty(token) ? string.Empty : Encoding.UTF8.GetString(Convert.FromHexString(token));
        }
        catch (FormatException)
        {
            throw new ArgumentException($"'{token}' is not a continuation token of this client.", nameof(token));
        }
    }

    static int CheckPageSize(int size) => size is > 0 and <= 100_000
        ? size
        : throw new ArgumentOutOfRangeException(nameof(size), size, "The page size is between 1 and 100,000.");
}
