using System.Text.Json;
using System.Text.RegularExpressions;
using Grimoire.Schemas;
using Grimoire.Tests.Spells;
using Grimoire.Tools;

namespace Grimoire.Tests.Tools;

/// <summary>docs/tools.md shows definitions that are right, and every field and state of jobs.</summary>
public sealed partial class ToolDocsTests
{
    static readonly string Page = File.ReadAllText(Path.Combine(Samples.Root, "docs", "tools.md"));

    [Fact]
    public void The_definitions_on_the_page_are_right()
    {
        var definitions = Blocks().Matches(Page).Select(match => Samples.Object(match.Groups["json"].Value)).Where(block => block["kind"] is not null).ToList();

        Assert.Equal(["images.draw", "images.render"], definitions.Select(definition => (string)definition["id"]!));
        Assert.All(definitions, definition =>
        {
            var result = Jobs.Validate(definition);
            Assert.Empty(result.Errors);
            Assert.Empty(result.Warnings);
            Assert.Empty(Jobs.AgainstSchema(definition));
        });
    }

    [Fact]
    public void Every_field_of_a_job_is_in_its_table_and_no_other()
    {
        var definitions = PublishedSchemas.Tool()["definitions"]!;
        var fields = Names("job").Concat(Names("callback").Select(name => "callback." + name)).Concat(Names("status").Select(name => "status." + name)).Except(["status"]);

        Assert.Equal(fields.Order(StringComparer.Ordinal), Listed("### Fields of `job`").Select(row => row.Names).SelectMany(names => names).Order(StringComparer.Ordinal));

        IEnumerable<string> Names(string part) => definitions[part]!["properties"]!.AsObject().Select(property => property.Key);
    }

    [Fact]
    public void The_usual_states_are_in_their_table()
    {
        var usual = JsonSerializer.SerializeToNode(JobStates.Usual, DomainJson.Options)!.AsObject();

        foreach (var (names, text) in Listed("### States"))
        {
            Assert.Equal(usual[names.Single()]!.AsArray().Select(state => (string)state!), Quoted().Matches(text).Select(match => match.Groups["name"].Value));
        }

        Assert.Equal(usual.Count, Listed("### States").Count());
    }

    /// <summary>The rows of the first table below a heading: the names in the first column, and the second one.</summary>
    static IEnumerable<(IReadOnlyList<string> Names, string Text)> Listed(string heading) => Page.Split('\n')
        .SkipWhile(line => line != heading).Skip(1)
        .SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|')).Skip(2)
        .Select(line => line.Split('|'))
        .Select(cells => ((IReadOnlyList<string>)[.. Quoted().Matches(cells[1]).Select(match => match.Groups["name"].Value)], cells[2]));

    [GeneratedRegex("^```json\n(?<json>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Blocks();

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Quoted();
}
