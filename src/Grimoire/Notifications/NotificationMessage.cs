using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Cooks;

namespace Grimoire.Notifications;

/// <summary>What is sent about one event of a cast, or of a cook, to one subscription.</summary>
public static class NotificationMessage
{
    /// <summary>More than that many receivers do not take.</summary>
    public const int MaxBytes = 20_000;

    const int IdBytes = 16;

    /// <summary>The same however often it is sent, and another one for each subscription of the cast.</summary>
    /// <param name="castId">Whose event it is.</param>
    /// <param name="eventId">Which.</param>
    /// <param name="subscription">Which of the cast's, from 0.</param>
    public static string IdOf(string castId, string eventId, int subscription)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{castId}\n{subscription}\n{eventId}");
        return "msg_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, IdBytes));
    }

    /// <param name="told">What happened.</param>
    /// <param name="cast">As it was just then.</param>
    /// <param name="links">Where more can be had.</param>
    public static byte[] BodyOf(CastEvent told, CastView cast, IReadOnlyDictionary<string, string> links)
    {
        ArgumentNullException.ThrowIfNull(told);
        ArgumentNullException.ThrowIfNull(cast);
        return Fitting(told, (e, isCut) => new
        {
            CastId = cast.Id,
            cast.Spell,
            cast.SpellVersion,
            cast.Account,
            Goal = isCut ? null : cast.Goal,
            cast.Status,
            cast.CostUsd,
            Event = e,
            EventIsCut = isCut ? true : (bool?)null,
            links,
        });
    }

    /// <param name="told">What happened.</param>
    /// <param name="cook">As it was just then.</param>
    /// <param name="links">Where more can be had.</param>
    public static byte[] BodyOf(CastEvent told, CookView cook, IReadOnlyDictionary<string, string> links)
    {
        ArgumentNullException.ThrowIfNull(told);
        ArgumentNullException.ThrowIfNull(cook);
        return Fitting(told, (e, isCut) => new
        {
            CookId = cook.Id,
            cook.Settings.Name,
            cook.Spell,
            cook.SpellVersion,
            cook.Account,
            cook.Status,
            cook.Generation,
            cook.Progress.CostUsd,
            cook.Progress,
            Event = e,
            EventIsCut = isCut ? true : (bool?)null,
            links,
        });
    }

    static byte[] Fitting(CastEvent told, Func<CastEvent, bool, object> data)
    {
        var whole = Bytes(told, data(told, false));
        return whole.Length <= MaxBytes ? whole : Bytes(told, data(told with { Data = Short(told.Data) }, true));
    }

    static byte[] Bytes(CastEvent told, object data) => JsonSerializer.SerializeToUtf8Bytes(new { told.Type, Timestamp = told.At, data }, DomainJson.Options);

    /// <summary>The short values of an event, and the code of a failure: the rest can be read where the links lead.</summary>
    static JsonObject? Short(JsonObject? data)
    {
        const int longest = 200;
        const int most = 20;
        if (data is null)
        {
            return null;
        }

        var kept = new JsonObject(data
            .Where(field => field.Value is JsonValue value && value.ToJsonString().Length <= longest)
            .Take(most)
            .Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));
        if (data["failure"]?["code"] is JsonValue code)
        {
            kept["failure"] = new JsonObject { ["code"] = code.DeepClone() };
        }

        return kept;
    }
}
