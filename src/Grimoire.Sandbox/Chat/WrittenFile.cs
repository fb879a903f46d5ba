using System.Text.Json.Nodes;

namespace Grimoire.Sandbox.Chat;

/// <summary>A file that a prompt asks for: exactly the path that the prompt names, and a content of its kind.</summary>
sealed record WrittenFile(string Path, string Content, string ContentType)
{
    public static WrittenFile For(IReadOnlyList<string> prompts, ulong seed)
    {
        // The last prompt that names a file is the one that asks for it: a later one may only complain about the answer.
        string prompt = prompts.LastOrDefault(text => FileName.In(text) is not null) ?? (prompts.Count > 0 ? prompts[0] : "");
        Topic topic = Topic.Of(prompt);
        string path = FileName.In(prompt) ?? $"{string.Join('-', topic.Words.Take(3).DefaultIfEmpty("answer")).ToLowerInvariant()}.md";
        string asked = prompt.ReplaceLineEndings(" ").Trim();
        string title = topic.Name;
        string text = Prose.About(topic, seed);
        return System.IO.Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".md" => new(path, $"# {title}\n\n{text}\n\n> {asked}\n", "text/markdown"),
            ".html" or ".htm" => new(path, $"<!doctype html>\n<title>{Html(title)}</title>\n<h1>{Html(title)}</h1>\n<p>{Html(text)}</p>\n<p>{Html(asked)}</p>\n", "text/html"),
            ".json" => new(path, new JsonObject { ["title"] = title, ["text"] = text, ["prompt"] = asked }.ToJsonString(SandboxJson.Options) + "\n", "application/json"),
            ".css" => new(path, $"/* {asked.Replace("*/", "* /", StringComparison.Ordinal)} */\nbody {{ font-family: sans-serif; }}\n", "text/css"),
            ".svg" => new(path, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 400 40\"><text y=\"25\">{Html(title)}</text></svg>\n", "image/svg+xml"),
            ".xml" => new(path, $"<answer title=\"{Html(title)}\">{Html(text)}</answer>\n", "application/xml"),
            ".csv" => new(path, $"word\n{string.Concat(topic.Words.Select(word => $"{word}\n"))}", "text/csv"),
            ".js" or ".mjs" or ".ts" => new(path, $"// {asked}\nconsole.log({Quoted(title)});\n", "text/javascript"),
            ".py" => new(path, $"# {asked}\nprint({Quoted(title)})\n", "text/x-python"),
            ".sh" => new(path, $"#!/bin/sh\n# {asked}\ncat <<'END'\n{title}\nEND\n", "text/x-shellscript"),
            ".cs" => new(path, $"// {asked}\nSystem.Console.WriteLine({Quoted(title)});\n", "text/plain"),
            ".yaml" or ".yml" => new(path, $"# {asked}\ntitle: {Quoted(title)}\n", "application/yaml"),
            _ => new(path, $"{title}\n\n{text}\n\n{asked}\n", "text/plain"),
        };
    }

    static string Html(string text) => System.Net.WebUtility.HtmlEncode(text);

    static string Quoted(string text) => JsonValue.Create(text).ToJsonString(SandboxJson.Options);
}
