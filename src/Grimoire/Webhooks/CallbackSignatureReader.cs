using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Grimoire.Documents;
using Grimoire.Spells;

namespace Grimoire.Webhooks;

/// <summary>Reads "signature" of a tool's callback.</summary>
static partial class CallbackSignatureReader
{
    /// <summary>What has to stand, as true, beside the kind none: nobody writes it by accident.</summary>
    public const string OptIn = "allowForgedCallbacks";

    const int MaxSecrets = 8;
    const int MaxSecret = 2000;

    static readonly TimeSpan LongestTolerance = TimeSpan.FromDays(1);

    /// <summary>What is wrong goes to the findings of <paramref name="callback"/>; what is left out comes to <see cref="CallbackSignature.UrlOnly"/>.</summary>
    public static CallbackSignature Read(ObjectReader callback, SpellLimits limits)
    {
        if (callback.Take("signature") is not { } value || ObjectReader.Of(value, callback.At("signature"), What(value), callback.Findings) is not { } reader)
        {
            return CallbackSignature.UrlOnly;
        }

        if (!reader.Has("kind"))
        {
            reader.Missing("kind");
            return CallbackSignature.UrlOnly;
        }

        if (Kind(reader) is not { } kind)
        {
            return CallbackSignature.UrlOnly;
        }

        var signature = new CallbackSignature { Kind = kind };
        if (signature.SignsMessages())
        {
            signature = signature with
            {
                Secrets = Secrets(reader),
                Tolerance = reader.Duration("tolerance", LongestTolerance) ?? signature.Tolerance,
                Hmac = kind == SignatureKind.Hmac ? Hmac(reader, limits) : null,
            };
        }

        // "tolerance" without a time that is signed would promise what nobody checks.
        if (signature.Hmac is { Template.HasTimestamp: false } && reader.Has("tolerance"))
        {
            reader.Error("tolerance", "field.conflict", "'tolerance' means nothing where 'payload' has no ${timestamp}.");
        }

        if (kind == SignatureKind.None && reader.Flag(OptIn) != true)
        {
            reader.Error(OptIn, "signature.none",
                $"With the kind 'none' whoever finds the address of a callback can answer in the provider's place; '{OptIn}': true says that this is wanted.");
        }

        reader.End();
        return signature;
    }

    static string What(JsonNode value) => value is JsonObject fields && fields["kind"] is JsonValue kind && kind.GetValueKind() == JsonValueKind.String
        ? $"a signature of the kind {ObjectReader.Shown(kind.GetValue<string>())}"
        : "'signature'";

    /// <summary>Null if it is none: which fields would be right is not known then.</summary>
    static SignatureKind? Kind(ObjectReader reader)
    {
        var before = reader.Findings.Count;
        var kind = reader.Choice<SignatureKind>("kind");
        return reader.Findings.Count == before ? kind : null;
    }

    static IReadOnlyList<string> Secrets(ObjectReader reader)
    {
        if (!reader.Has("secrets"))
        {
            reader.Missing("secrets");
        }

        var secrets = reader.Texts("secrets", MaxSecrets, MaxSecret);
        if (reader.Take("secrets") is JsonArray { Count: 0 })
        {
            reader.Error("secrets", "field.value", "'secrets' has to be a list with at least one secret, such as ${secret:NAME}.");
        }

        return secrets;
    }

    static HmacHeader Hmac(ObjectReader reader, SpellLimits limits)
    {
        var payload = Payload(reader, limits);
        var prefix = reader.Text("prefix", limits.IdLength);
        if (prefix?.Contains(',', StringComparison.Ordinal) == true)
        {
            reader.Error("prefix", "field.value", "'prefix' has a comma; commas are what separates signatures.");
        }

        var hmac = new HmacHeader
        {
            Header = reader.Identifier("header", limits.NameLength, Token(), TokenInWords) ?? "",
            Algorithm = reader.Choice<HmacAlgorithm>("algorithm"),
            Encoding = reader.Choice<SignatureEncoding>("encoding"),
            Prefix = prefix ?? "",
            Payload = payload,
            TimestampHeader = Name(reader, "timestampHeader", limits),
            TimestampKey = Name(reader, "timestampKey", limits),
            SignatureKey = Name(reader, "signatureKey", limits),
            TimestampUnit = reader.Choice<TimestampUnit>("timestampUnit"),
            IdHeader = Name(reader, "idHeader", limits),
        };
        Agree(reader, hmac);
        return hmac;
    }

    static string Payload(ObjectReader reader, SpellLimits limits)
    {
        var whole = new HmacHeader { Header = "" }.Payload;
        if (reader.Text("payload", limits.NameLength) is not { } payload)
        {
            return whole;
        }

        if (PayloadTemplate.Parse(payload, out var problem) is not null)
        {
            return payload;
        }

        reader.Error("payload", "signature.payload", $"'payload' {problem}.");
        return whole;
    }

    static string? Name(ObjectReader reader, string name, SpellLimits limits) =>
        reader.Has(name) ? reader.Identifier(name, limits.NameLength, Token(), TokenInWords) : reader.Text(name, limits.NameLength);

    /// <summary>What is signed has to be found somewhere, and what is found has to be signed: else it could be changed by anybody.</summary>
    static void Agree(ObjectReader reader, HmacHeader hmac)
    {
        var payload = hmac.Template;
        if (payload.HasTimestamp && !reader.Has("timestampHeader") && !reader.Has("timestampKey"))
        {
            reader.Error("timestampHeader", "field.missing", "'payload' has ${timestamp}; 'timestampHeader' or 'timestampKey' has to say where it is.");
        }

        if (payload.HasId && !reader.Has("idHeader"))
        {
            reader.Error("idHeader", "field.missing", "'payload' has ${id}; 'idHeader' has to say where it is.");
        }

        Unsigned("idHeader", payload.HasId, "${id}");
        Unsigned("timestampHeader", payload.HasTimestamp, "${timestamp}");
        Unsigned("timestampKey", payload.HasTimestamp, "${timestamp}");
        Unsigned("timestampUnit", payload.HasTimestamp, "${timestamp}");
        Conflict("timestampKey", "timestampHeader", "the time is in one place");
        Conflict("prefix", "signatureKey", "a part with a key has no prefix");
        if (reader.Has("timestampKey") && !reader.Has("signatureKey"))
        {
            reader.Error("signatureKey", "field.missing", "A header with 'timestampKey' has keyed parts; 'signatureKey' has to say which of them are signatures.");
        }

        void Unsigned(string name, bool signed, string variable)
        {
            if (!signed && reader.Has(name))
            {
                reader.Error(name, "signature.unsigned", $"'{name}' means nothing where 'payload' has no {variable}: what is not signed could be changed by anybody.");
            }
        }

        void Conflict(string name, string other, string why)
        {
            if (reader.Has(name) && reader.Has(other))
            {
                reader.Error(name, "field.conflict", $"'{name}' and '{other}' cannot both be given: {why}.");
            }
        }
    }

    const string TokenInWords = "letters, digits and hyphens are wanted, as in the name of a header";

    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+.^_`|~-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
