using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Schemas;
using Grimoire.Spells;

namespace Grimoire.Cooks;

/// <summary>The inputs of pieces: with the defaults of the spell, and checked against its schema, as those of a cast are.</summary>
public sealed class PieceChecks
{
    readonly JsonObject? _schema;
    readonly CompiledSchema? _compiled;
    readonly PieceLimits _limits;

    public PieceChecks(Spell spell, JsonSchemas schemas, PieceLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(spell);
        ArgumentNullException.ThrowIfNull(schemas);
        _schema = spell.Inputs;
        _compiled = _schema is null ? null : schemas.Compiled(_schema);
        _limits = limits ?? PieceLimits.Default;
    }

    /// <summary>What a cast of these inputs is given.</summary>
    public JsonObject Complete(JsonObject inputs) => _schema is null ? inputs.DeepClone().AsObject() : JsonSchemas.WithDefaults(_schema, inputs)!.AsObject();

    /// <summary>What is wrong with the pieces: pointers lead into them, and what is too much to list is counted.</summary>
    /// <param name="pieces">As they were written; they are gone through once.</param>
    /// <param name="lines">The line of each piece, where they come from a table.</param>
    /// <param name="cancellation">A hundred thousand pieces take seconds.</param>
    public IReadOnlyList<Finding> Check(IEnumerable<JsonObject> pieces, IReadOnlyList<int>? lines = null, CancellationToken cancellation = default)
    {
        var findings = new PieceFindings(_limits.Findings);
        foreach (var (index, piece) in pieces.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            Check(piece, index, lines?[index], findings);
        }

        return findings.Told();
    }

    void Check(JsonObject piece, int index, int? line, PieceFindings findings)
    {
        var complete = Complete(piece);
        var pointer = JsonPointer.Append("/pieces", index);
        var place = line is null ? string.Create(CultureInfo.InvariantCulture, $"Piece {index}") : string.Create(CultureInfo.InvariantCulture, $"Line {line}");
        var bytes = JsonSerializer.SerializeToUtf8Bytes(complete, DomainJson.Options).Length;
        if (bytes > _limits.PieceBytes)
        {
            findings.Add(pointer, "piece.tooLarge", $"{place} has {bytes} bytes of inputs; {_limits.PieceBytes} are allowed.", line);
            return;
        }

        foreach (var error in _compiled?.Validate(complete) ?? [])
        {
            var what = error.Pointer.Length == 0 ? "the whole of its inputs" : $"'{error.Pointer[1..]}'";
            findings.Add(pointer + error.Pointer, "inputs.invalid", $"{place}: {what} {error.Message}{(error.Kind == SchemaErrorKind.Additional ? "" : ".")}", line);
        }
    }
}
