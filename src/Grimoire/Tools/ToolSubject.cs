using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Expressions;
using Grimoire.Schemas;

namespace Grimoire.Tools;

/// <summary>A definition that is being checked, and what has been found until now.</summary>
sealed class ToolSubject(ToolDefinition tool)
{
    readonly List<Finding> _errors = [];
    readonly List<Finding> _warnings = [];
    readonly SchemaView? _inputs = SchemaView.Of(tool.Input);

    public ToolDefinition Tool => tool;

    public IReadOnlyList<Finding> Errors => _errors;

    public IReadOnlyList<Finding> Warnings => _warnings;

    public void Error(string pointer, string code, string message) => _errors.Add(new Finding(pointer, code, message));

    public void Warn(string pointer, string code, string message) => _warnings.Add(new Finding(pointer, code, message));

    /// <summary>Checks a template, and notes what it uses.</summary>
    public void Template(JsonNode? source, string pointer, ToolRoots roots, Uses? uses = null)
    {
        if (source is null)
        {
            return;
        }

        var malformed = new List<TemplateError>();
        var template = Expressions.Template.Parse(source, malformed);
        foreach (var error in malformed)
        {
            Error(pointer + error.Pointer, "expression.malformed", $"{error.Message} (at character {error.Offset + 1})");
        }

        uses?.Add(template);
        foreach (var reference in template?.References ?? [])
        {
            Reference(reference, pointer + reference.Pointer, roots);
        }
    }

    /// <summary>What keeps a secret in the configuration.</summary>
    public void Secret(string? text, string pointer)
    {
        Template(text, pointer, ToolRoots.Setting);
        if (text is { Length: > 0 } && !text.Contains("${", StringComparison.Ordinal))
        {
            Warn(pointer, "tool.plainSecret", "The secret is written out here, where everybody who sees the tool sees it; ${secret:NAME} keeps it in the configuration.");
        }
    }

    void Reference(Reference reference, string place, ToolRoots roots)
    {
        if (!roots.Names.Contains(reference.Root))
        {
            Error(place, "reference.root", $"There is no '{reference.Root}' here, only {string.Join(", ", roots.Names)}{Suggestion.Hint(reference.Root, roots.Names)}");
        }
        else if (reference is { Root: var root, Path: [string part, ..] } && roots.FieldsOf(root) is { } fields && !fields.Contains(part))
        {
            Error(place, "reference.field", $"'{root}' has no field '{part}' here, only {string.Join(", ", fields)}{Suggestion.Hint(part, fields)}");
        }
        else if (reference is { Root: "inputs", Path: [string input, ..] }
            && _inputs is { Fields.Count: > 0, IsCombined: false } && _inputs.Field(input) is null && !_inputs.Fields.Contains(input))
        {
            Error(place, "reference.input", $"The tool has no input '{input}'{Suggestion.Hint(input, _inputs.Fields)}");
        }
    }
}

/// <summary>What the templates of a request refer to.</summary>
sealed class Uses
{
    readonly List<Reference> _references = [];
    bool _isUnsure;

    /// <param name="template">Null: one that is malformed, of which nobody can say what it would use.</param>
    public void Add(Template? template)
    {
        _references.AddRange(template?.References ?? []);
        _isUnsure |= template is null;
    }

    /// <summary>Whether the root is used, or may be.</summary>
    public bool MayUse(params ReadOnlySpan<string> roots)
    {
        foreach (var reference in _references)
        {
            if (roots.Contains(reference.Root))
            {
                return true;
            }
        }

        return _isUnsure;
    }

    /// <summary>Whether the field is used for certain.</summary>
    public bool Names(string root, string field) => _references.Exists(reference => reference.Root == root && reference.Path is [string part, ..] && part == field);
}
