using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Schemas;
using OpenAI.Chat;

namespace Grimoire.Functions.Tools.Models;

/// <summary>Kind "llm": asks a model for text or for JSON.</summary>
sealed class LlmRunner(ModelSessions sessions, JsonSchemas schemas) : IToolRunner
{
    public bool IsPure => false;

    public bool Runs(string kind) => kind == "llm";

    public Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellation) =>
        sessions.RunAsync(call, (session, settings) => AskAsync(session, settings, call.Input, cancellation));

    async Task<JsonNode> AskAsync(ModelSession session, ModelSettings settings, JsonObject input, CancellationToken cancellation)
    {
        var schema = input.OptionalObject("schema");
        if (schema is null && !input.Flag("json"))
        {
            var answer = await session.AskAsync(Messages(input, settings.System), null, cancellation).ConfigureAwait(false);
            if (answer.CutOff)
            {
                session.Bill.Warn($"The answer of '{answer.Model}' ends in the middle, because its output tokens were used up.");
            }

            return new JsonObject { ["text"] = answer.Text, ["model"] = answer.Model, ["finishReason"] = answer.FinishReason };
        }

        var question = new JsonQuestion(session, schema, json => schema is null ? [] : schemas.Validate(schema, json));
        var system = settings.System is null ? question.Instruction : $"{settings.System}\n\n{question.Instruction}";
        var (value, said) = await question.AskAsync(Messages(input, system), cancellation).ConfigureAwait(false);
        return new JsonObject { ["json"] = value, ["text"] = said.Text, ["model"] = said.Model, ["finishReason"] = said.FinishReason };
    }

    static List<ChatMessage> Messages(JsonObject input, string? system)
    {
        List<ChatMessage> messages = string.IsNullOrEmpty(system) ? [] : [new SystemChatMessage(system)];
        if (input["messages"] is not null)
        {
            messages.AddRange(input.List("messages").Select(Message));
        }

        if (input.OptionalText("prompt") is { } prompt)
        {
            messages.Add(new UserChatMessage(prompt));
        }

        return messages.Exists(message => message is not SystemChatMessage) ? messages : throw InputFields.Wrong("prompt", "text, unless there are messages", null);
    }

    static ChatMessage Message(JsonNode? node, int index)
    {
        if (node is not JsonObject message)
        {
            throw InputFields.Wrong($"messages/{index}", "an object with role and content", node);
        }

        var content = message["content"] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? message.Text("content") : throw InputFields.Wrong($"messages/{index}/content", "text", message["content"]);
        return message.OptionalText("role") switch
        {
            "user" => new UserChatMessage(content),
            "assistant" => new AssistantChatMessage(content),
            "system" => new SystemChatMessage(content),
            _ => throw InputFields.Wrong($"messages/{index}/role", "user, assistant or system", message["role"]),
        };
    }
}
