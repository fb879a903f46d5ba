using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Casts;

namespace Grimoire.Notifications;

/// <summary>What is sent about one event of a cast to one subscription.</summary>
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
        var whole = Bytes(told, cast, links, isCut: false);
        return whole.Length <= MaxBytes ? whole : Bytes(told with { Data = Short(told.Data) }, cast with { Goal = null }, links, isCut: true);
    }

    static byte[] Bytes(CastEvent told, CastView cast, IReadOnlyDictionary<string, string> links, bool isCut) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            told.Type,
            Timestamp = told.At,
            Data = new
            {
                CastId = cast.Id,
                cast.Spell,
                cast.SpellVersion,
                cast.Account,
                cast.Goal,
                cast.Status,
                cast.CostUsd,
                Event = told,
                EventIsCut = isCut ? true : (bool?)null,
                links,
            },
        },
        DomainJson.Options);

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
