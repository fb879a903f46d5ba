using Grimoire.EndToEnd.Tests.Support;
using Grimoire.Schemas;
using Grimoire.Spells;
using Grimoire.Tools;

namespace Grimoire.EndToEnd.Tests.Casts;

/// <summary>The sample documents, read and checked as the app does it.</summary>
public sealed class SampleDocumentTests
{
    public static TheoryData<string> ToolNames => [.. SampleFiles.Tools.Select(tool => tool.Name)];

    public static TheoryData<string> SpellNames => [.. SampleFiles.Spells.Select(spell => spell.Name)];

    [Theory]
    [MemberData(nameof(ToolNames))]
    public void A_tool_is_valid_and_called_as_its_file_is(string name)
    {
        var file = SampleFiles.Tools.Single(tool => tool.Name == name);

        var reading = ToolDocument.Read(file.Text, file.Format);

        Assert.Empty(reading.Errors);
        Assert.Equal(name, reading.Tool!.Id);
    }

    [Theory]
    [MemberData(nameof(SpellNames))]
    [Trait("Row", "UX17")]
    public void A_spell_is_valid_without_a_warning_and_called_as_its_file_is(string name)
    {
        var tools = SampleFiles.Tools.Select(file => ToolDocument.Read(file.Text, file.Format).Tool!).Concat(BuiltInTools.All);
        var spells = SampleFiles.Spells.ToDictionary(file => file.Name, file => SpellDocument.Read(file.Text, file.Format).Spell!);
        var file = SampleFiles.Spell(name);
        var reading = SpellDocument.Read(file.Text, file.Format);
        Assert.Empty(reading.Errors);

        var result = new SpellValidator(new JsonSchemas()).Validate(reading.Spell!, new SpellCatalog(tools, spells), reading.Document);

        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
        Assert.Equal(name, reading.Spell!.Slug);
    }
}
