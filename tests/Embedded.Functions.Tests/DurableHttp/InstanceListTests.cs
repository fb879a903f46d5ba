using System.Text.Json;

namespace Embedded.Functions.Tests.DurableHttp;

public sealed class InstanceListTests : IAsyncLifetime
{
    DurableHttpHost _host = null!;

    public async Task InitializeAsync() => _host = await DurableHttpHost.StartAsync(SampleTasks.Add);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_list_is_an_array_of_statuses()
    {
        await _host.RunAsync("Greet", "Ada", "g1");
        await _host.BeginAsync("Wait", "in", "w1");

        Reply reply = await _host.GetAsync("instances?taskHub=testhub&connection=Storage&code=x");
        Reply brief = await _host.GetAsync("instances/?showInput=false");

        Assert.Equal(200, reply.Status);
        Assert.Null(reply.Continuation);
        Assert.Equal(["g1", "w1"], Ids(reply).Order());
        JsonElement greeted = reply.Json.EnumerateArray().Single(e => e.GetProperty("instanceId").GetString() == "g1");
        Assert.Equal("Ada", greeted.GetProperty("input").GetString());
        Assert.Equal("Hello Ada!", greeted.GetProperty("output").GetString());
        Assert.False(greeted.TryGetProperty("historyEvents", out _));
        Assert.All(brief.Json.EnumerateArray(), e => Assert.Equal(JsonValueKind.Null, e.GetProperty("input").ValueKind));
    }

    [Fact]
    public async Task An_empty_hub_has_an_empty_list()
    {
        Reply reply = await _host.GetAsync("instances");

        Assert.Equal(200, reply.Status);
        Assert.Equal("[]", reply.Body);
    }

    [Fact]
    public async Task A_list_is_filtered_by_status_prefix_and_time_of_creation()
    {
        await _host.RunAsync("Echo", "x", "a-1");
        await _host.RunAsync("Fail", "x", "a-2");
        await _host.BeginAsync("Wait", id: "b-1");
        string created = Uri.EscapeDataString((await _host.Client.GetInstanceAsync("b-1"))!.CreatedAt.ToString("O"));

        Assert.Equal(["a-1"], Ids(await _host.GetAsync("instances?runtimeStatus=Completed")));
        Assert.Equal(["a-2", "b-1"], Ids(await _host.GetAsync("instances?runtimeStatus=failed,%20Running")).Order());
        Assert.Equal(["a-1", "b-1"], Ids(await _host.GetAsync("instances?runtimeStatus=Completed&runtimeStatus=Running")).Order());
        Assert.Equal(["a-1", "a-2"], Ids(await _host.GetAsync("instances?instanceIdPrefix=a-")).Order());
        Assert.Equal(["b-1"], Ids(await _host.GetAsync($"instances?createdTimeFrom={created}")));
        Assert.Equal(["a-1", "a-2", "b-1"], Ids(await _host.GetAsync($"instances?createdTimeTo={created}&createdTimeFrom=2000-01-01T00:00:00Z")).Order());
        Assert.Empty(Ids(await _host.GetAsync("instances?createdTimeTo=2001-01-01")));
        Assert.Equal(3, Ids(await _host.GetAsync("instances?createdTimeFrom=1-01-01T00:00:00.000000Z")).Length);
        Assert.Empty(Ids(await _host.GetAsync("instances?createdTimeTo=99-01-01T00:00:00Z")));
    }

    [Fact]
    public async Task A_continuation_leads_through_all_pages_without_a_gap_or_a_repetition()
    {
        for (int i = 0; i < 7; i++)
        {
            await _host.RunAsync("Echo", "x", $"page-{i}");
        }

        await _host.RunAsync("Echo", "x", "other");
        var seen = new List<string>();
        var sizes = new List<int>();
        string? continuation = null;
        do
        {
            Reply page = await _host.GetAsync("instances?instanceIdPrefix=page-&top=3", continuation);
            Assert.Equal(200, page.Status);
            sizes.Add(Ids(page).Length);
            seen.AddRange(Ids(page));
            continuation = page.Continuation;
        }
        while (continuation is not null);

        Assert.Equal([3, 3, 1], sizes);
        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"page-{i}"), seen.Order());
    }

    [Theory]
    [InlineData("top=0", "'top' is '0', which is not a whole number between 1 and 100000")]
    [InlineData("top=-3", "'top'")]
    [InlineData("top=many", "'top'")]
    [InlineData("top=100001", "'top'")]
    [InlineData("createdTimeFrom=yesterday", "'createdTimeFrom' is 'yesterday', which is not a time such as 2030-12-31T23:59:59Z")]
    [InlineData("createdTimeTo=2026-13-01", "'createdTimeTo'")]
    [InlineData("createdTimeTo=2026-01-01T00:00:00+02:00", "%2B")]
    [InlineData("runtimeStatus=Done", "'runtimeStatus' is 'Done', which is not a comma-separated list of Running, Completed")]
    [InlineData("runtimeStatus=1", "'runtimeStatus'")]
    [InlineData("showInput=no", "'showInput'")]
    [InlineData("instanceIdPrefix=@", "reserved for entities")]
    public async Task A_bad_filter_is_400_and_says_what_is_wrong(string query, string message)
    {
        Reply reply = await _host.GetAsync($"instances?{query}");

        Assert.Equal(400, reply.Status);
        Assert.Contains(message, reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_continuation_token_of_somebody_else_is_400()
    {
        Reply reply = await _host.GetAsync("instances", continuation: "bm90IG91cnM=");

        Assert.Equal(400, reply.Status);
        Assert.Contains("continuation token", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ended_instances_are_purged_by_filter_and_counted()
    {
        await _host.RunAsync("Echo", "x", "a");
        await _host.RunAsync("Fail", "x", "b");
        await _host.BeginAsync("Wait", id: "c");

        Reply failed = await _host.DeleteAsync("instances?createdTimeFrom=2000-01-01T00:00:00Z&runtimeStatus=Failed");
        string[] afterFailed = Ids(await _host.GetAsync("instances"));
        Reply early = await _host.DeleteAsync("instances?createdTimeFrom=2000-01-01&createdTimeTo=2000-01-02");
        Reply rest = await _host.DeleteAsync("instances?createdTimeFrom=2000-01-01");
        Reply none = await _host.DeleteAsync("instances?createdTimeFrom=2000-01-01");

        Assert.Equal((200, "{\"instancesDeleted\":1}"), (failed.Status, failed.Body));
        Assert.Equal(["a", "c"], afterFailed.Order());
        Assert.Equal(404, early.Status);
        Assert.Equal((200, "{\"instancesDeleted\":1}"), (rest.Status, rest.Body));
        Assert.Equal(404, none.Status);
        Assert.Equal(["c"], Ids(await _host.GetAsync("instances")));
    }

    [Theory]
    [InlineData("", "Please provide value for 'createdTimeFrom' parameter.")]
    [InlineData("?createdTimeFrom=long%20ago", "'createdTimeFrom'")]
    [InlineData("?createdTimeFrom=2000-01-01&createdTimeTo=soon", "'createdTimeTo'")]
    [InlineData("?createdTimeFrom=2000-01-01&runtimeStatus=Complete", "'runtimeStatus'")]
    public async Task A_purge_whose_filter_is_not_understood_deletes_nothing(string query, string message)
    {
        await _host.RunAsync("Echo", "x", "a");

        Reply reply = await _host.DeleteAsync($"instances{query}");

        Assert.Equal(400, reply.Status);
        Assert.Contains(message, reply.Message, StringComparison.Ordinal);
        Assert.NotNull(await _host.Client.GetInstanceAsync("a"));
    }

    [Fact]
    public async Task One_instance_is_purged_once_it_has_ended()
    {
        await _host.BeginAsync("Wait", id: "w");

        Reply early = await _host.DeleteAsync("instances/w");
        await _host.Client.TerminateInstanceAsync("w", "enough");
        await _host.EndOfAsync("w");
        Reply purged = await _host.DeleteAsync("instances/w");
        Reply again = await _host.DeleteAsync("instances/w");

        Assert.Equal(412, early.Status);
        Assert.Contains("Running", early.Message, StringComparison.Ordinal);
        Assert.Equal((200, "{\"instancesDeleted\":1}"), (purged.Status, purged.Body));
        Assert.Equal(404, again.Status);
    }

    static string[] Ids(Reply reply) => [.. reply.Json.EnumerateArray().Select(e => e.GetProperty("instanceId").GetString()!)];
}
