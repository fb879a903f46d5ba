using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Schemas;

namespace Grimoire.Tools;

/// <summary>Checks a definition that has been read: schemas, templates, and that what its kind and its delivery need is there. All findings at once.</summary>
public sealed class ToolValidator(JsonSchemas schemas)
{
    public ValidationResult Validate(ToolDefinition tool)
    {
        ArgumentNullException.ThrowIfNull(tool);
        var subject = new ToolSubject(tool);
        Kind(subject);
        Schema(subject, tool.Input, "/input");
        Schema(subject, tool.Output, "/output");
        var start = tool.Request is { } request
            ? RequestCheck.Request(subject, request, "/request", tool.Job?.Callback is null ? ToolRoots.Request : ToolRoots.Start)
            : null;
        if (tool.Job is null)
        {
            RequestCheck.Response(subject, tool.Response, "/response", ToolRoots.Response);
        }

        JobCheck.Run(subject, start);
        Model(subject);
        return new ValidationResult(subject.Errors, subject.Warnings);
    }

    static void Kind(ToolSubject subject)
    {
        var tool = subject.Tool;
        if (!ToolKinds.IsKnown(tool.Kind))
        {
            subject.Error("/kind", "tool.kind", $"There is no kind '{tool.Kind}' of tools; there are {string.Join(", ", ToolKinds.All)}.");
        }

        Needs(subject, tool.Kind == ToolKinds.Http, tool.Request is not null, "request");
        Needs(subject, ToolKinds.AsksModel(tool.Kind), tool.Llm is not null, "llm");
        if (tool.Response is not null && tool.Kind != ToolKinds.Http)
        {
            subject.Error("/response", "tool.field", $"'response' means nothing for a tool of kind '{tool.Kind}'.");
        }

        if (tool.Retry?.Within > tool.Timeout * tool.Retry?.MaxAttempts)
        {
            subject.Warn("/retry/within", "retry.window", "'within' is longer than all attempts together can take.");
        }
    }

    static void Needs(ToolSubject subject, bool needed, bool given, string field)
    {
        if (needed && !given)
        {
            subject.Error("/" + field, "tool.field", $"A tool of kind '{subject.Tool.Kind}' needs '{field}'.");
        }
        else if (given && !needed)
        {
            subject.Error("/" + field, "tool.field", $"'{field}' means nothing for a tool of kind '{subject.Tool.Kind}'.");
        }
    }

    void Schema(ToolSubject subject, JsonObject? schema, string pointer)
    {
        if (schema is not null)
        {
            SchemaCheck.Run(schema, pointer, schemas, subject.Error);
        }
    }

    static void Model(ToolSubject subject)
    {
        if (subject.Tool.Llm is not { } llm)
        {
            return;
        }

        subject.Template(llm.Endpoint, "/llm/endpoint", ToolRoots.Setting);
        subject.Secret(llm.ApiKey, "/llm/apiKey");
        subject.Template(llm.System, "/llm/system", ToolRoots.Setting);
        for (var index = 0; index < llm.Models.Count; index++)
        {
            subject.Template(llm.Models[index], JsonPointer.Append("/llm/models", index), ToolRoots.Setting);
        }
    }
}
