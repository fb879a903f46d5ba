using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Embedded.Functions.Tests.Support;

namespace Embedded.Functions.Tests.Apps;

/// <summary>Function chaining, fan-out and fan-in, human interaction, and starts by id.</summary>
[Trait("Row", "AZ10")]
public sealed class PatternsTests(PatternsApp patterns) : IClassFixture<PatternsApp>
{
    readonly AppProcess _app = patterns.Process;

    [Fact]
    public async Task A_chain_of_activities_gives_their_results_in_order()
    {
        StartedInstance chain = await StartAsync("chaining", null);

        JsonElement end = await chain.EndAsync();

        Assert.Equal("""["Hello, Tokyo!","Hello, Seattle!","Hello, London!"]""", end.GetProperty("output").GetRawText());
        Assert.Equal("Chaining", end.GetProperty("name").GetString());
        Assert.Equal(chain.Id, end.GetProperty("instanceId").GetString());
    }

    [Fact]
    public async Task A_start_is_answered_with_the_urls_to_manage_the_instance_by()
    {
        StartedInstance chain = await StartAsync("chaining", null);

        string instance = $"{_app.Url}runtime/webhooks/durabletask/instances/{chain.Id}";
        string code = $"code={patterns.App.Keys.Durable}";
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["Id"] = chain.Id,
                ["PurgeHistoryDeleteUri"] = $"{instance}?{code}",
                ["SendEventPostUri"] = $"{instance}/raiseEvent/{{eventName}}?{code}",
                ["StatusQueryGetUri"] = $"{instance}?{code}",
                ["TerminatePostUri"] = $"{instance}/terminate?reason={{text}}&{code}",
                ["SuspendPostUri"] = $"{instance}/suspend?reason={{text}}&{code}",
                ["ResumePostUri"] = $"{instance}/resume?reason={{text}}&{code}",
            }.OrderBy(entry => entry.Key),
            chain.Payload.OrderBy(entry => entry.Key));
        await chain.EndAsync();
    }

    [Fact]
    public async Task Fanned_out_activities_are_awaited_and_added_up()
    {
        StartedInstance fanOut = await StartAsync("fan-out", new { count = 200 });

        Assert.Equal(200 * 201 / 2, (await fanOut.EndAsync()).GetProperty("output").GetInt32());
    }

    [Fact]
    public async Task A_failed_activity_fails_its_orchestration_and_the_status_says_why()
    {
        StartedInstance fanOut = await StartAsync("fan-out", new { count = 20, unreadable = 13 });

        JsonElement end = await fanOut.EndAsync("Failed");

        Assert.Contains("Page 13 cannot be read.", end.GetProperty("output").GetString());
        using HttpResponseMessage asError = await _app.ExpectAsync(
            HttpStatusCode.InternalServerError,
            fanOut.CallAsync(HttpMethod.Get, "statusQueryGetUri", query: "&returnInternalServerErrorOnFailure=true"));
    }

    [Theory]
    [InlineData("yes", "Plan is approved")]
    [InlineData("no", "Plan is rejected")]
    public async Task An_answer_in_time_decides_and_the_timer_is_forgotten(string answer, string outcome)
    {
        StartedInstance approval = await StartAsync("approvals", new { document = "Plan", seconds = 3600 });
        await approval.SeeAsync(Waits);

        using HttpResponseMessage answered = await _app.ExpectAsync(
            HttpStatusCode.Accepted, _app.Http.PostAsync($"api/approvals/{approval.Id}/{answer}", null));

        JsonElement end = await approval.EndAsync();
        Assert.Equal(outcome, end.GetProperty("output").GetString());
        Assert.Equal("answered", end.GetProperty("customStatus").GetString());
    }

    [Fact]
    public async Task Without_an_answer_in_time_the_request_is_escalated_and_a_late_answer_refused()
    {
        StartedInstance approval = await StartAsync("approvals", new { document = "Plan", seconds = 0.2 });

        JsonElement end = await approval.EndAsync();

        Assert.Equal("Plan is escalated", end.GetProperty("output").GetString());
        Assert.Equal("timed out", end.GetProperty("customStatus").GetString());
        using HttpResponseMessage late = await _app.ExpectAsync(
            HttpStatusCode.Gone, approval.CallAsync(HttpMethod.Post, "sendEventPostUri", "ApprovalAnswer", "true"));
    }

    [Fact]
    public async Task The_history_shows_the_race_of_the_answer_and_the_timer()
    {
        StartedInstance approval = await StartAsync("approvals", new { document = "Plan", seconds = 3600 });
        await approval.SeeAsync(Waits);
        await approval.RaiseEventAsync("ApprovalAnswer", "true");
        await approval.EndAsync();

        JsonElement status = await approval.StatusAsync("&showHistory=true&showHistoryOutput=true");

        string[] events = [.. status.GetProperty("historyEvents").EnumerateArray().Select(e => e.GetProperty("EventType").GetString()!)];
        Assert.Equal("ExecutionStarted", events[0]);
        Assert.Contains("TaskCompleted", events);
        Assert.Contains("EventRaised", events);
        Assert.DoesNotContain("TimerFired", events);
        Assert.Equal("ExecutionCompleted", events[^1]);
    }

    [Fact]
    public async Task Many_callers_who_start_one_id_start_one_instance()
    {
        string id = $"order-{Guid.NewGuid():N}";

        StartedInstance[] started = await Task.WhenAll(Enumerable.Range(0, 20).Select(caller =>
            StartedInstance.OfAsync(_app, _app.Http.PutAsync($"api/orders/{id}", new StringContent($"goods of {caller}")))));

        JsonElement[] ends = await Task.WhenAll(started.Select(instance => instance.EndAsync()));
        string goods = ends[0].GetProperty("input").GetString()!;
        Assert.Matches("^goods of [0-9]+$", goods);
        Assert.All(ends, end => Assert.Equal($"{goods}, reserved, shipped", end.GetProperty("output").GetString()));
        using HttpResponseMessage again = await _app.ExpectAsync(
            HttpStatusCode.Accepted, _app.Http.PutAsync($"api/orders/{id}", new StringContent("other goods")));
        Assert.Equal(goods, (await started[0].StatusAsync()).GetProperty("input").GetString());
    }

    Task<StartedInstance> StartAsync(string route, object? body) =>
        StartedInstance.OfAsync(_app, _app.Http.PostAsync($"api/{route}", body is null ? null : JsonContent.Create(body)));

    static bool Waits(JsonElement status) => status.GetProperty("customStatus").ToString() == "waiting";
}
