using Grimoire.Casts;
using Grimoire.Cooks;

namespace Grimoire.Notifications;

/// <summary>Somebody who is to be told how casts, and cooks, go on.</summary>
/// <param name="Url">Where messages are sent.</param>
/// <param name="Events">Types of events, or groups of them such as "step.*".</param>
public sealed record Subscription(string Url, IReadOnlyList<string> Events)
{
    /// <summary>How a cast ends.</summary>
    public static IReadOnlyList<string> DefaultEvents { get; } = [CastEvents.CastCompleted, CastEvents.CastFailed, CastEvents.CastCancelled];

    /// <summary>How a cook ends.</summary>
    public static IReadOnlyList<string> DefaultCookEvents { get; } = [CookEvents.Completed, CookEvents.Failed, CookEvents.Cancelled];

    /// <summary>What a cook tells of itself. Its pieces are casts, and tell of themselves.</summary>
    static readonly string[] OfCooks = [.. CookEvents.Types.Where(type => type.StartsWith("cook.", StringComparison.Ordinal))];
    static readonly string[] OfCasts = [.. CastEvents.Types.Where(type => !IsSilent(type))];

    /// <summary>The types that can be subscribed to: all that tell how a cast or a cook goes on, and none that tells of notifications.</summary>
    public static IReadOnlyList<string> KnownEvents { get; } = [.. OfCasts, .. OfCooks];

    public string? Name { get; init; }

    /// <summary>It is saved with the account and has secrets of its own; else it came with the request for one cast.</summary>
    public bool IsOfAccount { get; init; }

    public bool Wants(string type) => !IsSilent(type) && Events.Any(pattern => Matches(pattern, type));

    /// <summary>It wants to know more than how the cast ends, and so has to be told while the cast runs.</summary>
    public bool WantsCourse() => OfCasts.Any(type => !CastEvents.IsEnd(type) && Wants(type));

    public bool WantsCasts() => OfCasts.Any(Wants);

    public bool WantsCooks() => OfCooks.Any(Wants);

    /// <summary>The same of cooks.</summary>
    public bool WantsCookCourse() => OfCooks.Any(type => !CookEvents.IsEnd(type) && Wants(type));

    /// <summary>Nobody is told of messages by messages, nor, long after its end, of what became of a cast.</summary>
    static bool IsSilent(string type) => CastEvents.IsOfNotification(type) || CastEvents.IsOfAfterwards(type);

    internal static bool Matches(string pattern, string type) =>
        pattern.EndsWith(".*", StringComparison.Ordinal) ? type.StartsWith(pattern[..^1], StringComparison.Ordinal) : pattern == type;
}
