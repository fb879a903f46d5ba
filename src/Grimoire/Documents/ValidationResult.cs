namespace Grimoire.Documents;

/// <summary>All that a check has found.</summary>
/// <param name="Errors">What keeps the document from being saved and cast.</param>
/// <param name="Warnings">What is allowed and probably not meant.</param>
public sealed record ValidationResult(IReadOnlyList<Finding> Errors, IReadOnlyList<Finding> Warnings)
{
    public bool IsValid => Errors.Count == 0;
}
