namespace Grimoire.Documents;

/// <summary>What a document is written in. Both come to the same JSON value.</summary>
public enum DocumentFormat
{
    Json,
    Yaml,
}
