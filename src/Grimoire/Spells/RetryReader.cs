using System.Text.Json.Nodes;
using Grimoire.Documents;

namespace Grimoire.Spells;

/// <summary>Reads "retry", of a step or of a tool.</summary>
static class RetryReader
{
    public static RetrySettings? Read(JsonNode? value, string pointer, SpellLimits limits, ICollection<Finding> findings)
    {
        if (value is null || ObjectReader.Of(value, pointer, "'retry'", findings) is not { } reader)
        {
            return null;
        }

        var standard = RetrySettings.Default;
        var firstInterval = reader.Duration("firstInterval", limits.Longest);
        var maxInterval = reader.Duration("maxInterval", limits.Longest);
        if (firstInterval > maxInterval)
        {
            reader.Error("maxInterval", "field.range", "'maxInterval' is shorter than 'firstInterval'.");
        }

        var first = firstInterval ?? standard.FirstInterval;
        var settings = new RetrySettings
        {
            MaxAttempts = reader.Whole("maxAttempts", 1, limits.MaxAttempts) ?? standard.MaxAttempts,
            FirstInterval = firstInterval ?? (maxInterval < first ? maxInterval.Value : first),
            Backoff = (double)(reader.Number("backoff", 1, 10) ?? (decimal)standard.Backoff),
            MaxInterval = maxInterval ?? (first > standard.MaxInterval ? first : standard.MaxInterval),
            Within = reader.Duration("within", limits.Longest),
            Except = Patterns(reader, "except", limits),
        };
        reader.End();
        return settings;
    }

    public static IReadOnlyList<string> Patterns(ObjectReader reader, string name, SpellLimits limits)
    {
        var patterns = reader.Texts(name, limits.Patterns, limits.IdLength);
        for (var index = 0; index < patterns.Count; index++)
        {
            // What is empty has been said to be no text.
            if (patterns[index].Length > 0 && !Names.ErrorPattern().IsMatch(patterns[index]))
            {
                reader.Findings.Add(new Finding(
                    JsonPointer.Append(reader.At(name), index), "field.value",
                    $"{ObjectReader.Shown(patterns[index])} names no failures; a code such as 'http.status', 'http.*' or '*' is wanted."));
            }
        }

        return patterns;
    }
}
