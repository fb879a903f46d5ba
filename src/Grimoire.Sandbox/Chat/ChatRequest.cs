using System.Text.Json.Nodes;
using Grimoire.Sandbox.Requests;

namespace Grimoire.Sandbox.Chat;

/// <summary>What a chat completion was asked for, as far as the sandbox looks at it.</summary>
/// <param name="Model">The name of the model.</param>
/// <param name="Messages">The conversation, oldest message first; at least one.</param>
/// <param name="Format">text, json_object or json_schema.</param>
/// <param name="Schema">For json_schema: the schema of the answer.</param>
/// <param name="MaxTokens">How long the answer may be; null for any length.</param>
/// <param name="Fingerprint">A hash of the whole request.</param>
sealed record ChatRequest(string Model, IReadOnlyList<ChatMessage> Messages, string Format, JsonObject? Schema, int? MaxTokens, ulong Fingerprint)
{
    public bool WantsJson => Format != "text";

    public bool HasAssistantTurn => Messages.Any(message => message.Role == "assistant");

    /// <summary>What the user said, oldest first.</summary>
    public IEnumerable<string> UserTexts => Messages.Where(message => message.Role == "user").Select(message => message.Text);

    /// <summary>What it was told to be, oldest first.</summary>
    public IEnumerable<string> SystemTexts => Messages.Where(message => message.Role is "system" or "developer").Select(message => message.Text);

    /// <exception cref="RefusedException">It is none that can be answered.</exception>
    public static ChatRequest Parse(JsonObject body)
    {
        string model = JsonMember.Text(body, "model") is { Length: > 0 } name
            ? name
            : throw new RefusedException(400, "you must provide a model parameter", "missing_required_parameter", "model");
        if (body["messages"] is not JsonArray { Count: > 0 } messages)
        {
            throw new RefusedException(
                400, "Missing required parameter: 'messages', an array with at least one message.", "missing_required_parameter", "messages");
        }

        if (JsonMember.Flag(body, "stream"))
        {
            throw new RefusedException(400, "The sandbox does not stream: leave 'stream' out, or set it to false.", "unsupported_value", "stream");
        }

        if (JsonMember.Whole(body, "n", 1, 128) is > 1)
        {
            throw new RefusedException(400, "The sandbox gives one answer: leave 'n' out, or set it to 1.", "unsupported_value", "n");
        }

        JsonMember.Within(body, "temperature", 0, 2);
        int? maxTokens = JsonMember.Whole(body, "max_completion_tokens", 1, int.MaxValue) ?? JsonMember.Whole(body, "max_tokens", 1, int.MaxValue);
        (string format, JsonObject? schema) = ResponseFormat(body["response_format"]);
        ulong fingerprint = StableHash.Of(body.ToJsonString(SandboxJson.Options));
        return new ChatRequest(model, [.. messages.Select(ChatMessage.Parse)], format, schema, maxTokens, fingerprint);
    }

    static (string Format, JsonObject? Schema) ResponseFormat(JsonNode? node)
    {
        if (node is null)
        {
            return ("text", null);
        }

        string? type = node is JsonObject format ? JsonMember.Text(format, "type") : null;
        return type switch
        {
            "text" or "json_object" => (type, null),
            "json_schema" when node["json_schema"] is JsonObject { } named && named["schema"] is JsonObject schema => (type, schema),
            "json_schema" => throw new RefusedException(
                400, "Missing required parameter: 'response_format.json_schema.schema'.", "missing_required_parameter", "response_format.json_schema.schema"),
            _ => throw new RefusedException(
                400, "Invalid value for 'response_format.type': it must be text, json_object or json_schema.", "invalid_value", "response_format.type"),
        };
    }
}
