using System.Text.Json.Nodes;
using Grimoire.Sandbox.Requests;

namespace Grimoire.Sandbox.Chat;

/// <summary>The part of OpenAI's API that a tool needs: chat completions and the list of models.</summary>
static class ChatApi
{
    /// <summary>The models were made, and all answers given, on the first day of 2025: an answer that told the time would not be the same twice.</summary>
    const long Created = 1735689600;

    public static void MapChat(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder api = routes.MapGroup("/v1").AddEndpointFilter((context, next) =>
        {
            CheckKey(context.HttpContext.Request);
            return next(context);
        });
        api.MapPost("/chat/completions", async (HttpRequest request) =>
        {
            ChatRequest chat = ChatRequest.Parse(await JsonBody.ReadObjectAsync(request).ConfigureAwait(false));
            ScriptedModels.CheckExists(chat.Model);
            ScriptedModels.CheckReady(chat.Model);
            return Results.Ok(Completion(chat, Answerer.Answer(chat)));
        });
        api.MapGet("/models", () => Results.Ok(new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. ScriptedModels.Listed.Select(Model)]),
        }));
        api.MapGet("/models/{model}", (string model) =>
        {
            ScriptedModels.CheckExists(model);
            return Results.Ok(Model(model));
        });
    }

    static void CheckKey(HttpRequest request)
    {
        if (request.Headers.Authorization.ToString().StartsWith("Bearer wrong", StringComparison.OrdinalIgnoreCase))
        {
            throw new RefusedException(401, "Incorrect API key provided.", "invalid_api_key");
        }
    }

    static JsonNode Model(string model) => new JsonObject { ["id"] = model, ["object"] = "model", ["created"] = Created, ["owned_by"] = "sandbox" };

    static JsonObject Completion(ChatRequest chat, string answer)
    {
        string given = chat.MaxTokens is { } most ? Tokens.Cut(answer, most) : answer;
        int asked = Tokens.Of(chat.Messages);
        int answered = Tokens.Of(given);
        return new JsonObject
        {
            ["id"] = $"chatcmpl-{StableHash.Hex(chat.Fingerprint)}",
            ["object"] = "chat.completion",
            ["created"] = Created,
            ["model"] = chat.Model,
            ["choices"] = new JsonArray(new JsonObject
            {
                ["index"] = 0,
                ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = given, ["refusal"] = null },
                ["logprobs"] = null,
                ["finish_reason"] = given.Length < answer.Length ? "length" : "stop",
            }),
            ["usage"] = new JsonObject { ["prompt_tokens"] = asked, ["completion_tokens"] = answered, ["total_tokens"] = asked + answered },
            ["system_fingerprint"] = "fp_sandbox",
        };
    }
}
