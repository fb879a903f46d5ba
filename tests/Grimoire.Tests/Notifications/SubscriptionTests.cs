using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Documents;
using Grimoire.Notifications;

namespace Grimoire.Tests.Notifications;

/// <summary>Who is told of what, and what a subscription may be.</summary>
public sealed class SubscriptionTests
{
    [Fact]
    public void Every_type_of_events_is_known()
    {
        var declared = typeof(CastEvents).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);

        Assert.Equal(declared.Order(StringComparer.Ordinal), CastEvents.Types.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("cast.completed", "cast.completed", true)]
    [InlineData("cast.*", "cast.completed", true)]
    [InlineData("cast.*", "step.completed", false)]
    [InlineData("step.failed", "step.completed", false)]
    [InlineData("cast.complete", "cast.completed", false)]
    public void A_type_or_a_group_of_types_is_wanted(string pattern, string type, bool wanted) =>
        Assert.Equal(wanted, new Subscription("https://example.org", [pattern]).Wants(type));

    [Theory]
    [InlineData(CastEvents.NotificationSent)]
    [InlineData(CastEvents.NotificationFailed)]
    public void Nobody_is_told_of_notifications(string type)
    {
        Assert.False(new Subscription("https://example.org", ["notification.*", type]).Wants(type));
        Assert.DoesNotContain(type, Subscription.KnownEvents);
    }

    [Theory]
    [InlineData(false, "cast.completed", "cast.failed", "cast.cancelled")]
    [InlineData(true, "cast.*")]
    [InlineData(true, "cast.completed", "approval.requested")]
    public void Who_wants_only_the_end_need_not_be_told_before(bool wantsCourse, params string[] events) =>
        Assert.Equal(wantsCourse, new Subscription("https://example.org", events).WantsCourse());

    [Theory]
    [InlineData(false, true, false, "cook.completed")]
    [InlineData(false, true, true, "cook.*")]
    [InlineData(true, false, false, "cast.failed")]
    [InlineData(true, true, true, "cook.paused", "cast.failed")]
    public void Cooks_and_casts_are_told_of_to_those_who_want_that(bool casts, bool cooks, bool cookCourse, params string[] events)
    {
        var subscription = new Subscription("https://example.org", events);

        Assert.Equal((casts, cooks, cookCourse, false), (subscription.WantsCasts(), subscription.WantsCooks(), subscription.WantsCookCourse(), subscription.WantsCourse()));
        Assert.DoesNotContain(Subscription.KnownEvents, type => type.StartsWith("piece.", StringComparison.Ordinal));
    }

    [Fact]
    public void With_a_cook_and_without_events_it_is_the_end_of_the_cook()
    {
        var read = SubscriptionReader.ReadSome(JsonNode.Parse("""{ "url": "https://example.org/hooks" }"""), "/notify", new List<Finding>(), Subscription.DefaultCookEvents);

        Assert.Equal(["cook.completed", "cook.failed", "cook.cancelled"], Assert.Single(read).Events);
    }

    [Fact]
    public void Without_events_it_is_the_end_of_the_cast()
    {
        var read = Read("""{ "url": "https://example.org/hooks" }""");

        Assert.Equal(["cast.completed", "cast.failed", "cast.cancelled"], Assert.Single(read).Events);
    }

    [Fact]
    public void One_or_several_can_be_given()
    {
        var read = Read("""[{ "url": "https://a.example", "name": "first" }, { "url": "http://b.example:8080/x?y=z", "events": ["step.*", "step.*"] }]""");

        Assert.Equal([("https://a.example", "first", 3), ("http://b.example:8080/x?y=z", null, 1)], read.Select(one => (one.Url, one.Name, one.Events.Count)));
    }

    [Theory]
    [InlineData("""{ }""", "/notify/url", "field.missing")]
    [InlineData("""{ "url": 7 }""", "/notify/url", "field.type")]
    [InlineData("""{ "url": "ftp://example.org" }""", "/notify/url", "field.value")]
    [InlineData("""{ "url": "/hooks" }""", "/notify/url", "field.value")]
    [InlineData("""{ "url": "https://me:pw@example.org" }""", "/notify/url", "field.value")]
    [InlineData("""{ "url": "https://example.org#x" }""", "/notify/url", "field.value")]
    [InlineData("""{ "url": "https://example.org", "events": [] }""", "/notify/events", "field.value")]
    [InlineData("""{ "url": "https://example.org", "events": "cast.*" }""", "/notify/events", "field.type")]
    [InlineData("""{ "url": "https://example.org", "events": ["cast.*", "cast.complete"] }""", "/notify/events/1", "field.value")]
    [InlineData("""{ "url": "https://example.org", "events": ["notification.*"] }""", "/notify/events/0", "field.value")]
    [InlineData("""{ "url": "https://example.org", "events": ["*"] }""", "/notify/events/0", "field.value")]
    [InlineData("""{ "url": "https://example.org", "secret": "whsec_x" }""", "/notify/secret", "field.unknown")]
    [InlineData("""[{ "url": "https://example.org" }, { "uri": "https://example.org" }]""", "/notify/1/url", "field.missing")]
    [InlineData("\"https://example.org\"", "/notify", "field.type")]
    public void What_is_wrong_is_told_where_it_is(string json, string place, string code)
    {
        var findings = new List<Finding>();

        var read = SubscriptionReader.ReadSome(JsonNode.Parse(json), "/notify", findings);

        Assert.Empty(read);
        Assert.Contains(findings, finding => finding.Pointer == place && finding.Code == code);
    }

    [Fact]
    public void A_misspelt_event_is_told_with_the_one_that_was_meant()
    {
        var findings = new List<Finding>();

        SubscriptionReader.ReadSome(JsonNode.Parse("""{ "url": "https://example.org", "events": ["cast.complete"] }"""), "/notify", findings);

        Assert.Contains("cast.completed", Assert.Single(findings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_ten_are_refused()
    {
        var findings = new List<Finding>();

        SubscriptionReader.ReadSome(new JsonArray([.. Enumerable.Range(0, 11).Select(_ => JsonNode.Parse("""{ "url": "https://example.org" }"""))]), "/notify", findings);

        Assert.Equal("field.tooMany", Assert.Single(findings).Code);
    }

    [Theory]
    [InlineData("hunter-two")]
    [InlineData("whsec_c2hvcnQ=")]
    [InlineData("whsec_no base64")]
    public void A_secret_that_protects_nothing_is_refused(string secret)
    {
        var findings = new List<Finding>();

        SubscriptionReader.ReadOwn(new JsonObject { ["url"] = "https://example.org", ["secret"] = secret }, findings);

        var finding = Assert.Single(findings);
        Assert.Equal("/secret", finding.Pointer);
        Assert.DoesNotContain(secret, finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_read_from_a_manifest_as_it_was_written()
    {
        var written = new Subscription("https://example.org", ["step.*"]) { Name = "shop", IsOfAccount = true };

        var read = JsonSerializer.Deserialize<Subscription>(JsonSerializer.Serialize(written, DomainJson.Options), DomainJson.Options)!;

        Assert.Equal((written.Url, written.Name, true, "step.*"), (read.Url, read.Name, read.IsOfAccount, Assert.Single(read.Events)));
    }

    static IReadOnlyList<Subscription> Read(string json)
    {
        var findings = new List<Finding>();
        var read = SubscriptionReader.ReadSome(JsonNode.Parse(json), "/notify", findings);
        Assert.Empty(findings);
        return read;
    }
}
