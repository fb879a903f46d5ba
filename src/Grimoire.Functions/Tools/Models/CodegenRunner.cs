using System.Text;
using System.Text.Json.Nodes;
using Grimoire.Schemas;
using OpenAI.Chat;

namespace Grimoire.Functions.Tools.Models;

/// <summary>Kind "codegen": a model writes files, and each becomes an artifact.</summary>
sealed class CodegenRunner(ModelSessions sessions, JsonSchemas schemas) : IToolRunner
{
    const string System = "You write complete files. Give each a relative path with forward slashes and its whole content, and sum up in one sentence what you have written.";

    /// <summary>What is told to the model in other words than as a field of the input, or not at all.</summary>
    static readonly HashSet<string> Own = ["prompt", "topic", "files", "system", "temperature", "maxOutputTokens", "model"];

    static readonly JsonObject Schema = (JsonObject)JsonNode.Parse(
        """
        {
          "type": "object",
          "required": ["files"],
          "properties": {
            "files": {
              "type": "array",
              "minItems": 1,
              "items": {
                "type": "object",
                "required": ["path", "content"],
                "properties": { "path": { "type": "string" }, "content": { "type": "string" }, "contentType": { "type": "string" } }
              }
            },
            "summary": { "type": "string" }
          }
        }
        """)!;

    public bool IsPure => false;

    public bool Runs(string kind) => kind == "codegen";

    public Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellation) =>
        sessions.RunAsync(call, (session, settings) => WriteAsync(session, settings, call, cancellation));

    async Task<JsonNode> WriteAsync(ModelSession session, ModelSettings settings, ToolCall call, CancellationToken cancellation)
    {
        var question = new JsonQuestion(session, (JsonObject)Schema.DeepClone(), Wrong);
        ChatMessage[] messages = [new SystemChatMessage($"{settings.System ?? System}\n\n{question.Instruction}"), new UserChatMessage(Prompt(call.Input))];
        var (json, answer) = await AskAsync(question, messages, cancellation).ConfigureAwait(false);

        var stored = new JsonArray();
        foreach (var file in json["files"]!.AsArray().Cast<JsonObject>())
        {
            var path = FilePath.Clean(file.Text("path"));
            var type = file.OptionalText("contentType") is { Length: > 0 } given ? given : MediaTypes.OfFile(path) is var known && known == MediaTypes.Unknown ? "text/plain" : known;
            using var content = new MemoryStream(Encoding.UTF8.GetBytes(file.Text("content")), writable: false);
            stored.Add(
                ArtifactReference.Of(await ArtifactStoring.StoreAsync(call, path, type, content, cancellation).ConfigureAwait(false)));
        }

        var output = new JsonObject { ["files"] = stored, ["model"] = answer.Model };
        if (json["summary"] is JsonValue summary)
        {
            output["summary"] = summary.DeepClone();
        }

        return output;
    }

    static async Task<(JsonObject Json, ModelAnswer Answer)> AskAsync(
        JsonQuestion question, ChatMessage[] messages, CancellationToken cancellation)
    {
        try
        {
            var (json, answer) = await question.AskAsync(messages, cancellation).ConfigureAwait(false);
            return ((JsonObject)json!, answer);
        }
        catch (ToolFailedException failed) when (failed.Failure is { Code: "llm.invalidJson", Details: { } details } && details["errors"] is JsonArray { Count: 1 } errors && errors[0]!["pointer"]!.GetValue<string>() == NoFiles.Pointer && errors[0]!["message"]!.GetValue<string>() == NoFiles.Message)
        {
            throw ToolFailedException.Transient(
                "codegen.noFiles",
                "The model has answered twice without writing any file.",
                new JsonObject { ["model"] = details["model"]?.DeepClone() });
        }
    }

    static SchemaError NoFiles { get; } = new("/files", SchemaErrorKind.Count, "there has to be at least one file");

    IReadOnlyList<SchemaError> Wrong(JsonNode? json)
    {
        if (json is JsonObject fields && fields["files"] is null or JsonArray { Count: 0 })
        {
            return [NoFiles];
        }

        if (schemas.Validate(Schema, json) is { Count: > 0 } errors)
        {
            return errors;
        }

        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. json!["files"]!.AsArray().SelectMany((file, index) => FilePath.Errors(((JsonObject)file!).Text("path"), taken).Select(error => new SchemaError($"/files/{index}/path", SchemaErrorKind.Form, error)))];
    }

    static string Prompt(JsonObject input)
    {
        var prompt = new StringBuilder(input.Text("prompt"));
        if (input.OptionalText("topic") is { Length: > 0 } topic)
        {
            prompt.Append("\n\nTopic: ").Append(topic);
        }

        if (input["files"] is { } files)
        {
            prompt.Append("\n\nFiles to write: ").Append(
                files is JsonArray list ? string.Join(", ", list.Select(CallValues.TextOf)) : CallValues.TextOf(files));
        }

        foreach (var (name, value) in input.Where(field => !Own.Contains(field.Key) && field.Value is not null))
        {
            prompt.Append("\n\n").Append(name).Append(": ").Append(CallValues.TextOf(value));
        }

        return prompt.ToString();
    }
}
