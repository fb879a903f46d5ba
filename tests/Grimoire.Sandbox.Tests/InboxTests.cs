using System.Net;
using Grimoire.Sandbox.Tests.Support;
using Grimoire.Tests.Shared;

namespace Grimoire.Sandbox.Tests;

public sealed class InboxTests(SandboxFixture fixture) : SandboxTests(fixture)
{
    readonly string _test = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task An_inbox_keeps_what_it_is_sent_to_the_letter()
    {
        using HttpResponseMessage first = await SendAsync(HttpMethod.Post, $"inbox/{_test}?a=1", "{ \"spaced\":  true }", ("Webhook-Id", "msg_1"));
        using HttpResponseMessage second = await Http.PostAsync($"inbox/{_test}", new ByteArrayContent([0xFF, 0x00]));

        SandboxInbox inbox = await Sandbox.Jobs.InboxAsync(_test);

        Assert.Equal("""{"received":1}""", await first.Content.ReadAsStringAsync());
        Assert.Equal(2, inbox.Count);
        SandboxMessage message = inbox.Messages[0];
        Assert.Equal((1, "?a=1", "{ \"spaced\":  true }", null), (message.Order, message.Query, message.Body, message.Base64));
        Assert.Equal("msg_1", message.Headers["webhook-id"]);
        Assert.Equal((null, "/wA="), (inbox.Messages[1].Body, inbox.Messages[1].Base64));
    }

    [Fact]
    public async Task It_can_be_made_to_fail_as_often_as_is_wanted()
    {
        await Sandbox.SetFaultAsync(new SandboxFault("503", $"/inbox/{_test}") { Times = 2 });

        HttpStatusCode[] answers = [await SendAsync(), await SendAsync(), await SendAsync()];

        Assert.Equal([HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK], answers);
        Assert.Equal(1, (await Sandbox.Jobs.InboxAsync(_test)).Count);
        Assert.Equal(3, (await Sandbox.CallsAsync($"/inbox/{_test}")).Count);
    }

    [Fact]
    public async Task The_last_messages_are_listed_all_are_counted_and_it_can_be_emptied()
    {
        for (int i = 0; i < 3; i++)
        {
            await SendAsync();
        }

        SandboxInbox inbox = await Sandbox.Jobs.InboxAsync(_test, take: 1);
        Assert.Equal((3, 3), (inbox.Count, Assert.Single(inbox.Messages).Order));
        await Sandbox.Jobs.EmptyInboxAsync(_test);
        Assert.Equal(0, (await Sandbox.Jobs.InboxAsync(_test)).Count);
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_refused()
    {
        using HttpResponseMessage response = await Http.PostAsync($"inbox/{_test}", new ByteArrayContent(new byte[1024 * 1024 + 1]));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    async Task<HttpStatusCode> SendAsync()
    {
        using HttpResponseMessage response = await Http.PostAsync(Sandbox.Jobs.InboxUrl(_test), Body("{}"));
        return response.StatusCode;
    }
}
