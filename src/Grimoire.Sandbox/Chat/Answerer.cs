using System.Text.Json.Nodes;

namespace Grimoire.Sandbox.Chat;

/// <summary>What the sandbox answers in a conversation: derived from the request alone, so the same request has the same answer.</summary>
static class Answerer
{
    public static string Answer(ChatRequest request) => request.Model switch
    {
        ScriptedModels.Garbage => """]]{"answer": oops, this is no JSON""",
        ScriptedModels.Mismatch => """{"unexpected":true}""",
        ScriptedModels.Repair when Json(request) is var json => request.HasAssistantTurn ? json : $"Here it is:\n{json[..(json.Length / 2)]}",
        _ when request.WantsJson => Json(request),
        _ => Prose.About(Topic.Of(request.UserTexts.LastOrDefault() ?? request.Messages[^1].Text), request.Fingerprint),
    };

    static string Json(ChatRequest request)
    {
        string[] prompts = [.. request.UserTexts];
        Topic topic = Topic.Of(string.Join('\n', prompts));
        JsonNode? answer = request.Schema is null
            ? new JsonObject
            {
                ["answer"] = Prose.About(topic, request.Fingerprint),
                ["topics"] = new JsonArray([.. topic.Words.Select(word => JsonValue.Create(word))]),
            }
            : new SchemaFiller(request.Schema, topic, request.Fingerprint).Fill();
        if (request.Schema is { } schema && AsksForFiles(schema) && answer!["files"] is JsonArray files)
        {
            // The user names the file; if not, the system may have.
            string[] named = [.. prompts.Any(prompt => FileName.In(prompt) is not null) ? prompts : [.. prompts, .. request.SystemTexts]];
            Write(files, schema, WrittenFile.For(named, request.Fingerprint));
        }

        return answer?.ToJsonString(SandboxJson.Options) ?? "null";
    }

    /// <summary>Whether the schema is of an object with files, each with a path and a content.</summary>
    static bool AsksForFiles(JsonObject schema) =>
        Item(schema)?["properties"] is JsonObject properties && properties.ContainsKey("path") && properties.ContainsKey("content");

    static JsonObject? Item(JsonObject schema) => (SchemaNode.Resolve(schema, schema)["properties"] as JsonObject)?["files"] is { } files
        && SchemaNode.Resolve(schema, files)["items"] is { } item ? SchemaNode.Resolve(schema, item) : null;

    /// <summary>One file, and as many more of other names as the schema insists on.</summary>
    static void Write(JsonArray files, JsonObject schema, WrittenFile file)
    {
        var list = SchemaNode.Resolve(schema, SchemaNode.Resolve(schema, schema)["properties"]!["files"]);
        int count = Math.Max(1, SchemaNode.Count(list, "minItems") ?? 1);
        while (files.Count > count)
        {
            files.RemoveAt(files.Count - 1);
        }

        for (int i = 0; i < files.Count; i++)
        {
            var item = (JsonObject)files[i]!;
            item["path"] = i == 0 ? file.Path : $"{i + 1}-{Path.GetFileName(file.Path)}";
            item["content"] = file.Content;
            if (item.ContainsKey("contentType"))
            {
                item["contentType"] = file.ContentType;
            }
        }
    }
}
