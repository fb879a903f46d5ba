using System.Text.Json.Nodes;
using Grimoire.Functions.Tools.Http;
using Grimoire.Schemas;
using OpenAI.Chat;

namespace Grimoire.Functions.Tools.Models;

/// <summary>A question that is to be answered in JSON: the answer is checked, and the model has one more chance.</summary>
/// <param name="Session">Which asks it.</param>
/// <param name="Schema">Of the answer; null for any JSON.</param>
/// <param name="Check">What is wrong with an answer.</param>
sealed record JsonQuestion(ModelSession Session, JsonObject? Schema, Func<JsonNode?, IReadOnlyList<SchemaError>> Check)
{
    const int MaxErrors = 20;

    /// <summary>What models are told, beside what the API is: not every endpoint knows of response formats.</summary>
    public string Instruction => Schema is null
        ? "Answer with JSON only, without any text around it."
        : $"Answer with JSON only, without any text around it. It has to satisfy this JSON Schema: {Schema.ToJsonString(DomainJson.Options)}";

    public async Task<(JsonNode? Json, ModelAnswer Answer)> AskAsync(IReadOnlyList<ChatMessage> messages, CancellationToken cancellation)
    {
        var format = Schema is null ? ChatResponseFormat.CreateJsonObjectFormat() : ChatResponseFormat.CreateJsonSchemaFormat(
            "answer", BinaryData.FromString(Schema.ToJsonString()), jsonSchemaIsStrict: false);
        var (answer, json, errors) = await OnceAsync(messages, format, cancellation).ConfigureAwait(false);
        if (errors.Count == 0)
        {
            return (json, answer);
        }

        Session.Bill.Warn($"The first answer of '{answer.Model}' was not the JSON that was asked for, so it was asked to repair it.");
        ChatMessage[] again = [.. messages, new AssistantChatMessage(answer.Text), new UserChatMessage($"That is not right: {Listed(errors)}\nAnswer again with the whole JSON, corrected, and nothing else.")];
        (answer, json, errors) = await OnceAsync(again, format, cancellation).ConfigureAwait(false);
        return errors.Count == 0 ? (json, answer) : throw Invalid(answer, errors);
    }

    async Task<(ModelAnswer Answer, JsonNode? Json, IReadOnlyList<SchemaError> Errors)> OnceAsync(
        IReadOnlyList<ChatMessage> messages, ChatResponseFormat format, CancellationToken cancellation)
    {
        var answer = await Session.AskAsync(messages, format, cancellation).ConfigureAwait(false);
        if (ResponseReader.TryParse(WithoutFence(answer.Text), out var json, out var error))
        {
            return (answer, json, Check(json));
        }

        return answer.CutOff
            ? throw ToolFailedException.Permanent(
                "llm.cutOff",
                $"The JSON of '{answer.Model}' ends in the middle, because its output tokens were used up; raise maxOutputTokens.",
                ModelFailure.Details(answer.Model, null))
            : (answer, null, [new SchemaError("", SchemaErrorKind.Form, $"it is not JSON: {error}")]);
    }

    static ToolFailedException Invalid(ModelAnswer answer, IReadOnlyList<SchemaError> errors) => ToolFailedException.Transient(
        "llm.invalidJson",
        $"'{answer.Model}' has twice not answered with the JSON that was asked for: {Listed(errors)}",
        new JsonObject
        {
            ["model"] = answer.Model,
            ["answer"] = ResponseReader.Excerpt(answer.Text),
            ["errors"] = new JsonArray(
                [.. errors.Take(MaxErrors).Select(error => new JsonObject { ["pointer"] = error.Pointer, ["message"] = error.Message })]),
        });

    static string Listed(IReadOnlyList<SchemaError> errors) =>
        string.Join(
            "; ", errors.Take(MaxErrors).Select(error => error.Pointer.Length == 0 ? error.Message : $"{error.Pointer}: {error.Message}"));

    /// <summary>Models like to put JSON into ```json … ```.</summary>
    static string WithoutFence(string text)
    {
        var trimmed = text.Trim();
        if (!trimmed.StartsWith("```", StringComparison.Ordinal) || !trimmed.EndsWith("```", StringComparison.Ordinal) || trimmed.IndexOf('\n', StringComparison.Ordinal) is not (> 0 and var line))
        {
            return trimmed;
        }

        return trimmed[(line + 1)..^3];
    }
}
