using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Expressions;

namespace Grimoire.Spells;

/// <summary>Templates that refer to nothing, and so are known before anything runs.</summary>
static class Constants
{
    static readonly Nothing Scope = new();

    /// <summary>False if it cannot be evaluated, which is found where it is checked, not here.</summary>
    public static bool TryEvaluate(Template template, out JsonNode? value)
    {
        try
        {
            value = template.Evaluate(Scope);
            return true;
        }
        catch (ExpressionException)
        {
            value = null;
            return false;
        }
    }

    /// <summary>What skips a step.</summary>
    public static bool IsFalse(JsonNode? value) => value is null || value.GetValueKind() is JsonValueKind.False or JsonValueKind.Null;

    sealed class Nothing : IScope
    {
        public bool TryGet(string root, out JsonNode? value)
        {
            value = null;
            return false;
        }
    }
}
