using System.Text.Json.Nodes;
using Grimoire.Expressions;

namespace Grimoire.Tests.Expressions;

/// <summary>Short ways to parse and evaluate in tests.</summary>
static class Evaluating
{
    public static Template Parsed(JsonNode? source)
    {
        List<TemplateError> errors = [];
        var template = Template.Parse(source, errors);
        Assert.Empty(errors);
        return template!;
    }

    public static IReadOnlyList<TemplateError> Errors(JsonNode? source)
    {
        List<TemplateError> errors = [];
        Assert.Null(Template.Parse(source, errors));
        Assert.NotEmpty(errors);
        return errors;
    }

    /// <summary>The members of a JSON object as roots.</summary>
    public static DictionaryScope Scope(string json) => new(JsonNode.Parse(json)!.AsObject().ToDictionary(root => root.Key, root => root.Value));

    /// <summary>What "${expression}" comes to, as JSON.</summary>
    public static string Value(string expression, string scope = "{}") => Json(Parsed($"${{{expression}}}").Evaluate(Scope(scope)));

    public static ExpressionException Failure(string expression, string scope = "{}") =>
        Assert.Throws<ExpressionException>(() => Parsed($"${{{expression}}}").Evaluate(Scope(scope)));

    public static string Json(JsonNode? node) => node is null ? "null" : node.ToJsonString(DomainJson.Options);
}
