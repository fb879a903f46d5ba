using System.Text;
using Microsoft.DurableTask.Client;

namespace Embedded.Functions.Tests.DurableHttp;

public sealed class InstanceCommandTests : IAsyncLifetime
{
    DurableHttpHost _host = null!;

    public async Task InitializeAsync() => _host = await DurableHttpHost.StartAsync(SampleTasks.Add);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task An_event_reaches_the_orchestration()
    {
        await _host.BeginAsync("Wait", id: "w");

        Reply reply = await _host.PostAsync("instances/w/raiseEvent/go", "\"now\"");

        Assert.Equal((202, string.Empty), (reply.Status, reply.Body));
        Assert.Equal("now", (await _host.EndOfAsync("w")).ReadOutputAs<string>());
    }

    [Theory]
    [InlineData("{\"big\":12345678901234567890.5,\"list\":[1,null]}")]
    [InlineData("null")]
    [InlineData("[1,2]")]
    public async Task An_events_payload_arrives_as_it_was_sent(string payload)
    {
        await _host.BeginAsync("WaitAny", id: "w");

        await _host.PostAsync("instances/w/RAISEEVENT/go", payload);

        Assert.Equal(payload, (await _host.EndOfAsync("w")).SerializedOutput);
    }

    [Theory]
    [InlineData("not json", "application/json", "Invalid JSON content")]
    [InlineData("", "application/json", "the body is empty")]
    [InlineData("{\"a\":1", "application/json; charset=utf-8", "Invalid JSON content")]
    [InlineData("1", "text/plain", "Only application/json request content is supported")]
    [InlineData("1", "", "Only application/json request content is supported")]
    [InlineData("1", "application/json; charset=klingon", "charset 'klingon'")]
    public async Task An_event_with_a_bad_body_is_400_and_is_not_raised(string body, string contentType, string message)
    {
        await _host.BeginAsync("Wait", id: "w");

        Reply reply = await _host.SendAsync(HttpMethod.Post, "instances/w/raiseEvent/go", body, contentType);

        Assert.Equal(400, reply.Status);
        Assert.Contains(message, reply.Message, StringComparison.Ordinal);
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await _host.Client.GetInstanceAsync("w"))!.RuntimeStatus);
    }

    [Fact]
    public async Task A_body_that_is_not_valid_UTF8_is_400()
    {
        await _host.BeginAsync("Wait", id: "w");
        using var content = new ByteArrayContent([0x22, 0xFF, 0xFE, 0x22]);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");

        using HttpResponseMessage response = await _host.Http.PostAsync("/runtime/webhooks/durabletask/instances/w/raiseEvent/go", content);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains("not valid utf-8", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_in_another_encoding_is_read_by_its_charset()
    {
        await _host.BeginAsync("Wait", id: "w");
        using var content = new ByteArrayContent(Encoding.Unicode.GetBytes("\"für\""));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json; charset=utf-16");

        using HttpResponseMessage response = await _host.Http.PostAsync("/runtime/webhooks/durabletask/instances/w/raiseEvent/go", content);

        Assert.Equal(202, (int)response.StatusCode);
        Assert.Equal("für", (await _host.EndOfAsync("w")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_termination_ends_the_instance_with_the_reason_as_its_output()
    {
        await _host.BeginAsync("Wait", id: "w");

        Reply reply = await _host.PostAsync("instances/w/terminate?reason=too%20%22late%22");

        Assert.Equal((202, string.Empty), (reply.Status, reply.Body));
        OrchestrationMetadata end = await _host.EndOfAsync("w");
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, end.RuntimeStatus);
        Assert.Equal("too \"late\"", end.ReadOutputAs<string>());
        Assert.Equal("too \"late\"", (await _host.GetAsync("instances/w")).Json.GetProperty("output").GetString());
    }

    [Fact]
    public async Task A_suspended_instance_waits_until_it_is_resumed()
    {
        await _host.BeginAsync("Wait", id: "w");

        Reply suspended = await _host.PostAsync("instances/w/suspend?reason=lunch");
        await _host.UntilStatusAsync("w", OrchestrationRuntimeStatus.Suspended);
        await _host.PostAsync("instances/w/raiseEvent/go", "\"now\"");
        Reply shown = await _host.GetAsync("instances/w");
        Reply resumed = await _host.PostAsync("instances/w/resume");

        Assert.Equal(202, suspended.Status);
        Assert.Equal((202, "Suspended"), (shown.Status, shown.Json.GetProperty("runtimeStatus").GetString()));
        Assert.Equal(202, resumed.Status);
        Assert.Equal("now", (await _host.EndOfAsync("w")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_failed_instance_is_rewound_and_any_other_is_412()
    {
        await _host.RunAsync("FailOnce", "x", "f");
        await _host.RunAsync("Echo", "x", "done");

        Reply reply = await _host.PostAsync("instances/f/rewind?reason=fixed");
        OrchestrationMetadata end = await _host.EndOfAsync("f");
        Reply done = await _host.PostAsync("instances/done/rewind");

        Assert.Equal((202, string.Empty), (reply.Status, reply.Body));
        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        Assert.Equal(412, done.Status);
        Assert.Contains("only a failed one can be rewound", done.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("terminate")]
    [InlineData("suspend")]
    [InlineData("resume")]
    [InlineData("raiseEvent/go")]
    public async Task An_instance_that_has_ended_is_410(string operation)
    {
        await _host.RunAsync("Echo", "x", "done");

        Reply reply = await _host.PostAsync($"instances/done/{operation}", "1");

        Assert.Equal(410, reply.Status);
        Assert.Contains("has ended (Completed)", reply.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("terminate")]
    [InlineData("suspend")]
    [InlineData("resume")]
    [InlineData("rewind")]
    [InlineData("raiseEvent/go")]
    public async Task An_instance_that_is_unknown_is_404(string operation)
    {
        Reply reply = await _host.PostAsync($"instances/nobody/{operation}", "1");

        Assert.Equal(404, reply.Status);
        Assert.Contains("'nobody'", reply.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT", "instances", 405, "GET, DELETE")]
    [InlineData("POST", "instances", 405, "GET, DELETE")]
    [InlineData("POST", "instances/x", 405, "GET, DELETE")]
    [InlineData("GET", "instances/x/terminate", 405, "POST")]
    [InlineData("DELETE", "instances/x/raiseEvent/go", 405, "POST")]
    [InlineData("GET", "orchestrators/Echo", 405, "POST")]
    [InlineData("PATCH", "entities/counter/a", 405, "GET, POST, DELETE")]
    [InlineData("POST", "entities", 405, "GET")]
    [InlineData("GET", "", 404, null)]
    [InlineData("GET", "instance/x", 404, null)]
    [InlineData("POST", "instances/x/explode", 404, null)]
    [InlineData("POST", "instances/x/raiseEvent", 404, null)]
    [InlineData("POST", "instances/x/raiseEvent/go/on", 404, null)]
    [InlineData("POST", "orchestrators", 404, null)]
    [InlineData("GET", "entities/a/b/c", 404, null)]
    public async Task A_path_or_method_that_there_is_not_is_4xx_and_says_what_there_is(string method, string path, int status, string? allow)
    {
        Reply reply = await _host.SendAsync(new HttpMethod(method), path);

        Assert.Equal(status, reply.Status);
        Assert.Equal(allow, reply.ContentHeaders.Allow.Count == 0 ? null : string.Join(", ", reply.ContentHeaders.Allow));
        Assert.NotEmpty(reply.Message);
    }
}
