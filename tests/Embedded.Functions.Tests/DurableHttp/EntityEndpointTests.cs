using System.Text.Json;
using Microsoft.DurableTask.Entities;

namespace Embedded.Functions.Tests.DurableHttp;

public sealed class EntityEndpointTests : IAsyncLifetime
{
    DurableHttpHost _host = null!;

    public async Task InitializeAsync() => _host = await DurableHttpHost.StartAsync(SampleTasks.Add, new()
    {
        HubName = "TestHub",
        Entities = ["Counter", "Count"],
    });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_signal_is_202_and_changes_the_state()
    {
        Reply signalled = await _host.PostAsync("entities/Counter/a?op=Add", "5");
        await UntilStateAsync("counter", "a", 5);
        Reply state = await _host.GetAsync("entities/counter/a");

        Assert.Equal((202, string.Empty), (signalled.Status, signalled.Body));
        Assert.Equal((200, "5"), (state.Status, state.Body));
    }

    [Fact]
    public async Task A_body_that_is_not_called_JSON_is_passed_as_text()
    {
        Reply reply = await _host.SendAsync(HttpMethod.Post, "entities/Counter/a?op=AddText", "four", "text/plain");

        Assert.Equal(202, reply.Status);
        await UntilStateAsync("counter", "a", 4);
    }

    [Fact]
    public async Task A_deleted_entity_is_404()
    {
        await _host.PostAsync("entities/Counter/a?op=Add", "5");
        await UntilStateAsync("counter", "a", 5);

        Reply deleted = await _host.DeleteAsync("entities/Counter/a");
        await DurableHttpHost.UntilAsync(async () => (await _host.GetAsync("entities/counter/a")).Status == 404);
        Reply gone = await _host.GetAsync("entities/counter/a");

        Assert.Equal(202, deleted.Status);
        Assert.Contains("'counter' with the key 'a'", gone.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a%2Fb", "a/b")]
    [InlineData("a%20%40%25b", "a @%b")]
    [InlineData("$", "")]
    public async Task A_key_may_hold_anything(string encoded, string key)
    {
        await _host.PostAsync($"entities/Counter/{encoded}?op=Add", "1");

        await UntilStateAsync("counter", key, 1);
        Assert.Equal((200, "1"), ((await _host.GetAsync($"entities/Counter/{encoded}")) is var reply ? (reply.Status, reply.Body) : default));
    }

    [Fact]
    public async Task A_list_has_ids_times_and_on_demand_states()
    {
        await _host.PostAsync("entities/Counter/a?op=Add", "5");
        await _host.PostAsync("entities/Count/b?op=Add", "7");
        await UntilStateAsync("counter", "a", 5);
        await UntilStateAsync("count", "b", 7);

        Reply all = await _host.GetAsync("entities?fetchState=true");
        Reply named = await _host.GetAsync("entities/COUNT");

        Assert.Equal(["count/b/7", "counter/a/5"], all.Json.EnumerateArray().Select(Describe).Order());
        JsonElement only = Assert.Single(named.Json.EnumerateArray());
        Assert.Equal(["entityId", "lastOperationTime", "state"], only.EnumerateObject().Select(p => p.Name));
        Assert.Equal(JsonValueKind.Null, only.GetProperty("state").ValueKind);
        Assert.Equal("count", only.GetProperty("entityId").GetProperty("name").GetString());
        Assert.EndsWith("Z", only.GetProperty("lastOperationTime").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_is_filtered_by_time_and_paged()
    {
        for (int i = 0; i < 5; i++)
        {
            await _host.PostAsync($"entities/Counter/{i}?op=Add", "1");
        }

        for (int i = 0; i < 5; i++)
        {
            await UntilStateAsync("counter", $"{i}", 1);
        }

        var pages = new List<int>();
        var seen = new List<string>();
        string? continuation = null;
        do
        {
            Reply page = await _host.GetAsync("entities/counter?top=2&fetchState=true", continuation);
            pages.Add(page.Json.GetArrayLength());
            seen.AddRange(page.Json.EnumerateArray().Select(Describe));
            continuation = page.Continuation;
        }
        while (continuation is not null);

        Assert.Equal([2, 2, 1], pages);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"counter/{i}/1"), seen.Order());
        Assert.Equal("[]", (await _host.GetAsync("entities?lastOperationTimeTo=2001-01-01")).Body);
        Assert.Equal(5, (await _host.GetAsync("entities?lastOperationTimeFrom=2001-01-01T00:00:00Z")).Json.GetArrayLength());
    }

    [Theory]
    [InlineData("POST", "entities/Counter/a", "1", "The operation is missing")]
    [InlineData("POST", "entities/Counter/a?op=Add", "oops", "Invalid JSON content")]
    [InlineData("POST", "entities/Nothing/a?op=Add", "1", "The following are the known entity functions: 'Count', 'Counter'.")]
    [InlineData("DELETE", "entities/Nothing/a", null, "not an entity function")]
    [InlineData("GET", "entities/a%40b/c", null, "must not contain '@'")]
    [InlineData("GET", "entities?fetchState=perhaps", null, "'fetchState'")]
    [InlineData("GET", "entities?top=none", null, "'top'")]
    [InlineData("GET", "entities?lastOperationTimeFrom=then", null, "'lastOperationTimeFrom'")]
    [InlineData("GET", "entities?lastOperationTimeTo=then", null, "'lastOperationTimeTo'")]
    public async Task A_bad_request_is_400_and_says_what_is_wrong(string method, string path, string? body, string message)
    {
        Reply reply = await _host.SendAsync(new HttpMethod(method), path, body);

        Assert.Equal(400, reply.Status);
        Assert.Contains(message, reply.Message, StringComparison.Ordinal);
    }

    static string Describe(JsonElement entity) =>
        $"{entity.GetProperty("entityId").GetProperty("name")}/{entity.GetProperty("entityId").GetProperty("key")}/{entity.GetProperty("state")}";

    Task UntilStateAsync(string name, string key, int state) => DurableHttpHost.UntilAsync(async () =>
        (await _host.Client.Entities.GetEntityAsync<int>(new EntityInstanceId(name, key)))?.State == state);
}
