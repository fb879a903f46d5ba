using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Embedded.Functions.Tests.DurableHttp;

public sealed partial class InstanceStatusTests : IAsyncLifetime
{
    DurableHttpHost _host = null!;

    public async Task InitializeAsync() => _host = await DurableHttpHost.StartAsync(SampleTasks.Add);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_completed_instance_is_shown_with_200_and_its_payloads_as_JSON()
    {
        await _host.RunAsync("Greet", "Ada", "g1");

        Reply reply = await _host.GetAsync("instances/g1");

        Assert.Equal(200, reply.Status);
        Assert.Equal("application/json; charset=utf-8", reply.ContentHeaders.ContentType!.ToString());
        Assert.Null(reply.Headers.Location);
        Assert.Equal(
            ["name", "instanceId", "runtimeStatus", "input", "customStatus", "output", "createdTime", "lastUpdatedTime"],
            reply.Json.EnumerateObject().Select(p => p.Name));
        Assert.Equal("Greet", reply.Json.GetProperty("name").GetString());
        Assert.Equal("g1", reply.Json.GetProperty("instanceId").GetString());
        Assert.Equal("Completed", reply.Json.GetProperty("runtimeStatus").GetString());
        Assert.Equal("Ada", reply.Json.GetProperty("input").GetString());
        Assert.Equal("greeting", reply.Json.GetProperty("customStatus").GetProperty("step").GetString());
        Assert.Equal("Hello Ada!", reply.Json.GetProperty("output").GetString());
        Assert.Matches(WholeSeconds(), reply.Json.GetProperty("createdTime").GetString());
        Assert.Matches(WholeSeconds(), reply.Json.GetProperty("lastUpdatedTime").GetString());
    }

    [Fact]
    public async Task A_running_instance_is_shown_with_202_where_to_look_again_and_when()
    {
        await _host.BeginAsync("Wait", id: "w1");

        Reply reply = await _host.GetAsync("instances/w1?code=abc&showInput=true");

        Assert.Equal(202, reply.Status);
        Assert.Equal(new Uri(_host.Http.BaseAddress!, "/runtime/webhooks/durabletask/instances/w1?code=abc&showInput=true"), reply.Headers.Location);
        Assert.Equal(TimeSpan.FromSeconds(5), reply.Headers.RetryAfter!.Delta);
        Assert.Equal("Running", reply.Json.GetProperty("runtimeStatus").GetString());
        Assert.Equal(JsonValueKind.Null, reply.Json.GetProperty("input").ValueKind);
        Assert.Equal(JsonValueKind.Null, reply.Json.GetProperty("output").ValueKind);
        Assert.Equal(JsonValueKind.Null, reply.Json.GetProperty("customStatus").ValueKind);
    }

    [Fact]
    public async Task A_pending_instance_has_202_and_no_history()
    {
        await _host.Client.ScheduleNewOrchestrationInstanceAsync(
            "Echo", "x", new StartOrchestrationOptions("later", TimeProvider.System.GetUtcNow().AddHours(1)));

        Reply reply = await _host.GetAsync("instances/later?showHistory=true");

        Assert.Equal(202, reply.Status);
        Assert.Equal("Pending", reply.Json.GetProperty("runtimeStatus").GetString());
        Assert.False(reply.Json.TryGetProperty("historyEvents", out _));
    }

    [Fact]
    public async Task A_failed_instance_has_200_or_500_as_asked_and_says_why()
    {
        await _host.RunAsync("Fail", "x", "f1");

        Reply plain = await _host.GetAsync("instances/f1");
        Reply strict = await _host.GetAsync("instances/f1?returnInternalServerErrorOnFailure=true");

        Assert.Equal(200, plain.Status);
        Assert.Equal(500, strict.Status);
        Assert.Equal("Failed", strict.Json.GetProperty("runtimeStatus").GetString());
        Assert.Contains("It went wrong.", strict.Json.GetProperty("output").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_input_is_left_out_when_it_is_not_asked_for()
    {
        await _host.RunAsync("Echo", "secret", "e1");

        Reply reply = await _host.GetAsync("instances/e1?showInput=false");

        Assert.Equal(JsonValueKind.Null, reply.Json.GetProperty("input").ValueKind);
        Assert.Equal("secret", reply.Json.GetProperty("output").GetString());
    }

    [Fact]
    public async Task A_history_folds_calls_into_their_results_and_shows_results_only_when_asked()
    {
        await _host.RunAsync("Greet", "Ada", "g1");

        JsonElement[] brief = History(await _host.GetAsync("instances/g1?showHistory=true"));
        JsonElement[] full = History(await _host.GetAsync("instances/g1?showHistory=true&showHistoryOutput=true&showInput=false"));

        Assert.Equal(["ExecutionStarted", "TaskCompleted", "ExecutionCompleted"], brief.Select(e => e.GetProperty("EventType").GetString()));
        Assert.Equal("Greet", brief[0].GetProperty("FunctionName").GetString());
        Assert.Equal("\"Ada\"", brief[0].GetProperty("Input").GetString());
        Assert.Equal("Hello", brief[1].GetProperty("FunctionName").GetString());
        Assert.True(brief[1].TryGetProperty("ScheduledTime", out _));
        Assert.False(brief[1].TryGetProperty("Result", out _));
        Assert.Equal("Completed", brief[2].GetProperty("OrchestrationStatus").GetString());
        Assert.Equal("Hello Ada", full[1].GetProperty("Result").GetString());
        Assert.Equal("Hello Ada!", full[2].GetProperty("Result").GetString());
        Assert.All(full, e => Assert.False(e.TryGetProperty("Input", out _)));
        Assert.All(full, e => Assert.False(e.TryGetProperty("EventId", out _)));
    }

    [Fact]
    public async Task A_history_shows_sub_orchestrations_open_calls_events_and_failures()
    {
        await _host.RunAsync("Parent", "kid", "p1");
        await _host.RunAsync("Fail", "x", "f1");
        await _host.BeginAsync("Wait", id: "w1");
        await _host.Client.RaiseEventAsync("w1", "other", "payload");
        await _host.Client.SuspendInstanceAsync("w1", "lunch");
        await _host.UntilStatusAsync("w1", OrchestrationRuntimeStatus.Suspended);

        JsonElement[] parent = History(await _host.GetAsync("instances/p1?showHistory=true&showHistoryOutput=true"));
        JsonElement[] failed = History(await _host.GetAsync("instances/f1?showHistory=true"));
        Reply waiting = await _host.GetAsync("instances/w1?showHistory=true");

        Assert.Equal(["ExecutionStarted", "SubOrchestrationInstanceCompleted", "ExecutionCompleted"], parent.Select(e => e.GetProperty("EventType").GetString()));
        Assert.Equal("Echo", parent[1].GetProperty("FunctionName").GetString());
        Assert.Equal("kid", parent[1].GetProperty("Result").GetString());
        JsonElement end = failed[^1];
        Assert.Equal("Failed", end.GetProperty("OrchestrationStatus").GetString());
        Assert.Equal("System.InvalidOperationException", end.GetProperty("FailureDetails").GetProperty("ErrorType").GetString());
        Assert.Equal("Suspended", waiting.Json.GetProperty("runtimeStatus").GetString());
        Assert.Contains(History(waiting), e => e.GetProperty("EventType").GetString() == "EventRaised" && e.GetProperty("Name").GetString() == "other");
        Assert.Contains(History(waiting), e => e.GetProperty("EventType").GetString() == "ExecutionSuspended" && e.GetProperty("Reason").GetString() == "lunch");
    }

    [Fact]
    public async Task An_unknown_instance_is_404_with_its_name()
    {
        Reply reply = await _host.GetAsync("instances/nobody");

        Assert.Equal(404, reply.Status);
        Assert.Contains("'nobody'", reply.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("50%2F50%")]
    [InlineData("naïve ü?#&")]
    public async Task An_instance_is_found_by_its_encoded_id_whatever_it_holds(string id)
    {
        await _host.RunAsync("Echo", "x", id);

        Reply reply = await _host.GetAsync($"instances/{Uri.EscapeDataString(id)}");

        Assert.Equal(200, reply.Status);
        Assert.Equal(id, reply.Json.GetProperty("instanceId").GetString());
    }

    [Theory]
    [InlineData("instances/x?showInput=maybe", "'showInput' is 'maybe', which is not true or false")]
    [InlineData("instances/x?showHistory=1", "'showHistory' is '1'")]
    [InlineData("instances/x?showHistoryOutput=yes", "'showHistoryOutput'")]
    [InlineData("instances/x?returnInternalServerErrorOnFailure=oui", "'returnInternalServerErrorOnFailure'")]
    [InlineData("instances/@counter@a", "reserved for entities")]
    [InlineData("instances/x?taskHub=Other", "its only one is 'TestHub'")]
    public async Task A_bad_status_request_is_400_and_says_what_is_wrong(string path, string message)
    {
        Reply reply = await _host.GetAsync(path);

        Assert.Equal(400, reply.Status);
        Assert.Contains(message, reply.Message, StringComparison.Ordinal);
    }

    static JsonElement[] History(Reply reply) => [.. reply.Json.GetProperty("historyEvents").EnumerateArray()];

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
    private static partial Regex WholeSeconds();
}
