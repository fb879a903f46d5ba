using System.Net;
using System.Text.Json;
using Embedded.Functions.DurableHttp;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Embedded.Functions.Tests.DurableHttp;

public sealed class CheckStatusResponseTests : IAsyncLifetime
{
    const string Api = "https://app.example:8443/runtime/webhooks/durabletask";
    const string Status = $"{Api}/instances/my%20id?code=a%2Bb%3D";

    readonly FakeRequest _request = new("https://app.example:8443/api/start?x=1");
    DurableHttpHost _host = null!;
    FunctionsDurableTaskClient _client = null!;

    public async Task InitializeAsync()
    {
        _host = await DurableHttpHost.StartAsync(SampleTasks.Add);
        _client = ClientOver(_host.Client);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_check_status_response_has_the_URLs_on_the_requests_host_with_the_escaped_key()
    {
        HttpResponseData response = await _client.CreateCheckStatusResponseAsync(_request, "my id");
        HttpResponseData same = _client.CreateCheckStatusResponse(_request, "my id");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(Status, response.Headers.GetValues("Location").Single());
        Assert.Equal("application/json", response.Headers.GetValues("Content-Type").Single());
        JsonElement json = Read(response);
        Assert.Equal("my id", json.GetProperty("Id").GetString());
        Assert.Equal(Status, json.GetProperty("StatusQueryGetUri").GetString());
        Assert.Equal(Status, json.GetProperty("PurgeHistoryDeleteUri").GetString());
        Assert.Equal($"{Api}/instances/my%20id/raiseEvent/{{eventName}}?code=a%2Bb%3D", json.GetProperty("SendEventPostUri").GetString());
        Assert.Equal($"{Api}/instances/my%20id/terminate?reason={{text}}&code=a%2Bb%3D", json.GetProperty("TerminatePostUri").GetString());
        Assert.Equal($"{Api}/instances/my%20id/suspend?reason={{text}}&code=a%2Bb%3D", json.GetProperty("SuspendPostUri").GetString());
        Assert.Equal($"{Api}/instances/my%20id/resume?reason={{text}}&code=a%2Bb%3D", json.GetProperty("ResumePostUri").GetString());
        Assert.Equal(json.GetRawText(), Read(same).GetRawText());
    }

    [Fact]
    public async Task Another_status_code_may_be_given()
    {
        Assert.Equal(HttpStatusCode.Created, (await _client.CreateCheckStatusResponseAsync(_request, "i", HttpStatusCode.Created)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, _client.CreateCheckStatusResponse(_request, "i", HttpStatusCode.OK).StatusCode);
    }

    [Fact]
    public void Forwarded_headers_of_the_request_have_no_say()
    {
        _request.Headers.Add("X-Forwarded-Host", "evil.example");
        _request.Headers.Add("X-Forwarded-Proto", "http");
        _request.Headers.Add("Forwarded", "host=evil.example");

        Assert.StartsWith(Api, _client.CreateHttpManagementPayload("i", _request).StatusQueryGetUri, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_request_the_URLs_are_on_the_host_itself()
    {
        HttpManagementPayload payload = _client.CreateHttpManagementPayload("i");

        Assert.Equal("http://self:7071/runtime/webhooks/durabletask/instances/i?code=a%2Bb%3D", payload.StatusQueryGetUri);
    }

    [Fact]
    public void A_client_of_no_host_needs_a_request_and_knows_no_key()
    {
        Assert.Throws<InvalidOperationException>(() => _host.Client.CreateHttpManagementPayload("i"));
        Assert.Throws<ArgumentException>(() => _client.CreateHttpManagementPayload(string.Empty));
        Assert.Equal($"{Api}/instances/i", _host.Client.CreateHttpManagementPayload("i", _request).StatusQueryGetUri);
    }

    [Fact]
    public async Task A_wait_answers_with_the_end_of_the_instance()
    {
        await _host.RunAsync("Echo", "x", "e");
        await _host.RunAsync("Fail", "x", "f");

        HttpResponseData ended = await _client.WaitForCompletionOrCreateCheckStatusResponseAsync(_request, "e", getInputsAndOutputs: true);
        HttpResponseData failed = await _client.WaitForCompletionOrCreateCheckStatusResponseAsync(_request, "f");
        HttpResponseData strict = await _client.WaitForCompletionOrCreateCheckStatusResponseAsync(_request, "f", returnInternalServerErrorOnFailure: true);

        Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
        Assert.Equal(("Completed", "\"x\""), (Read(ended).GetProperty("RuntimeStatus").GetString(), Read(ended).GetProperty("SerializedOutput").GetString()));
        Assert.Equal(HttpStatusCode.OK, failed.StatusCode);
        Assert.Equal(HttpStatusCode.InternalServerError, strict.StatusCode);
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_answers_with_the_URLs()
    {
        await _host.BeginAsync("Wait", id: "w");
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));

        HttpResponseData response = await _client.WaitForCompletionOrCreateCheckStatusResponseAsync(_request, "w", cancellation: patience.Token);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("w", Read(response).GetProperty("Id").GetString());
    }

    [Fact]
    public async Task The_client_of_a_function_does_all_that_a_client_does()
    {
        string id = await _client.ScheduleNewOrchestrationInstanceAsync("Wait");
        await _client.WaitForInstanceStartAsync(id, CancellationToken.None);
        await _client.SuspendInstanceAsync(id, "a");
        await _client.ResumeInstanceAsync(id, "b");
        await _client.RaiseEventAsync(id, "go", "now");
        OrchestrationMetadata end = await _client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, DurableHttpHost.Limit());
        await _host.RunAsync("FailOnce", "x", "f");
        await _client.RewindInstanceAsync("f", "again");
        string again = await _client.RestartAsync(id, restartWithNewInstanceId: true);
        await _client.TerminateInstanceAsync(again, "enough");
        await _client.DisposeAsync();
        await _host.EndOfAsync(again);
        await _host.EndOfAsync("f");

        Assert.Equal("now", end.ReadOutputAs<string>());
        Assert.NotEmpty(await _client.GetOrchestrationHistoryAsync(id));
        Assert.Equal(3, (await _client.ListInstanceIdsAsync()).Values.Count);
        Assert.Equal(3, await _client.GetAllInstancesAsync().CountAsync());
        Assert.NotNull(await _client.GetInstanceAsync(id));
        Assert.Same(_host.Client.Entities, _client.Entities);
        Assert.Equal(1, (await _client.PurgeInstanceAsync(id)).PurgedInstanceCount);
        Assert.Equal(2, (await _client.PurgeAllInstancesAsync(new PurgeInstancesFilter())).PurgedInstanceCount);
    }

    static FunctionsDurableTaskClient ClientOver(DurableTaskClient inner) => new(
        inner,
        new DurableHttpSettings { HubName = "TestHub", SystemKey = "a+b=" }.KeyQuery,
        "http://self:7071/runtime/webhooks/durabletask");

    static JsonElement Read(HttpResponseData response) =>
        JsonSerializer.Deserialize<JsonElement>(((MemoryStream)response.Body).ToArray());
}
