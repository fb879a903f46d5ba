using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Functions.Storage;
using Grimoire.Tools;

namespace Grimoire.Functions.Casting;

/// <summary>The tools that come with the app: the built-in ones, and the documents in its folder "tools". A wrong one stops the start.</summary>
public sealed class ToolFolder
{
    public const string Setting = "Tools:Folder";

    public ToolFolder(string folder, DateTimeOffset now)
    {
        var tools = new Dictionary<string, SavedTool>();
        foreach (var tool in BuiltInTools.All)
        {
            tools[tool.Id] = new SavedTool(tool.Id, JsonSerializer.SerializeToNode(tool, DomainJson.Options)!.AsObject(), now, ToolSource.BuiltIn);
        }

        if (Directory.Exists(folder))
        {
            foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
            {
                if (FormatOf(file) is { } format)
                {
                    var tool = Read(file, format, now);
                    tools[tool.Id] = tool;
                }
            }
        }

        Tools = [.. tools.Values];
    }

    public IReadOnlyList<SavedTool> Tools { get; }

    public SavedTool? Find(string id) => Tools.FirstOrDefault(tool => tool.Id == id);

    static DocumentFormat? FormatOf(string file) => Path.GetExtension(file) switch
    {
        ".json" => DocumentFormat.Json,
        ".yaml" or ".yml" => DocumentFormat.Yaml,
        _ => null,
    };

    static SavedTool Read(string file, DocumentFormat format, DateTimeOffset now)
    {
        var reading = ToolDocument.Read(File.ReadAllText(file), format);
        return reading is { Tool: { } tool, Document: JsonObject document }
            ? new SavedTool(tool.Id, document, now, ToolSource.Folder)
            : throw new InvalidOperationException(
                $"{file} is not the definition of a tool: {string.Join("; ", reading.Errors.Take(5).Select(error => $"{error.Pointer} {error.Message}"))}");
    }
}
