namespace Grimoire.Documents;

/// <summary>Something that is wrong with a document, or worth knowing about it.</summary>
/// <param name="Pointer">Where: a JSON pointer into the document. What is missing is pointed at where it should be.</param>
/// <param name="Code">Stable, for programs: "field.unknown", "reference.step"; listed in docs/spells.md.</param>
/// <param name="Message">For people: what is wrong and what would be right.</param>
/// <param name="Line">From 1; known where the text could not be read.</param>
/// <param name="Column">From 1; known where the text could not be read.</param>
public sealed record Finding(string Pointer, string Code, string Message, int? Line = null, int? Column = null);
