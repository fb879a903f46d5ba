using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Spells;

namespace Grimoire.Cooks;

/// <summary>Reads what a cook is asked for with, strictly: all errors at once, each with a JSON pointer, and nothing that is written is ignored.</summary>
public static class CookReader
{
    const decimal MostUsd = 1_000_000;

    public static CookReading Read(string text, int maxBytes, PieceLimits? limits = null)
    {
        var findings = new List<Finding>();
        var document = DocumentText.Parse(text, DocumentFormat.Json, maxBytes, findings);
        return findings.Count > 0 && document is not JsonObject ? new CookReading(null, findings) : Read(document, limits ?? PieceLimits.Default, findings);
    }

    /// <param name="document">The cook keeps its pieces; it must not be changed any more.</param>
    /// <param name="limits">Null: the default ones.</param>
    public static CookReading Read(JsonNode? document, PieceLimits? limits = null) => Read(document, limits ?? PieceLimits.Default, []);

    /// <summary>The same from the parameters of a URL, for pieces that come as a table: the spell is a slug, and there are no pieces in it.</summary>
    /// <param name="parameters">Nothing but what a cook has. One that is empty counts as left out.</param>
    public static CookReading ReadParameters(IEnumerable<KeyValuePair<string, string>> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var findings = new List<Finding>();
        var fields = new JsonObject();
        foreach (var (name, text) in parameters)
        {
            JsonValue? value = text.Length == 0 ? null : name is "spell" or "name" || Number(text) is not { } number ? JsonValue.Create(text) : number;
            if (!fields.TryAdd(name, value))
            {
                findings.Add(new Finding(JsonPointer.Append("", name), "field.duplicate", $"'{name}' is there more than once."));
            }
        }

        var reader = new ObjectReader(fields, "", "a cook whose pieces come as a table", findings);
        var cook = new CookDocument { Slug = SlugOf(reader), Version = Version(reader), Settings = Settings(reader) };
        reader.End();
        return new CookReading(findings.Count == 0 ? cook : null, findings);
    }

    static CookReading Read(JsonNode? document, PieceLimits limits, List<Finding> findings)
    {
        if (ObjectReader.Of(document, "", "a cook", findings) is not { } reader)
        {
            return new CookReading(null, findings);
        }

        var isInline = document!["spell"] is JsonObject;
        var cook = new CookDocument
        {
            Slug = isInline ? null : SlugOf(reader),
            Spell = isInline ? SpellOf(reader) : null,
            Version = Version(reader),
            Settings = Settings(reader),
            Pieces = Pieces(reader, limits),
            Generate = reader.Take("generate") is { } generate ? PieceGenerator.Read(generate, reader.At("generate"), limits, findings) : null,
            Notify = reader.Take("notify"),
        };
        if (isInline && reader.Has("version"))
        {
            reader.Error("version", "field.conflict", "'version' is for spells that are saved; this one came with the request.");
        }

        if (!reader.Has("pieces") && !reader.Has("generate"))
        {
            reader.Error("pieces", "field.missing", "Either 'pieces', the inputs of each piece, or 'generate', which says how to make them, is wanted.");
        }
        else if (reader.Has("pieces") && reader.Has("generate"))
        {
            reader.Error("generate", "field.conflict", "A cook has either 'pieces' or 'generate', not both.");
        }

        reader.End();
        return new CookReading(findings.Count == 0 ? cook : null, findings);
    }

    static string? SlugOf(ObjectReader reader)
    {
        if (reader.Take("spell") is { } value && value.GetValueKind() != JsonValueKind.String)
        {
            reader.Error("spell", "field.type", $"'spell' is {ObjectReader.Noun(value)}; the slug of a saved spell or a spell itself is wanted.");
            return null;
        }

        return reader.Identifier("spell", SpellLimits.Default.IdLength, Names.Slug(), "the slug of a saved spell is wanted: " + Names.SlugInWords);
    }

    static Spell? SpellOf(ObjectReader reader)
    {
        var document = reader.Object("spell")!;
        var bytes = Encoding.UTF8.GetByteCount(document.ToJsonString(DomainJson.Options));
        if (bytes > SpellLimits.Default.DocumentBytes)
        {
            reader.Error("spell", "document.tooLarge", $"The spell has {bytes} bytes; {SpellLimits.Default.DocumentBytes} are allowed.");
            return null;
        }

        document = document.DeepClone().AsObject();
        document["slug"] ??= "inline";
        var reading = SpellDocument.Read(document);
        foreach (var error in reading.Errors)
        {
            reader.Findings.Add(error with { Pointer = reader.At("spell") + error.Pointer });
        }

        return reading.Spell;
    }

    static int? Version(ObjectReader reader) => reader.Whole("version", 1, 999_999);

    static CookSettings Settings(ObjectReader reader) => new()
    {
        Name = reader.Text("name", SpellLimits.Default.NameLength),
        Concurrency = reader.Whole("concurrency", 1, CookSettings.MaxConcurrency) ?? CookSettings.DefaultConcurrency,
        Tolerated = reader.Number("tolerated", 0, 100) ?? 0,
        BudgetUsd = Money(reader, "budgetUsd"),
        PieceBudgetUsd = Money(reader, "pieceBudgetUsd"),
    };

    static decimal? Money(ObjectReader reader, string name)
    {
        var amount = reader.Number(name, 0, MostUsd);
        if (amount == 0)
        {
            reader.Error(name, "field.range", $"'{name}' is 0, with which nothing could be cast; leave it out for no limit.");
        }

        return amount;
    }

    static List<JsonObject>? Pieces(ObjectReader reader, PieceLimits limits)
    {
        if (reader.Array("pieces", limits.Pieces) is not { } items)
        {
            return null;
        }

        if (items.Count == 0)
        {
            reader.Error("pieces", "field.value", "'pieces' is empty; a cook needs at least one piece.");
        }

        var pieces = new List<JsonObject>(items.Count);
        var wrong = new PieceFindings(limits.Findings);
        for (var index = 0; index < items.Count; index++)
        {
            if (items[index] is JsonObject inputs)
            {
                pieces.Add(inputs);
            }
            else
            {
                wrong.Add(JsonPointer.Append(reader.At("pieces"), index), "field.type", $"A piece is {ObjectReader.Noun(items[index])} here; an object of inputs is wanted.");
            }
        }

        foreach (var finding in wrong.Told())
        {
            reader.Findings.Add(finding);
        }

        return pieces;
    }

    static JsonValue? Number(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? value : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
