using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Schemas;
using Grimoire.Spells;
using Grimoire.Tools;

namespace Grimoire.Tests.Spells;

/// <summary>Tools and spells to call, and documents to check, for the tests here.</summary>
static class Samples
{
    public static JsonSchemas Schemas { get; } = new();

    public static string Root { get; } = FindRoot();

    public static ISpellCatalog Catalog { get; } = CreateCatalog();

    /// <summary>A file beside the test that asks for it, or below.</summary>
    public static string Beside(string name, [CallerFilePath] string test = "") =>
        File.ReadAllText(Path.Combine(Root, "tests", "Grimoire.Tests", Path.GetFileName(Path.GetDirectoryName(test))!, name));

    public static JsonObject Object(string json) => JsonNode.Parse(json)!.AsObject();

    public static SpellReading Read(string json) => SpellDocument.Read(json, DocumentFormat.Json);

    public static Spell Spell(string json)
    {
        var reading = Read(json);
        Assert.Empty(reading.Errors);
        return reading.Spell!;
    }

    /// <summary>Everything that is wrong with a document, read and validated.</summary>
    public static IReadOnlyList<Finding> Errors(SpellReading reading) =>
        reading.Spell is null ? reading.Errors : new SpellValidator(Schemas).Validate(reading.Spell, Catalog, reading.Document).Errors;

    public static ValidationResult Validate(string json) => new SpellValidator(Schemas).Validate(Spell(json), Catalog, Object(json));

    static SpellCatalog CreateCatalog()
    {
        ToolDefinition[] tools =
        [
            Tool("""
                {"id":"llm.chat","kind":"llm","llm":{"endpoint":"https://models.example/v1","models":["m"]},"cost":{"estimateUsd":0.02},
                 "input":{"type":"object","additionalProperties":false,"required":["prompt"],"properties":{"prompt":{"type":"string"},"temperature":{"type":"number","minimum":0,"maximum":2}}},
                 "output":{"type":"object","additionalProperties":false,"required":["text"],"properties":{"text":{"type":"string"}}}}
                """),
            Tool("""
                {"id":"picture","name":"Picture maker","kind":"http","request":{"url":"https://pictures.example"},"cost":{"usd":0.1},
                 "input":{"type":"object","required":["prompt"],"properties":{"prompt":{"type":"string"},"count":{"type":"integer","minimum":1,"maximum":4,"default":1},"size":{"enum":["small","large"]}}},
                 "output":{"type":"object","properties":{"images":{"type":"array","items":{"type":"object","properties":{"url":{"type":"string"},"width":{"type":"integer"}}}}}}}
                """),
            Tool("""{"id":"text.echo","kind":"text.echo"}"""),
            Tool("""{"id":"tree","kind":"text.tree","output":{"type":"object","properties":{"name":{"type":"string"},"children":{"type":"array","items":{"$ref":"#"}}}}}"""),
            Tool("""
                {"id":"either","kind":"http","request":{"url":"https://either.example"},"cost":{"usd":0},
                 "input":{"type":"object","additionalProperties":false,"properties":{"a":{"type":"string"},"b":{"type":"string"}},"anyOf":[{"required":["a"]},{"required":["b"]}]}}
                """),
            Tool("""{"id":"free","kind":"http","request":{"url":"https://unknown-price.example"}}"""),
        ];
        var spells = new Dictionary<string, Spell>
        {
            ["child"] = Spell("""
                {"slug":"child","inputs":{"type":"object","required":["x"],"properties":{"x":{"type":"string"}}},
                 "steps":[{"id":"a","tool":"llm.chat","with":{"prompt":"${inputs.x}"}},{"id":"b","tool":"Picture maker","with":{"prompt":"x"}}],
                 "output":{"y":"${steps.a.output.text}"}}
                """),
            ["broken"] = Spell("""{"slug":"broken","steps":[{"id":"a","tool":"gone"}]}"""),
            ["loop-a"] = Spell("""{"slug":"loop-a","steps":[{"id":"a","spell":"loop-b"}]}"""),
            ["loop-b"] = Spell("""{"slug":"loop-b","steps":[{"id":"a","spell":"loop-a"}]}"""),
        };
        for (var depth = 1; depth < 7; depth++)
        {
            spells[$"deep-{depth}"] = Spell($$"""{"slug":"deep-{{depth}}","steps":[{"id":"a","spell":"deep-{{depth + 1}}"}]}""");
        }

        spells["deep-7"] = Spell("""{"slug":"deep-7","steps":[{"id":"a","tool":"text.echo"}]}""");
        return new SpellCatalog(tools, spells);
    }

    static ToolDefinition Tool(string json)
    {
        var reading = ToolDocument.Read(json, DocumentFormat.Json);
        Assert.Empty(reading.Errors);
        return reading.Tool!;
    }

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Functions.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run from within the repository.");
    }
}
