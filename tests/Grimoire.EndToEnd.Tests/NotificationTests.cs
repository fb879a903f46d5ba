using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Embedded.Functions.Tests.Support;
using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Tests.Shared;

namespace Grimoire.EndToEnd.Tests;

/// <summary>The app with a sandbox whose inboxes are told of casts; messages are tried again after half a second, three times.</summary>
public sealed class TellingApp : IAsyncLifetime
{
    SandboxProcess? _sandbox;
    CastingApp? _app;

    internal CastingApp App => _app ?? throw new InvalidOperationException("It is not started yet.");

    public async Task InitializeAsync()
    {
        _sandbox = await SandboxProcess.StartAsync();
        _app = CastingApp.Of(_sandbox);
        _app.Settings["Notifications__Pauses"] = "PT0.5S,PT0.5S,PT0.5S";
        _app.Settings["Webhooks__BaseUrl"] = "https://grimoire.example";
        await _app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await App.DisposeAsync();
        await App.Sandbox.DisposeAsync();
    }
}

/// <summary>Others are told how casts go on, each message until it has arrived or is given up.</summary>
public sealed class NotificationTests(TellingApp shared) : IClassFixture<TellingApp>
{
    const string Hello = """[{ "id": "hello", "tool": "text.template", "with": { "template": "hello" } }]""";

    readonly CastingApp _app = shared.App;

    /// <summary>Of this test alone.</summary>
    readonly string _inbox = $"inbox-{Guid.NewGuid():N}";
    readonly string _account = Guid.NewGuid().ToString("N")[..12];

    SandboxJobs Receiver => _app.Sandbox.Jobs;

    [Fact]
    [Trait("Row", "UX08")]
    public async Task The_end_of_a_cast_is_told_and_signed_so_that_anybody_can_verify_it()
    {
        var secret = await SaveAsync();

        var cast = await CastAsync(Hello);

        var message = Assert.Single(await MessagesAsync(1));
        Assert.True(IsGenuine(message, secret));
        Assert.False(IsGenuine(message, "whsec_" + Convert.ToBase64String(new byte[32])));
        var body = JsonNode.Parse(message.Body!)!;
        Assert.Equal(
            ("cast.completed", cast, "completed", $"https://grimoire.example/api/casts/{cast}"),
            ((string?)body["type"], (string?)body["data"]!["castId"], (string?)body["data"]!["status"], (string?)body["data"]!["links"]!["cast"]));
        var sent = await SeeEventAsync(cast, "notification.sent");
        Assert.Equal((message.Headers["webhook-id"], 200), ((string?)sent["data"]!["messageId"], (int?)sent["data"]!["status"]));
        Assert.Equal("completed", (await _app.LookAsync(cast)).Status());
    }

    [Fact]
    public async Task A_message_that_fails_is_sent_again_until_it_arrives_also_after_the_end_of_the_cast()
    {
        await _app.Sandbox.SetFaultAsync(new SandboxFault("503", $"/inbox/{_inbox}") { Times = 2 });

        var cast = await CastAsync(Hello, Notify());

        await MessagesAsync(1);
        var sent = await SeeEventAsync(cast, "notification.sent");
        Assert.Equal(3, (int)sent["data"]!["tries"]!);
        Assert.Equal([503, 503, 200], (await _app.Sandbox.CallsAsync($"/inbox/{_inbox}")).Calls.Select(call => call.Status ?? 0));
    }

    [Fact]
    public async Task A_message_that_never_arrives_is_given_up_with_an_event()
    {
        await _app.Sandbox.SetFaultAsync(new SandboxFault("500", $"/inbox/{_inbox}") { Times = 100 });

        var cast = await CastAsync(Hello, Notify());

        var failed = await SeeEventAsync(cast, "notification.failed");
        Assert.Equal((500, 4, "cast.completed"), ((int)failed["data"]!["status"]!, (int)failed["data"]!["tries"]!, (string?)failed["data"]!["event"]));
        Assert.Equal(4, (await _app.Sandbox.CallsAsync($"/inbox/{_inbox}")).Count);
        Assert.Equal("completed", (await _app.LookAsync(cast)).Status());
    }

    [Fact]
    [Trait("Row", "UX08")]
    public async Task While_a_secret_is_changed_messages_are_signed_by_both()
    {
        var old = await SaveAsync();
        var rotated = await PostAsync($"api/notifications/shop/rotate?account={_account}");

        await CastAsync(Hello);

        var message = Assert.Single(await MessagesAsync(1));
        Assert.True(IsGenuine(message, old));
        Assert.True(IsGenuine(message, (string)rotated["secret"]!));
        Assert.NotNull(rotated["oldSecretsSignUntil"]);
    }

    [Fact]
    public async Task A_cast_that_runs_tells_of_its_steps_signed_by_the_secret_of_the_account()
    {
        var secret = (string)(await PostAsync($"api/notifications/default/rotate?account={_account}"))["secret"]!;

        var cast = await CastAsync("""[{ "id": "sleep", "tool": "wait", "with": { "for": "P1D" } }]""", Notify("""["step.started", "cast.*"]"""));

        var early = await MessagesAsync(3);
        Assert.Equal(["cast.created", "cast.started", "step.started"], early.Select(message => (string?)JsonNode.Parse(message.Body!)!["type"]));
        Assert.All(early, message => Assert.True(IsGenuine(message, secret)));
        Assert.Equal("running", (await _app.LookAsync(cast)).Status());
        using var cancelled = await _app.PostAsync($"api/casts/{cast}/cancel");
        Assert.Equal("cast.cancelled", (string?)JsonNode.Parse((await MessagesAsync(4))[3].Body!)!["type"]);
        Assert.Equal(cast, (string?)Assert.Single((await _app.GetAsync($"api/casts?account={_account}&children=true"))["casts"]!.AsArray())!["id"]);
    }

    [Fact]
    [Trait("Row", "SP30")]
    public async Task The_end_of_a_cast_that_somebody_has_to_end_by_hand_is_told_too()
    {
        var cast = await CastAsync("""[{ "id": "sleep", "tool": "wait", "with": { "for": "P1D" } }]""", Notify());
        await _app.SeeAsync(cast, running => running.Status() == "running");

        using var ended = await _app.Process.ExpectAsync(HttpStatusCode.Accepted, _app.PostAsync($"api/casts/{cast}/recover", """{ "action": "fail", "reason": "stuck" }"""));

        Assert.Equal("cast.failed", (string?)JsonNode.Parse(Assert.Single(await MessagesAsync(1)).Body!)!["type"]);
    }

    [Fact]
    public async Task A_redrive_tells_whom_the_first_cast_has_told()
    {
        var first = await CastAsync("""[{ "id": "parse", "tool": "json.parse", "with": { "text": "{ no json" } }]""", Notify());
        await MessagesAsync(1);
        await Eventually.SeeAsync(() => _app.LookAsync(first), cast => (string?)cast["runtimeStatus"] == "Failed", _app.Process);

        var second = await _app.StartCastAsync($"api/casts/{first}/redrive", "{}");

        var messages = await MessagesAsync(2);
        Assert.Equal([("cast.failed", first), ("cast.failed", second)], messages.Select(message => JsonNode.Parse(message.Body!)!).Select(body => ((string?)body["type"], (string?)body["data"]!["castId"])));
        Assert.Equal(2, messages.Select(message => message.Headers["webhook-id"]).Distinct().Count());
    }

    [Fact]
    public async Task A_run_tells_as_every_cast_does()
    {
        var run = await _app.StartCastAsync(
            "api/runs", $$"""{ "plan": { "goal": "Say hello", "steps": [{ "name": "hello", "tool": "text.template", "inputs": { "template": "hello" } }] } {{Notify()}} }""");

        var body = JsonNode.Parse((await MessagesAsync(1))[0].Body!)!;
        Assert.Equal(("cast.completed", run), ((string?)body["type"], (string?)body["data"]!["castId"]));
    }

    [Fact]
    public async Task A_receiver_that_is_down_holds_up_no_other_and_a_deleted_cast_tells_nobody()
    {
        await _app.Sandbox.SetFaultAsync(new SandboxFault("hang", $"/inbox/{_inbox}-down") { Times = 100 });
        var down = Receiver.InboxUrl($"{_inbox}-down");

        var cast = await CastAsync(Hello, $$""", "notify": [{ "url": "{{down}}" }, { "url": "{{Receiver.InboxUrl(_inbox)}}" }]""");

        await MessagesAsync(1);
        await Eventually.SeeAsync(() => _app.InstanceAsync($"{cast}~notify-0"), instance => (string?)instance["runtimeStatus"] == "Running", _app.Process);
        await _app.EndAsync(cast);
        using var deleted = await _app.Process.ExpectAsync(HttpStatusCode.NoContent, _app.Process.Http.DeleteAsync($"api/casts/{cast}"));
        using var gone = await _app.Process.Http.GetAsync($"runtime/webhooks/durabletask/instances/{cast}~notify-0");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Subscriptions_are_saved_shown_and_removed_and_their_secret_is_shown_once()
    {
        var path = $"api/notifications/shop?account={_account}";
        var secret = await SaveAsync();

        var shown = await _app.GetAsync(path);
        var listed = await _app.GetAsync($"api/notifications?account={_account}");
        using var again = await PutAsync(HttpStatusCode.OK, $$"""{ "url": "{{Receiver.InboxUrl(_inbox)}}", "events": ["step.failed"] }""");
        using var removed = await _app.Process.ExpectAsync(HttpStatusCode.NoContent, _app.Process.Http.DeleteAsync(path));
        using var missing = await _app.Process.Http.GetAsync(path);

        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.DoesNotContain("whsec_", shown.ToJsonString() + listed + await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(("shop", 1), ((string?)shown["name"], listed["notifications"]!.AsArray().Count));
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Theory]
    [InlineData("""{ "url": "https://example.org", "events": ["cast.complete"] }""", "/events/0")]
    [InlineData("""{ "secret": "whsec_c2hvcnQ=" }""", "/url", "/secret")]
    [InlineData("[]", "")]
    public async Task A_wrong_subscription_is_refused_where_it_is_wrong(string body, params string[] places)
    {
        using var refused = await PutAsync(HttpStatusCode.UnprocessableEntity, body);

        var problem = JsonNode.Parse(await refused.Content.ReadAsStringAsync())!;
        Assert.Equal("notification.invalid", (string?)problem["code"]);
        Assert.Equal(places, problem["errors"]!.AsArray().Select(error => (string)error!["pointer"]!).Order(StringComparer.Ordinal).Reverse());
    }

    [Theory]
    [InlineData("api/casts", """{ "spell": { "steps": [] }, "notify": [{ "url": "https://example.org" }, { "url": "nowhere" }] }""", "/notify/1/url")]
    [InlineData("api/spells/any/casts", """{ "notify": { "url": "https://example.org", "events": ["step"] } }""", "/notify/events/0")]
    [InlineData("api/runs", """{ "plan": { "steps": [{ "name": "a", "tool": "wait" }] }, "notify": { "url": "nowhere" } }""", "/notify/url")]
    public async Task A_wrong_subscription_starts_no_cast(string path, string body, string place)
    {
        using var refused = await _app.Process.ExpectAsync(HttpStatusCode.BadRequest, _app.PostAsync(path, body));

        var problem = JsonNode.Parse(await refused.Content.ReadAsStringAsync())!;
        Assert.Equal(("request.invalid", place), ((string?)problem["code"], (string?)Assert.Single(problem["errors"]!.AsArray())!["pointer"]));
    }

    [Fact]
    [Trait("Row", "KZ03")]
    [Trait("Row", "KZ04")]
    public async Task Killed_between_two_tries_the_app_sends_the_message_when_it_is_back()
    {
        await using var app = CastingApp.Of(_app.Sandbox);
        app.Settings["Notifications__Pauses"] = "PT3S,PT3S,PT3S";
        await app.StartAsync();
        await _app.Sandbox.SetFaultAsync(new SandboxFault("503", $"/inbox/{_inbox}"));
        var cast = await app.StartCastAsync("api/casts", $$"""{ "spell": { "steps": {{Hello}} } {{Notify()}} }""");
        await Eventually.SeeAsync(async () => (await _app.Sandbox.CallsAsync($"/inbox/{_inbox}")).Count, count => count == 1, app.Process);
        await app.EndAsync(cast);

        await app.Process.KillAsync();
        await app.StartAsync();

        await MessagesAsync(1);
        var sent = await SeeEventAsync(cast, "notification.sent", app);
        Assert.Equal(2, (int)sent["data"]!["tries"]!);
        Assert.Single((await Receiver.InboxAsync(_inbox)).Messages);
    }

    string Notify(string? events = null) =>
        $$""", "notify": { "url": "{{Receiver.InboxUrl(_inbox)}}" {{(events is null ? "" : $", \"events\": {events}")}} }""";

    Task<string> CastAsync(string steps, string more = "") => _app.StartCastAsync($"api/casts?account={_account}", $$"""{ "spell": { "steps": {{steps}} } {{more}} }""");

    /// <summary>Saves a subscription of the account.</summary>
    /// <returns>Its secret.</returns>
    async Task<string> SaveAsync()
    {
        using var saved = await PutAsync(HttpStatusCode.Created, $$"""{ "url": "{{Receiver.InboxUrl(_inbox)}}" }""");
        return (string)JsonNode.Parse(await saved.Content.ReadAsStringAsync())!["secret"]!;
    }

    Task<HttpResponseMessage> PutAsync(HttpStatusCode status, string body) => _app.Process.ExpectAsync(
        status, _app.Process.Http.PutAsync($"api/notifications/shop?account={_account}", new StringContent(body, Encoding.UTF8, "application/json")));

    async Task<JsonNode> PostAsync(string path)
    {
        using var response = await _app.Process.ExpectAsync(HttpStatusCode.OK, _app.PostAsync(path));
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    async Task<IReadOnlyList<SandboxMessage>> MessagesAsync(int count) =>
        (await Eventually.SeeAsync(() => Receiver.InboxAsync(_inbox), inbox => inbox.Count >= count, _app.Process)).Messages;

    async Task<JsonNode> SeeEventAsync(string cast, string type, CastingApp? app = null) => (await Eventually.SeeAsync(
        () => (app ?? _app).EventsAsync(cast), events => events.Any(e => (string?)e["type"] == type), (app ?? _app).Process)).First(e => (string?)e["type"] == type);

    /// <summary>As a receiver verifies it that knows nothing of Grimoire but the specification.</summary>
    static bool IsGenuine(SandboxMessage message, string secret)
    {
        var signed = Encoding.UTF8.GetBytes($"{message.Headers["webhook-id"]}.{message.Headers["webhook-timestamp"]}.{message.Body}");
        var right = "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed));
        return message.Headers["webhook-signature"].Split(' ').Contains(right);
    }
}
