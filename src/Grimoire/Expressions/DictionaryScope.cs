using System.Text.Json.Nodes;

namespace Grimoire.Expressions;

/// <summary>A scope of the values that one puts in.</summary>
public sealed class DictionaryScope : IScope
{
    readonly Dictionary<string, JsonNode?> _values;

    public DictionaryScope()
        : this(new Dictionary<string, JsonNode?>())
    {
    }

    public DictionaryScope(IReadOnlyDictionary<string, JsonNode?> values) => _values = new(values, StringComparer.Ordinal);

    public IEnumerable<string> Roots => _values.Keys;

    public JsonNode? this[string root]
    {
        get => _values[root];
        init => _values[root] = value;
    }

    public bool TryGet(string root, out JsonNode? value) => _values.TryGetValue(root, out value);

    /// <summary>This scope and one more root, or another value for one that it has.</summary>
    public DictionaryScope With(string root, JsonNode? value) => new(_values) { [root] = value };
}
