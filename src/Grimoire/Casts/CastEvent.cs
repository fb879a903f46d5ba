using System.Text.Json.Nodes;

namespace Grimoire.Casts;

/// <summary>One line of a cast's journal.</summary>
/// <param name="Id">Follows from what happened, not from when it was written: an event that is written twice is read once.</param>
public sealed record CastEvent(string Id, string Type, DateTimeOffset At)
{
    public string? Step { get; init; }

    public int? Item { get; init; }

    public int? Attempt { get; init; }

    public JsonObject? Data { get; init; }
}
