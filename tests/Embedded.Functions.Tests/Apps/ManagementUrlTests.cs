using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Embedded.Functions.Tests.Support;

namespace Embedded.Functions.Tests.Apps;

/// <summary>What the URLs in the answer to a start do.</summary>
[Trait("Row", "AZ07")]
public sealed class ManagementUrlTests(PatternsApp patterns) : IClassFixture<PatternsApp>
{
    readonly AppProcess _app = patterns.Process;

    [Fact]
    public async Task Terminated_ends_with_the_reason_as_its_output()
    {
        StartedInstance approval = await WaitingApprovalAsync();

        await approval.AcceptedAsync(HttpMethod.Post, "terminatePostUri", "no longer needed");

        Assert.Equal("no longer needed", (await approval.EndAsync("Terminated")).GetProperty("output").GetString());
    }

    [Fact]
    public async Task Suspended_takes_no_answer_until_it_is_resumed()
    {
        StartedInstance approval = await WaitingApprovalAsync();
        await approval.AcceptedAsync(HttpMethod.Post, "suspendPostUri", "lunch");
        await approval.SeeStatusAsync("Suspended");

        await approval.RaiseEventAsync("ApprovalAnswer", "true");

        // Whatever was sent before this second suspension had its turn is taken in when the status has moved on.
        await approval.AcceptedAsync(HttpMethod.Post, "suspendPostUri", "still lunch");
        Assert.Equal("waiting", (await approval.SeeStatusAsync("Suspended")).GetProperty("customStatus").GetString());
        await approval.AcceptedAsync(HttpMethod.Post, "resumePostUri", "back");
        Assert.Equal("Plan is approved", (await approval.EndAsync()).GetProperty("output").GetString());
    }

    [Fact]
    public async Task Purged_is_gone_but_only_when_it_has_ended()
    {
        StartedInstance approval = await WaitingApprovalAsync();
        using HttpResponseMessage tooEarly = await _app.ExpectAsync(
            HttpStatusCode.PreconditionFailed, approval.CallAsync(HttpMethod.Delete, "purgeHistoryDeleteUri"));
        await approval.RaiseEventAsync("ApprovalAnswer", "false");
        await approval.EndAsync();

        using HttpResponseMessage purged = await _app.ExpectAsync(HttpStatusCode.OK, approval.CallAsync(HttpMethod.Delete, "purgeHistoryDeleteUri"));

        Assert.Equal("""{"instancesDeleted":1}""", await purged.Content.ReadAsStringAsync());
        using HttpResponseMessage gone = await _app.ExpectAsync(HttpStatusCode.NotFound, approval.CallAsync(HttpMethod.Get, "statusQueryGetUri"));
        using HttpResponseMessage goneToo = await _app.ExpectAsync(
            HttpStatusCode.NotFound, approval.CallAsync(HttpMethod.Delete, "purgeHistoryDeleteUri"));
    }

    [Fact]
    public async Task A_status_that_will_change_says_where_and_when_to_look_again()
    {
        StartedInstance approval = await WaitingApprovalAsync();

        using HttpResponseMessage status = await _app.ExpectAsync(HttpStatusCode.Accepted, approval.CallAsync(HttpMethod.Get, "statusQueryGetUri"));

        Assert.Equal(approval.Payload["statusQueryGetUri"], status.Headers.Location?.OriginalString);
        Assert.NotNull(status.Headers.RetryAfter);
        Assert.Equal("Running", (await status.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("runtimeStatus").GetString());
    }

    [Theory]
    [InlineData("GET", "statusQueryGetUri")]
    [InlineData("DELETE", "purgeHistoryDeleteUri")]
    [InlineData("POST", "sendEventPostUri")]
    [InlineData("POST", "terminatePostUri")]
    [InlineData("POST", "suspendPostUri")]
    [InlineData("POST", "resumePostUri")]
    public async Task Without_the_key_in_them_they_do_nothing(string method, string name)
    {
        StartedInstance approval = await WaitingApprovalAsync();
        foreach (string key in new[] { string.Empty, patterns.App.Keys.Function, "wrong" })
        {
            string url = approval.Payload[name].Replace(patterns.App.Keys.Durable, key, StringComparison.Ordinal);
            using var request = new HttpRequestMessage(new HttpMethod(method), url);

            using HttpResponseMessage refused = await _app.ExpectAsync(HttpStatusCode.Unauthorized, _app.Http.SendAsync(request));
        }

        Assert.Equal("Running", (await approval.StatusAsync()).GetProperty("runtimeStatus").GetString());
    }

    async Task<StartedInstance> WaitingApprovalAsync()
    {
        StartedInstance approval = await StartedInstance.OfAsync(
            _app, _app.Http.PostAsJsonAsync("api/approvals", new { document = "Plan", seconds = 3600 }));
        await approval.SeeAsync(status => status.GetProperty("customStatus").ToString() == "waiting");
        return approval;
    }
}
