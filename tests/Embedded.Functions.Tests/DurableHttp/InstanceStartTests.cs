using System.Text.Json;
using Embedded.Functions.DurableHttp;
using Microsoft.DurableTask.Client;

namespace Embedded.Functions.Tests.DurableHttp;

public sealed class InstanceStartTests : IAsyncLifetime
{
    static readonly string Query = $"taskHub=TestHub&connection=Storage&code={Uri.EscapeDataString(DurableHttpHost.Key)}";

    DurableHttpHost _host = null!;

    public async Task InitializeAsync() => _host = await DurableHttpHost.StartAsync(SampleTasks.Add, new DurableHttpSettings
    {
        HubName = "TestHub",
        SystemKey = DurableHttpHost.Key,
        Orchestrators = ["Echo", "Wait", "Fail", "WhichVersion"],
    });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_start_is_202_with_the_URLs_to_manage_the_instance_by()
    {
        Reply reply = await _host.PostAsync("orchestrators/Wait/my%20id", "\"in\"");

        string instance = $"{_host.Http.BaseAddress}runtime/webhooks/durabletask/instances/my%20id";
        Assert.Equal(202, reply.Status);
        Assert.Equal($"{instance}?{Query}", reply.Headers.GetValues("Location").Single());
        Assert.Equal(TimeSpan.FromSeconds(10), reply.Headers.RetryAfter!.Delta);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["id"] = "my id",
                ["statusQueryGetUri"] = $"{instance}?{Query}",
                ["sendEventPostUri"] = $"{instance}/raiseEvent/{{eventName}}?{Query}",
                ["terminatePostUri"] = $"{instance}/terminate?reason={{text}}&{Query}",
                ["rewindPostUri"] = $"{instance}/rewind?reason={{text}}&{Query}",
                ["purgeHistoryDeleteUri"] = $"{instance}?{Query}",
                ["restartPostUri"] = $"{instance}/restart?{Query}",
                ["suspendPostUri"] = $"{instance}/suspend?reason={{text}}&{Query}",
                ["resumePostUri"] = $"{instance}/resume?reason={{text}}&{Query}",
            },
            JsonSerializer.Deserialize<Dictionary<string, string>>(reply.Body));
    }

    [Fact]
    public async Task The_URLs_of_a_start_work()
    {
        Reply started = await _host.PostAsync("orchestrators/Wait");
        string Url(string name) => started.Json.GetProperty(name).GetString()!;

        using HttpResponseMessage status = await _host.Http.GetAsync(new Uri(Url("statusQueryGetUri")));
        using HttpResponseMessage raised = await _host.Http.PostAsync(
            new Uri(Url("sendEventPostUri").Replace("{eventName}", "go", StringComparison.Ordinal)), new StringContent("\"1\"", null, "application/json"));
        await _host.EndOfAsync(started.Json.GetProperty("id").GetString()!);
        using HttpResponseMessage purged = await _host.Http.DeleteAsync(new Uri(Url("purgeHistoryDeleteUri")));

        Assert.Equal((202, 202, 200), ((int)status.StatusCode, (int)raised.StatusCode, (int)purged.StatusCode));
    }

    [Fact]
    public async Task A_forged_forwarded_header_has_no_say_in_the_URLs()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/runtime/webhooks/durabletask/orchestrators/Echo");
        request.Headers.Add("X-Forwarded-Host", "evil.example");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("Forwarded", "host=evil.example;proto=https");

        using HttpResponseMessage response = await _host.Http.SendAsync(request);

        Assert.Equal(202, (int)response.StatusCode);
        Assert.Equal(_host.Http.BaseAddress!.Authority, response.Headers.Location!.Authority);
        Assert.DoesNotContain("evil", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_input_is_optional_and_names_have_no_case()
    {
        Reply without = await _host.PostAsync("orchestrators/echo?timeout=30");
        Reply with = await _host.SendAsync(HttpMethod.Post, "orchestrators/ECHO?timeout=30", "\"x\"", "text/plain");

        Assert.Equal((200, "null"), (without.Status, without.Body));
        Assert.Equal((200, "\"x\""), (with.Status, with.Body));
    }

    [Fact]
    public async Task A_start_that_waits_answers_with_the_output_or_with_how_it_failed_or_with_the_URLs()
    {
        Reply completed = await _host.PostAsync("orchestrators/Echo?timeout=30&pollingInterval=1", "\"x\"");
        Reply failed = await _host.PostAsync("orchestrators/Fail?timeout=30&pollingInterval=0.5", "\"x\"");
        Reply strict = await _host.PostAsync("orchestrators/Fail?timeout=30&returnInternalServerErrorOnFailure=true", "\"x\"");
        Reply late = await _host.PostAsync("orchestrators/Wait?timeout=0.05");

        Assert.Equal((200, "\"x\""), (completed.Status, completed.Body));
        Assert.Equal((200, "Failed"), (failed.Status, failed.Json.GetProperty("runtimeStatus").GetString()));
        Assert.Equal(500, strict.Status);
        Assert.Equal(202, late.Status);
        Assert.True(late.Json.TryGetProperty("statusQueryGetUri", out _));
    }

    [Fact]
    public async Task A_start_takes_a_version()
    {
        Reply reply = await _host.PostAsync("orchestrators/WhichVersion?timeout=30&version=2.1");

        Assert.Equal((200, "\"2.1\""), (reply.Status, reply.Body));
    }

    [Fact]
    public async Task An_id_that_is_in_use_is_409_until_its_instance_has_ended()
    {
        await _host.PostAsync("orchestrators/Wait/w");

        Reply conflict = await _host.PostAsync("orchestrators/Echo/w", "\"x\"");
        await _host.Client.TerminateInstanceAsync("w", "enough");
        await _host.EndOfAsync("w");
        Reply free = await _host.PostAsync("orchestrators/Echo/w?timeout=30", "\"x\"");

        Assert.Equal(409, conflict.Status);
        Assert.Contains("'w' already exists", conflict.Message, StringComparison.Ordinal);
        Assert.Equal(200, free.Status);
    }

    [Fact]
    public async Task An_unknown_orchestrator_is_400_with_the_known_ones()
    {
        Reply reply = await _host.PostAsync("orchestrators/Nothing");

        Assert.Equal(400, reply.Status);
        Assert.Equal(
            "The function 'Nothing' doesn't exist, is disabled, or is not an orchestrator function. "
            + "The following are the known orchestrator functions: 'Echo', 'Fail', 'Wait', 'WhichVersion'.",
            reply.Message);
    }

    [Theory]
    [InlineData("orchestrators/Echo/%40x", "must not start with @")]
    [InlineData("orchestrators/Echo/a%2Fb", "must not contain /, \\, #, ?, or control characters")]
    [InlineData("orchestrators/Echo/a%5Cb", "must not contain")]
    [InlineData("orchestrators/Echo/a%3Fb", "must not contain")]
    [InlineData("orchestrators/Echo/a%23b", "must not contain")]
    [InlineData("orchestrators/Echo/a%0Ab", "must not contain")]
    [InlineData("orchestrators/Echo?timeout=soon", "'timeout' is 'soon', which is not a number of seconds")]
    [InlineData("orchestrators/Echo?timeout=-1", "'timeout'")]
    [InlineData("orchestrators/Echo?timeout=1e300", "'timeout'")]
    [InlineData("orchestrators/Echo?timeout=99999999", "'timeout'")]
    [InlineData("orchestrators/Echo?timeout=1&pollingInterval=2", "'pollingInterval' must not be longer than 'timeout'")]
    public async Task A_bad_start_is_400_and_starts_nothing(string path, string message)
    {
        Reply reply = await _host.PostAsync(path, "\"x\"");

        Assert.Equal(400, reply.Status);
        Assert.Contains(message, reply.Message, StringComparison.Ordinal);
        Assert.Equal("[]", (await _host.GetAsync("instances")).Body);
    }

    [Fact]
    public async Task An_id_may_have_256_characters_and_no_more()
    {
        Reply fits = await _host.PostAsync($"orchestrators/Echo/{new string('a', 256)}?timeout=30", "\"x\"");
        Reply tooLong = await _host.PostAsync($"orchestrators/Echo/{new string('a', 257)}", "\"x\"");

        Assert.Equal(200, fits.Status);
        Assert.Equal(400, tooLong.Status);
        Assert.Contains("must not exceed 256 characters", tooLong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{'single':1}")]
    [InlineData("oops")]
    [InlineData("1 2")]
    public async Task An_input_that_is_not_JSON_is_400(string body)
    {
        Reply reply = await _host.PostAsync("orchestrators/Echo", body);

        Assert.Equal(400, reply.Status);
        Assert.StartsWith("Invalid JSON content", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_runs_the_same_input_under_a_new_id_or_the_old_one()
    {
        await _host.RunAsync("Echo", "again", "e");

        Reply renewed = await _host.PostAsync("instances/e/restart");
        Reply same = await _host.PostAsync("instances/e/restart?restartWithNewInstanceId=false");
        Reply waited = await _host.PostAsync("instances/e/restart?timeout=30");

        Assert.Equal((202, 202, 200), (renewed.Status, same.Status, waited.Status));
        string id = renewed.Json.GetProperty("id").GetString()!;
        Assert.NotEqual("e", id);
        Assert.Equal("again", (await _host.EndOfAsync(id)).ReadOutputAs<string>());
        Assert.Equal("e", same.Json.GetProperty("id").GetString());
        Assert.Equal("\"again\"", waited.Body);
    }

    [Fact]
    public async Task A_restart_of_an_unknown_instance_is_400_and_of_a_running_one_under_its_own_id_409()
    {
        await _host.BeginAsync("Wait", id: "w");

        Reply unknown = await _host.PostAsync("instances/nobody/restart");
        Reply running = await _host.PostAsync("instances/w/restart?restartWithNewInstanceId=false");
        Reply bad = await _host.PostAsync("instances/w/restart?restartWithNewInstanceId=no");

        Assert.Equal(400, unknown.Status);
        Assert.Contains("InstanceId does not match a valid orchestration instance", unknown.Message, StringComparison.Ordinal);
        Assert.Equal(409, running.Status);
        Assert.Contains("already exists", running.Message, StringComparison.Ordinal);
        Assert.Equal(400, bad.Status);
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await _host.Client.GetInstanceAsync("w"))!.RuntimeStatus);
    }
}
