using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Notifications;
using Grimoire.Spells;
using Grimoire.Tools;
using Grimoire.Webhooks;

namespace Grimoire.Tests.Notifications;

/// <summary>What is sent about an event.</summary>
public sealed class NotificationMessageTests
{
    const string Cast = "main-0000000000000000001";

    static readonly DateTimeOffset At = new(2030, 1, 31, 12, 0, 0, TimeSpan.Zero);

    static readonly CastView View = CastView.Of(
        new CastManifest
        {
            CastId = Cast,
            Account = "main",
            Spell = new Spell { Slug = "cover", Steps = [] },
            SpellVersion = 3,
            Tools = new Dictionary<string, ToolDefinition>(),
            Inputs = new JsonObject { ["card"] = "4111 1111" },
            CreatedAt = At,
        },
        [CastEvents.Started(At, 0), CastEvents.Ended(CastEvents.CastCompleted, At, 0)]);

    [Fact]
    public void It_says_what_happened_in_which_cast_and_where_to_read_more()
    {
        var body = Read(CastEvents.Ended(CastEvents.CastCompleted, At, 0));

        Assert.Equal(("cast.completed", "2030-01-31T12:00:00+00:00"), ((string?)body["type"], (string?)body["timestamp"]));
        Assert.Equal(
            (Cast, "cover", 3, "main", "completed", "cast.ended", "https://grimoire.example/api/casts"),
            ((string?)body["data"]!["castId"], (string?)body["data"]!["spell"], (int?)body["data"]!["spellVersion"], (string?)body["data"]!["account"],
                (string?)body["data"]!["status"], (string?)body["data"]!["event"]!["id"], (string?)body["data"]!["links"]!["cast"]));
        Assert.DoesNotContain("4111", body.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_never_too_large_for_a_receiver_and_says_when_it_is_cut()
    {
        var failure = new Failure { Code = "http.status", Message = new string('ü', 30_000), Phase = Phase.Execute };

        var bytes = NotificationMessage.BodyOf(CastEvents.Ended(CastEvents.CastFailed, At, 1.5m, failure), View, Links);

        var data = JsonNode.Parse(bytes)!["data"]!;
        Assert.InRange(bytes.Length, 1, NotificationMessage.MaxBytes);
        Assert.True((bool)data["eventIsCut"]!);
        Assert.Equal(("http.status", 1.5m), ((string?)data["event"]!["data"]!["failure"]!["code"], (decimal?)data["event"]!["data"]!["costUsd"]));
    }

    [Fact]
    [Trait("Row", "UX08")]
    public void Its_id_is_always_the_same_and_another_for_each_event_cast_and_subscription()
    {
        string[] ids = [.. from cast in (string[])[Cast, Cast + "2"] from e in (string[])["cast.ended", "step.ended:a.b,c"] from index in Enumerable.Range(0, 12) select NotificationMessage.IdOf(cast, e, index)];

        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal(ids[0], NotificationMessage.IdOf(Cast, "cast.ended", 0));
        Assert.All(ids, id => Assert.True(StandardWebhooks.IsId(id)));
    }

    static readonly Dictionary<string, string> Links = new() { ["cast"] = "https://grimoire.example/api/casts" };

    static JsonNode Read(CastEvent told) => JsonNode.Parse(NotificationMessage.BodyOf(told, View, Links))!;
}
