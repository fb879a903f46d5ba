using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Expressions;
using Grimoire.Schemas;

namespace Grimoire.Tools;

/// <summary>Checks a definition that has been read: schemas, templates, and that what its kind needs is there. All findings at once.</summary>
/// <param name="schemas">Compiles the schemas.</param>
/// <param name="deliveries">How results can arrive; null: immediately only.</param>
public sealed class ToolValidator(JsonSchemas schemas, IReadOnlyCollection<Delivery>? deliveries = null)
{
    static readonly IReadOnlyList<string> RequestRoots = ["inputs", "attempt", "cast", "config", "secret"];
    static readonly IReadOnlyList<string> ResponseRoots = ["inputs", "response"];
    static readonly IReadOnlyList<string> SettingRoots = ["config", "secret"];
    static readonly IReadOnlyList<string> ResponseFields = ["status", "headers", "body"];

    readonly IReadOnlyCollection<Delivery> _deliveries = deliveries ?? [Delivery.Immediate];

    public ValidationResult Validate(ToolDefinition tool)
    {
        var check = new Check(tool);
        Kind(check);
        Schema(check, tool.Input, "/input");
        Schema(check, tool.Output, "/output");
        Request(check);
        Response(check);
        Model(check);
        return new ValidationResult(check.Errors, check.Warnings);
    }

    void Kind(Check check)
    {
        var tool = check.Tool;
        if (!ToolKinds.IsKnown(tool.Kind))
        {
            check.Error("/kind", "tool.kind", $"There is no kind '{tool.Kind}' of tools; there are {string.Join(", ", ToolKinds.All)}.");
        }

        if (!_deliveries.Contains(tool.Delivery))
        {
            check.Error("/delivery", "tool.delivery",
                $"Results by '{Named(tool.Delivery)}' are not supported yet; {string.Join(", ", _deliveries.Select(Named))} is.");
        }

        Needs(check, tool.Kind == ToolKinds.Http, tool.Request is not null, "request");
        Needs(check, ToolKinds.AsksModel(tool.Kind), tool.Llm is not null, "llm");
        if (tool.Response is not null && tool.Kind != ToolKinds.Http)
        {
            check.Error("/response", "tool.field", $"'response' means nothing for a tool of kind '{tool.Kind}'.");
        }

        if (tool.Retry?.Within > tool.Timeout * tool.Retry?.MaxAttempts)
        {
            check.Warn("/retry/within", "retry.window", "'within' is longer than all attempts together can take.");
        }
    }

    static void Needs(Check check, bool needed, bool given, string field)
    {
        if (needed && !given)
        {
            check.Error("/" + field, "tool.field", $"A tool of kind '{check.Tool.Kind}' needs '{field}'.");
        }
        else if (given && !needed)
        {
            check.Error("/" + field, "tool.field", $"'{field}' means nothing for a tool of kind '{check.Tool.Kind}'.");
        }
    }

    void Schema(Check check, JsonObject? schema, string pointer)
    {
        if (schema is not null)
        {
            SchemaCheck.Run(schema, pointer, schemas, check.Error);
        }
    }

    static void Request(Check check)
    {
        if (check.Tool.Request is not { } request)
        {
            return;
        }

        check.Template(request.Method, "/request/method", RequestRoots);
        check.Template(request.Url, "/request/url", RequestRoots);
        check.Template(request.Query, "/request/query", RequestRoots);
        check.Template(request.Headers, "/request/headers", RequestRoots);
        check.Template(request.Body, "/request/body", RequestRoots);
        check.Template(request.Multipart, "/request/multipart", RequestRoots);
        if (!request.Url.StartsWith("${", StringComparison.Ordinal)
            && !request.Url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) && !request.Url.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        {
            check.Error("/request/url", "tool.url", "'url' has to begin with https://, http:// or an expression.");
        }

        foreach (var (name, _) in request.Headers ?? [])
        {
            if (name.Length == 0 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal)))
            {
                check.Error(JsonPointer.Append("/request/headers", name), "tool.header", $"'{name}' cannot be the name of a header.");
            }
        }
    }

    static void Response(Check check)
    {
        if (check.Tool.Response is not { } response)
        {
            return;
        }

        check.Template(response.Output, "/response/output", ResponseRoots);
        check.Template(response.CostUsd, "/response/costUsd", ResponseRoots);
        check.Template(response.RequestId, "/response/requestId", ResponseRoots);
        check.Template(response.ErrorMessage, "/response/errorMessage", ResponseRoots);
        for (var index = 0; index < response.Artifacts.Count; index++)
        {
            var pointer = JsonPointer.Append("/response/artifacts", index);
            check.Template(response.Artifacts[index].From, pointer + "/from", ResponseRoots);
            check.Template(response.Artifacts[index].Name, pointer + "/name", ResponseRoots);
        }

        foreach (var code in response.Transient.Intersect(response.Permanent))
        {
            check.Error("/response/permanent", "tool.status", $"Status {code} cannot be both transient and permanent.");
        }
    }

    static void Model(Check check)
    {
        if (check.Tool.Llm is not { } llm)
        {
            return;
        }

        check.Template(llm.Endpoint, "/llm/endpoint", SettingRoots);
        check.Template(llm.ApiKey, "/llm/apiKey", SettingRoots);
        check.Template(llm.System, "/llm/system", SettingRoots);
        for (var index = 0; index < llm.Models.Count; index++)
        {
            check.Template(llm.Models[index], JsonPointer.Append("/llm/models", index), SettingRoots);
        }

        if (llm.ApiKey is { Length: > 0 } key && !key.Contains("${", StringComparison.Ordinal))
        {
            check.Warn("/llm/apiKey", "tool.plainSecret",
                "The key is written out here, where everybody who sees the tool sees it; ${secret:NAME} keeps it in the configuration.");
        }
    }

    static string Named(Delivery delivery) => JsonNamingPolicy.CamelCase.ConvertName(delivery.ToString());

    sealed class Check(ToolDefinition tool)
    {
        readonly List<Finding> _errors = [];
        readonly List<Finding> _warnings = [];
        readonly SchemaView? _inputs = SchemaView.Of(tool.Input);

        public ToolDefinition Tool => tool;

        public IReadOnlyList<Finding> Errors => _errors;

        public IReadOnlyList<Finding> Warnings => _warnings;

        public void Error(string pointer, string code, string message) => _errors.Add(new Finding(pointer, code, message));

        public void Warn(string pointer, string code, string message) => _warnings.Add(new Finding(pointer, code, message));

        public void Template(JsonNode? source, string pointer, IReadOnlyList<string> roots)
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

            foreach (var reference in template?.References ?? [])
            {
                Reference(reference, pointer + reference.Pointer, roots);
            }
        }

        void Reference(Reference reference, string place, IReadOnlyList<string> roots)
        {
            if (!roots.Contains(reference.Root))
            {
                Error(place, "reference.root", $"There is no '{reference.Root}' here, only {string.Join(", ", roots)}{Suggestion.Hint(reference.Root, roots)}");
            }
            else if (reference is { Root: "response", Path: [string part, ..] } && !ResponseFields.Contains(part))
            {
                Error(place, "reference.field", $"'response' has no field '{part}', only {string.Join(", ", ResponseFields)}{Suggestion.Hint(part, ResponseFields)}");
            }
            else if (reference is { Root: "inputs", Path: [string input, ..] }
                && _inputs is { Fields.Count: > 0, IsCombined: false } && _inputs.Field(input) is null && !_inputs.Fields.Contains(input))
            {
                Error(place, "reference.input", $"The tool has no input '{input}'{Suggestion.Hint(input, _inputs.Fields)}");
            }
        }
    }
}
