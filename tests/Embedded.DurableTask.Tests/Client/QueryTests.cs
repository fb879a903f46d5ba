using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Tests.Client;

/// <summary>Lists of instances: filtered, paged, with and without their payloads.</summary>
[Trait("Row", "KZ22")]
public sealed class QueryTests : IAsyncLifetime
{
    readonly TestClock _clock = new();
    TestHost _host = null!;

    DateTimeOffset Start { get; set; }

    /// <summary>Instances a-0 ... a-4 and b-0 ... b-4, an hour apart: the even ones complete, b-1 and b-3 fail, a-1 and a-3 wait.</summary>
    public async Task InitializeAsync()
    {
        Start = _clock.GetUtcNow();
        _host = await TestHost.StartAsync(
            tasks => tasks
                .AddOrchestratorFunc<string, string>("Echo", (_, text) => text)
                .AddOrchestratorFunc<string, string>("Fail", (Func<TaskOrchestrationContext, string, string>)((_, text) => throw new InvalidOperationException(text)))
                .AddOrchestratorFunc<string>("Wait", context => context.WaitForExternalEvent<string>("E")),
            _clock);
        foreach (string prefix in (string[])["a", "b"])
        {
            for (int i = 0; i < 5; i++)
            {
                var options = new StartOrchestrationOptions($"{prefix}-{i}");
                string name = i % 2 == 0 ? "Echo" : prefix == "a" ? "Wait" : "Fail";
                _ = name == "Wait" ? await _host.BeginAsync(name, "in", options) : (await _host.RunAsync(name, "in", options)).InstanceId;
                _clock.Advance(TimeSpan.FromHours(1));
            }
        }
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Without_a_filter_all_instances_come_in_the_order_of_their_ids()
    {
        Assert.Equal("a-0 a-1 a-2 a-3 a-4 b-0 b-1 b-2 b-3 b-4", await IdsAsync(new OrchestrationQuery()));
        Assert.Equal(10, await _host.Client.GetAllInstancesAsync().CountAsync());
    }

    [Fact]
    public async Task Pages_hold_as_many_as_asked_for_and_continue_where_the_last_one_ended()
    {
        var pages = new List<Page<OrchestrationMetadata>>();
        await foreach (Page<OrchestrationMetadata> page in _host.Client.GetAllInstancesAsync(new OrchestrationQuery(PageSize: 4)).AsPages())
        {
            pages.Add(page);
        }

        Page<OrchestrationMetadata> again = await _host.Client
            .GetAllInstancesAsync(new OrchestrationQuery(PageSize: 4)).AsPages(pages[0].ContinuationToken, 2).FirstAsync();

        Assert.Equal([4, 4, 2], pages.Select(page => page.Values.Count));
        Assert.Null(pages[^1].ContinuationToken);
        Assert.Equal(["a-4", "b-0"], again.Values.Select(i => i.InstanceId));
    }

    [Fact]
    public async Task Statuses_prefixes_and_times_narrow_the_list_together()
    {
        Assert.Equal("b-1 b-3", await IdsAsync(new OrchestrationQuery(Statuses: [OrchestrationRuntimeStatus.Failed])));
        Assert.Equal(
            "a-1 a-3 b-1 b-3", await IdsAsync(new OrchestrationQuery(Statuses: [OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Running])));
        Assert.Equal("b-0 b-1 b-2 b-3 b-4", await IdsAsync(new OrchestrationQuery(InstanceIdPrefix: "b-")));
        Assert.Equal("a-2 a-3 a-4", await IdsAsync(new OrchestrationQuery(CreatedFrom: Start.AddHours(2), CreatedTo: Start.AddHours(4))));
        Assert.Equal(
            "a-3",
            await IdsAsync(new OrchestrationQuery(
                CreatedFrom: Start.AddHours(2), InstanceIdPrefix: "a", Statuses: [OrchestrationRuntimeStatus.Running])));
        Assert.Equal(string.Empty, await IdsAsync(new OrchestrationQuery(InstanceIdPrefix: "c")));
    }

    [Fact]
    public async Task A_prefix_is_taken_literally()
    {
        Assert.Equal(string.Empty, await IdsAsync(new OrchestrationQuery(InstanceIdPrefix: "%")));
        Assert.Equal(string.Empty, await IdsAsync(new OrchestrationQuery(InstanceIdPrefix: "A-")));
        Assert.Equal(string.Empty, await IdsAsync(new OrchestrationQuery(InstanceIdPrefix: "_-")));
    }

    [Fact]
    public async Task Payloads_come_only_when_asked_for()
    {
        OrchestrationMetadata without = await _host.Client.GetAllInstancesAsync(new OrchestrationQuery()).FirstAsync();
        OrchestrationMetadata with = await _host.Client.GetAllInstancesAsync(new OrchestrationQuery(FetchInputsAndOutputs: true)).FirstAsync();

        Assert.Null(without.SerializedOutput);
        Assert.Throws<InvalidOperationException>(() => without.ReadOutputAs<string>());
        Assert.Equal("in", with.ReadInputAs<string>());
        Assert.Equal("in", with.ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_impossible_page_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => IdsAsync(new OrchestrationQuery(ContinuationToken: "nonsense")));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => IdsAsync(new OrchestrationQuery(PageSize: 0)));
    }

    [Fact]
    public async Task Ids_are_listed_by_status_and_time_of_completion_in_pages()
    {
        Page<string> failed = await _host.Client.ListInstanceIdsAsync([OrchestrationRuntimeStatus.Failed]);
        Page<string> first = await _host.Client.ListInstanceIdsAsync(completedTimeFrom: Start.AddHours(1), completedTimeTo: Start.AddHours(7), pageSize: 3);
        Page<string> second = await _host.Client.ListInstanceIdsAsync(
            completedTimeFrom: Start.AddHours(1), completedTimeTo: Start.AddHours(7), pageSize: 3, lastInstanceKey: first.ContinuationToken);
        Page<string> running = await _host.Client.ListInstanceIdsAsync([OrchestrationRuntimeStatus.Running], completedTimeFrom: Start);

        Assert.Equal(["b-1", "b-3"], failed.Values);
        Assert.Equal(["a-2", "a-4", "b-0"], first.Values);
        Assert.Equal(["b-1", "b-2"], second.Values);
        Assert.Null(second.ContinuationToken);
        Assert.Empty(running.Values);
    }

    [Fact]
    public async Task An_instance_that_does_not_exist_is_null()
    {
        Assert.Null(await _host.Client.GetInstanceAsync("nobody"));
    }

    async Task<string> IdsAsync(OrchestrationQuery query) =>
        string.Join(' ', await _host.Client.GetAllInstancesAsync(query).Select(i => i.InstanceId).ToListAsync());
}
