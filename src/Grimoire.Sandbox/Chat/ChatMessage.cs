using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Sandbox.Requests;

namespace Grimoire.Sandbox.Chat;

/// <summary>A message of a conversation.</summary>
/// <param name="Role">Who said it.</param>
/// <param name="Text">What was said; of a content in parts, the texts among them, one a line.</param>
sealed record ChatMessage(string Role, string Text)
{
    static readonly string[] Roles = ["system", "developer", "user", "assistant", "tool", "function"];

    public static ChatMessage Parse(JsonNode? node, int index)
    {
        string at = $"messages[{index}]";
        if (node is not JsonObject message)
        {
            throw new RefusedException(400, $"Invalid type for '{at}': it must be an object.", "invalid_type", at);
        }

        string? role = message["role"] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
        return role is not null && Roles.Contains(role)
            ? new ChatMessage(role, Content(message["content"], role, $"{at}.content"))
            : throw new RefusedException(400, $"Invalid value for '{at}.role': it must be one of {string.Join(", ", Roles)}.", "invalid_value", $"{at}.role");
    }

    static string Content(JsonNode? content, string role, string at) => content switch
    {
        // An assistant that only called tools said nothing.
        null when role == "assistant" => "",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        JsonArray parts => string.Join('\n', parts.Select((part, i) => Part(part, $"{at}[{i}]")).OfType<string>()),
        _ => throw new RefusedException(400, $"Invalid type for '{at}': it must be a string or an array of parts.", "invalid_type", at),
    };

    /// <returns>The text of the part; null if it is something else, such as an image.</returns>
    static string? Part(JsonNode? part, string at) => part switch
    {
        JsonObject { } of when of["type"]?.ToString() == "text"
            && of["text"] is JsonValue text && text.GetValueKind() == JsonValueKind.String => text.GetValue<string>(),
        JsonObject { } of when of["type"]?.ToString() is "image_url" or "input_audio" or "file" or "refusal" => null,
        _ => throw new RefusedException(
            400, $"Invalid value for '{at}': it must be an object of the type text, image_url, input_audio, file or refusal.", "invalid_value", at),
    };
}
