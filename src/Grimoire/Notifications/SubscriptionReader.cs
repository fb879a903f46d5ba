using System.Text.Json.Nodes;
using Grimoire.Documents;

namespace Grimoire.Notifications;

/// <summary>Reads subscriptions, as requests have them. Whatever is wrong is added to the findings.</summary>
public static class SubscriptionReader
{
    /// <summary>In the request for one cast.</summary>
    public const int Most = 10;

    const int MaxUrl = 2048;
    const int MaxName = 64;

    /// <summary>One, or a list of them. Empty if there is none, or something is wrong with one.</summary>
    /// <param name="value">What was written.</param>
    /// <param name="pointer">Where.</param>
    /// <param name="findings">What is wrong, so far.</param>
    public static IReadOnlyList<Subscription> ReadSome(JsonNode? value, string pointer, ICollection<Finding> findings) =>
        ReadSome(value, pointer, findings, Subscription.DefaultEvents);

    /// <summary>The same, with the events that those want who do not say which.</summary>
    public static IReadOnlyList<Subscription> ReadSome(JsonNode? value, string pointer, ICollection<Finding> findings, IReadOnlyList<string> otherwise)
    {
        ArgumentNullException.ThrowIfNull(findings);
        switch (value)
        {
            case null:
                return [];
            case JsonArray { Count: > Most } list:
                findings.Add(new Finding(pointer, "field.tooMany", $"There are {list.Count} subscriptions; {Most} are allowed."));
                return [];
            case JsonArray list:
                var before = findings.Count;
                Subscription?[] read = [.. list.Select((item, index) => Read(item, JsonPointer.Append(pointer, index), findings, otherwise))];
                return findings.Count > before ? [] : [.. read.OfType<Subscription>()];
            default:
                return Read(value, pointer, findings, otherwise) is { } only ? [only] : [];
        }
    }

    /// <summary>That of an account, which is named elsewhere and may bring a secret. Null if something is wrong with it.</summary>
    public static (Subscription? Subscription, string? Secret) ReadOwn(JsonNode? value, ICollection<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        if (ObjectReader.Of(value, "", "a subscription", findings) is not { } reader)
        {
            return (null, null);
        }

        var before = findings.Count;
        var secret = reader.Text("secret", 256);
        if (secret is not null && SigningSecrets.Problem(secret) is { } problem)
        {
            reader.Error("secret", "field.value", problem);
        }

        var subscription = Read(reader, Subscription.DefaultEvents);
        return findings.Count > before ? (null, null) : (subscription with { IsOfAccount = true }, secret);
    }

    static Subscription? Read(JsonNode? value, string pointer, ICollection<Finding> findings, IReadOnlyList<string> otherwise)
    {
        if (ObjectReader.Of(value, pointer, "a subscription", findings) is not { } reader)
        {
            return null;
        }

        var before = findings.Count;
        var name = reader.Text("name", MaxName);
        var subscription = Read(reader, otherwise) with { Name = name };
        return findings.Count > before ? null : subscription;
    }

    static Subscription Read(ObjectReader reader, IReadOnlyList<string> otherwise)
    {
        var url = UrlOf(reader);
        var events = EventsOf(reader, otherwise);
        reader.End();
        return new Subscription(url, events);
    }

    static string UrlOf(ObjectReader reader)
    {
        if (reader.Text("url", MaxUrl) is not { } text)
        {
            if (!reader.Has("url"))
            {
                reader.Missing("url");
            }

            return "";
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0 || url.Fragment.Length > 0)
        {
            reader.Error("url", "field.value", "'url' has to be an address such as https://example.org/hooks, http or https, without a user name and without a fragment.");
        }

        return text;
    }

    static IReadOnlyList<string> EventsOf(ObjectReader reader, IReadOnlyList<string> otherwise)
    {
        if (!reader.Has("events"))
        {
            reader.Take("events");
            return otherwise;
        }

        var before = reader.Findings.Count;
        var events = reader.Texts("events", Subscription.KnownEvents.Count, MaxName);
        if (reader.Findings.Count > before)
        {
            return events;
        }

        if (events.Count == 0)
        {
            reader.Error("events", "field.value", "'events' is empty: leave it out for the end of the cast, or say which events are wanted.");
        }

        foreach (var (index, pattern) in events.Index())
        {
            if (!Subscription.KnownEvents.Any(type => Subscription.Matches(pattern, type)))
            {
                reader.Findings.Add(new Finding(
                    JsonPointer.Append(reader.At("events"), index), "field.value",
                    $"There is no event {ObjectReader.Shown(pattern)}; a type of events is wanted, or a group of them such as step.*.{Suggestion.Question(pattern, Subscription.KnownEvents)}"));
            }
        }

        return [.. events.Distinct()];
    }
}
