using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Schemas;
using Grimoire.Tools;

namespace Grimoire.Functions.Tools;

/// <summary>The one place where outputs are made regular: null is an empty object, secrets are out, it can be written as JSON, and it is what the tool declares.</summary>
sealed class OutputGuard(JsonSchemas schemas)
{
    const int MaxErrors = 20;

    public ToolResult Check(ToolDefinition tool, ToolResult result, Redactor redactor)
    {
        if (result.Failure is not null)
        {
            return result with { Output = null };
        }

        // Of a job only the message that tells its end has an output.
        if (tool.Job is not null && result.Reading is not { HasEnded: true })
        {
            return result;
        }

        if (Unwritable(result.Output, redactor, out var output) is { } reason)
        {
            return Failed(result, "output.unserialisable", $"The output of '{tool.Id}' cannot be written as JSON: {reason}", null);
        }

        output ??= TakesObjects(tool.Output) ? new JsonObject() : null;
        if (tool.Output is { } schema && schemas.Validate(schema, output) is { Count: > 0 } errors)
        {
            var shown = errors.Take(MaxErrors).Select(error => (JsonNode)new JsonObject { ["pointer"] = redactor.Text(error.Pointer), ["message"] = redactor.Text(error.Message) });
            var first = errors[0].Pointer.Length == 0 ? errors[0].Message : $"{errors[0].Pointer}: {errors[0].Message}";
            return Failed(
                result,
                "output.invalid",
                redactor.Text($"The output of '{tool.Id}' is not what the tool declares: {first}"),
                new JsonObject { ["errors"] = new JsonArray([.. shown]) });
        }

        return result with { Output = output, Warnings = IsEmpty(output) ? [.. result.Warnings, $"The output of '{tool.Id}' is empty."] : result.Warnings };
    }

    static string? Unwritable(JsonNode? output, Redactor redactor, out JsonNode? clean)
    {
        clean = output;
        try
        {
            if (output is not null && redactor.Finds(output.ToJsonString(DomainJson.Options)))
            {
                clean = redactor.Json(output);
            }

            return null;
        }
        catch (Exception unwritable) when (unwritable is JsonException or NotSupportedException or ArgumentException or InvalidOperationException)
        {
            return unwritable.Message;
        }
    }

    static ToolResult Failed(ToolResult result, string code, string message, JsonObject? details) =>
        ToolResult.Failed(code, message, transient: false, details) with { CostUsd = result.CostUsd, Usage = result.Usage, Warnings = result.Warnings, Reading = result.Reading };

    static bool TakesObjects(JsonObject? schema) => schema?["type"] switch
    {
        JsonValue type => type.TryGetValue<string>(out var name) && name == "object",
        JsonArray types => types.Any(type => type is JsonValue value && value.TryGetValue<string>(out var name) && name == "object"),
        _ => true,
    };

    static bool IsEmpty(JsonNode? output) => output switch
    {
        null => true,
        JsonObject fields => fields.Count == 0,
        JsonArray items => items.Count == 0,
        JsonValue value => value.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Length == 0,
        _ => false,
    };
}
