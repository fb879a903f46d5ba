using System.Text.RegularExpressions;
using Grimoire.Documents;
using Grimoire.Schemas;
using Grimoire.Spells;
using Grimoire.Tools;

namespace Grimoire.Tests.Spells;

public sealed partial class SpellDocsTests
{
    static readonly string Text = File.ReadAllText(Path.Combine(Samples.Root, "docs", "spells.md"));

    [Fact]
    public void Every_spell_in_the_docs_is_valid()
    {
        var blocks = Blocks().Matches(Text);

        Assert.True(blocks.Count >= 6);
        Assert.All(blocks, block =>
        {
            var reading = SpellDocument.Read(block.Groups["text"].Value, block.Groups["language"].Value == "json" ? DocumentFormat.Json : DocumentFormat.Yaml);
            Assert.Empty(reading.Errors);
            var result = new SpellValidator(Samples.Schemas).Validate(reading.Spell!, new AnyTool(), reading.Document);
            Assert.Empty(result.Errors);
            Assert.Empty(result.Warnings);
            Assert.Empty(Samples.Schemas.Validate(PublishedSchemas.Spell(), reading.Document));
        });
    }

    [Fact]
    public void Every_code_of_the_source_is_listed_and_no_other()
    {
        var sources = new[] { "Documents", "Spells" }.SelectMany(folder =>
            Directory.GetFiles(Path.Combine(Samples.Root, "src", "Grimoire", folder), "*.cs")).Append(Path.Combine(Samples.Root, "src", "Grimoire", "Schemas", "SchemaCheck.cs"));
        var used = sources.SelectMany(file => Codes().Matches(File.ReadAllText(file))).Select(code => code.Groups["code"].Value).Distinct().Order(StringComparer.Ordinal);

        var listed = Regex.Matches(Text[Text.IndexOf("## Codes", StringComparison.Ordinal)..], "`(?<code>[a-zA-Z]+\\.[a-zA-Z]+)`").Select(code => code.Groups["code"].Value).Order(StringComparer.Ordinal);

        Assert.Equal(used, listed);
    }

    [GeneratedRegex("```(?<language>json|yaml)\n(?<text>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Blocks();

    [GeneratedRegex("\"(?<code>(document|yaml|field|step|tool|spell|expression|reference|secret|input|needs|graph|catch|schema|timeout|retry|forEach)\\.(?!timeout)[a-zA-Z]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Codes();

    // The docs name tools that everybody can imagine; those that have schemas here are checked by them.
    sealed class AnyTool : ISpellCatalog
    {
        public IEnumerable<string> ToolNames => [];

        public IEnumerable<string> SpellNames => [];

        public ToolDefinition? FindTool(string nameOrId) => Samples.Catalog.FindTool(nameOrId) ?? new ToolDefinition { Id = nameOrId, Kind = "wait" };

        public Spell? FindSpell(string reference) => Samples.Catalog.FindSpell(reference);
    }
}
