using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Grimoire.Documents;
using Grimoire.Spells;

namespace Grimoire.Tests.Spells;

public sealed class MutationTests
{
    const string Valid = """
        {"slug":"album-cover","name":"Album cover","order":"graph","budgetUsd":1.5,"timeout":"PT2H",
         "inputs":{"type":"object","required":["artist"],"properties":{"artist":{"type":"string","pattern":"^.+$"},"hd":{"type":"boolean","default":false}}},
         "steps":[
           {"id":"prompt","tool":"llm.chat","with":{"prompt":"A cover for ${inputs.artist}","temperature":1}},
           {"id":"image","tool":"Picture maker","with":{"prompt":"${steps.prompt.output.text}"},"retry":{"maxAttempts":4,"firstInterval":"PT2S","backoff":2.0,"except":["tool.*"]},"timeout":"PT15M","onTimeout":"fail"},
           {"id":"large","tool":"picture","when":"${inputs.hd}","with":{"prompt":"x"},"catch":[{"errors":["http.*"],"step":"rescue"},{"value":{"images":[]}}]},
           {"id":"mockups","tool":"text.echo","forEach":"${['mug','shirt']}","maxParallel":2,"needs":["large"],"with":{"on":"${item}"}},
           {"id":"rescue","tool":"text.echo","with":{"why":"${error.message}"}}],
         "output":{"cover":"${steps.large.output.images[0].url ?? steps.image.output.images[0].url}"}}
        """;

    static readonly string[] Replacements =
        ["null", "true", "0", "-1", "1e999", "\"\"", "\"x\"", "\"${\"", "\"${steps.image.output}\"", "\"${inputs.a.b[0]}\"", "\"PT1S\"", "\"*\"", "[]", "[[]]", "{}", """{"$ref":"#"}""", "\"rescue\""];

    [Fact]
    public void The_document_that_is_mutated_is_valid() => Assert.Empty(Samples.Errors(Samples.Read(Valid)));

    [Fact]
    [Trait("Row", "UX01")]
    public void However_a_document_is_changed_it_is_valid_or_its_errors_have_places()
    {
        var changes = Gen.Choose(0, int.MaxValue - 1).ListOf(6).Select(numbers => numbers.ToList());

        Prop.ForAll(changes.ToArbitrary(), numbers =>
        {
            var document = JsonNode.Parse(Valid)!;
            for (var change = 0; change + 1 < numbers.Count; change += 2)
            {
                Mutate(document, numbers[change], numbers[change + 1]);
            }

            var text = document.ToJsonString();
            var errors = Samples.Errors(Samples.Read(text));
            return errors.All(error => error.Message.Length > 0 && (error.Pointer.Length == 0
                || JsonPointer.TryFind(document, error.Pointer, out _) || JsonPointer.TryFind(document, JsonPointer.Parent(error.Pointer), out _))).Label(text);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void However_a_text_is_cut_it_is_read_or_refused()
    {
        Prop.ForAll(Gen.Choose(0, Valid.Length - 1).Two().ToArbitrary(), cut =>
        {
            var text = Valid.Remove(cut.Item1, Math.Min(cut.Item2 % 7, Valid.Length - cut.Item1));
            foreach (var format in Enum.GetValues<DocumentFormat>())
            {
                var reading = SpellDocument.Read(text, format);
                if (reading.Spell is null == (reading.Errors.Count == 0))
                {
                    return false;
                }
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{")]
    [InlineData("{\"a\":")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("a: ")]
    [InlineData("a:\n ")]
    [InlineData("&a ")]
    [InlineData("*a ")]
    [InlineData("!a ")]
    [InlineData("%a ")]
    [InlineData("---\n")]
    [InlineData("\"\\u0000\",")]
    [InlineData("'")]
    [InlineData("|\n")]
    [InlineData("#")]
    [InlineData("\0")]
    [InlineData("\ud800")]
    public void A_large_text_of_nothing_but_the_same_is_refused(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 250_000 / Math.Max(3, piece.Length)));

        Assert.NotEmpty(SpellDocument.Read(text, DocumentFormat.Json).Errors);
        Assert.NotEmpty(SpellDocument.Read(text, DocumentFormat.Yaml).Errors);
    }

    static void Mutate(JsonNode document, int where, int how)
    {
        var places = All(document, "").Skip(1).ToList();
        if (places.Count == 0)
        {
            return;
        }

        var place = places[where % places.Count];
        JsonPointer.TryFind(document, JsonPointer.Parent(place), out var parent);
        var last = JsonPointer.Parts(place)[^1];
        var replacement = how % (Replacements.Length + 2) is var kind && kind < Replacements.Length ? JsonNode.Parse(Replacements[kind]) : null;
        if (parent is JsonObject fields)
        {
            fields.Remove(last, out var old);
            if (kind < Replacements.Length)
            {
                fields[last] = replacement;
            }
            else if (kind > Replacements.Length)
            {
                fields[last + "X"] = old;
            }
        }
        else if (parent is JsonArray items)
        {
            var index = int.Parse(last, System.Globalization.CultureInfo.InvariantCulture);
            if (kind < Replacements.Length)
            {
                items[index] = replacement;
            }
            else
            {
                items.Add(items[index]?.DeepClone());
            }
        }
    }

    static IEnumerable<string> All(JsonNode? node, string place) => (node switch
    {
        JsonObject fields => fields.SelectMany(field => All(field.Value, JsonPointer.Append(place, field.Key))),
        JsonArray items => items.SelectMany((item, index) => All(item, JsonPointer.Append(place, index))),
        _ => [],
    }).Prepend(place);
}
