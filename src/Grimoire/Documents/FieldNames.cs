namespace Grimoire.Documents;

/// <summary>Which field was probably meant: what other languages of workflows call it is further from its name than a slip of the pen.</summary>
static class FieldNames
{
    static readonly Dictionary<string, string> Elsewhere = new(StringComparer.OrdinalIgnoreCase)
    {
        ["if"] = "when",
        ["condition"] = "when",
        ["foreach"] = "forEach",
        ["for_each"] = "forEach",
        ["depends_on"] = "needs",
        ["dependsOn"] = "needs",
        ["input"] = "with",
        ["inputs"] = "with",
        ["retries"] = "retry",
        ["attempts"] = "maxAttempts",
        ["parallel"] = "maxParallel",
        ["budget"] = "budgetUsd",
    };

    /// <summary>"; did you mean 'when'?", or nothing if no field is meant that there is.</summary>
    public static string Hint(string written, IReadOnlyCollection<string> known) =>
        Elsewhere.TryGetValue(written, out var meant) && known.Contains(meant)
            ? $"; did you mean '{meant}'?"
            : Suggestion.Hint(written, known);
}
