using Grimoire.Functions.Tests.Tools.Support;
using Grimoire.Tools;

namespace Grimoire.Functions.Tests.Tools;

public sealed class TextToolsTests
{
    [Theory]
    [InlineData("text.template", """{"template":"Hi {{who.name}}, {{list.1}}!","values":{"who":{"name":"Ada"},"list":[1,2]}}""", """{"text":"Hi Ada, 2!"}""")]
    [InlineData("text.join", """{"items":["a",1,null],"separator":"-"}""", """{"text":"a-1-"}""")]
    [InlineData("text.split", """{"text":" a , b ,","separator":",","trim":true}""", """{"items":["a","b"],"count":2}""")]
    [InlineData("text.replace", """{"text":"aXbx","find":"x","replacement":"-","ignoreCase":true}""", """{"text":"a-b-"}""")]
    [InlineData("text.truncate", """{"text":"abcdef","maxLength":4}""", """{"text":"abc…","truncated":true}""")]
    [InlineData("text.truncate", """{"text":"abc","maxLength":4}""", """{"text":"abc","truncated":false}""")]
    [InlineData("text.case", """{"text":"a tale","to":"title"}""", """{"text":"A Tale"}""")]
    [InlineData("json.value", """{"value":[1,{"a":2}]}""", """[1,{"a":2}]""")]
    [InlineData("json.pick", """{"from":{"a":1,"b":2},"keys":["b","c"]}""", """{"b":2}""")]
    [InlineData("json.merge", """{"objects":[{"a":{"x":1}},{"a":{"y":2},"b":[1]}]}""", """{"a":{"x":1,"y":2},"b":[1]}""")]
    [InlineData("json.parse", """{"text":"[1]"}""", """{"value":[1]}""")]
    [InlineData("json.stringify", """{"value":{"a":"é"}}""", """{"text":"{\"a\":\"é\"}"}""")]
    public async Task Each_kind_computes_what_its_definition_declares(string kind, string input, string output)
    {
        using var bench = new Bench();

        var result = await bench.RunAsync(Definition(kind), Bench.Object(input));

        Assert.Null(result.Failure);
        Assert.Equal(Bench.Json(output).ToJsonString(DomainJson.Options), result.Output!.ToJsonString(DomainJson.Options));
        Assert.True(bench.Runners.IsPure(kind));
    }

    [Theory]
    [InlineData("text.template", """{"template":"{{nobody}}"}""", "input.invalid", "nobody")]
    [InlineData("text.template", """{"template":"{{open"}""", "input.invalid", "position 0")]
    [InlineData("text.join", """{"items":"a"}""", "input.invalid", "'items' is text; it has to be a list")]
    [InlineData("text.replace", """{"text":"a","find":""}""", "input.invalid", "'find'")]
    [InlineData("text.case", """{"text":"a","to":"x"}""", "input.invalid", "upper, lower or title")]
    [InlineData("text.truncate", """{"text":"a"}""", "input.invalid", "'maxLength' is missing")]
    [InlineData("json.parse", """{"text":"{"}""", "json.malformed", "not JSON")]
    public async Task A_wrong_input_is_a_permanent_failure_that_says_what_would_be_right(string kind, string input, string code, string message)
    {
        using var bench = new Bench();

        var failure = (await bench.RunAsync(Definition(kind), Bench.Object(input))).Failure!;

        Assert.Equal((code, false), (failure.Code, failure.Transient));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replacement_that_no_memory_would_hold_is_refused()
    {
        using var bench = new Bench();
        var input = new System.Text.Json.Nodes.JsonObject { ["text"] = new string('a', 100_000), ["find"] = "a", ["replacement"] = new string('b', 1000) };

        Assert.Equal("text.tooLong", (await bench.RunAsync(Definition("text.replace"), input)).Failure!.Code);
    }

    [Fact]
    public async Task A_text_becomes_an_artifact_and_is_read_again()
    {
        using var bench = new Bench();

        var stored = await bench.RunAsync(Definition("text.artifact"), Bench.Object("""{"name":"a.md","text":"# é"}"""));
        var read = await bench.RunAsync(Definition("text.read"), new() { ["artifact"] = stored.Output!["artifact"]!.DeepClone() });

        Assert.Equal("text/markdown", bench.Artifacts.Stored[0].ContentType);
        Assert.Equal("# é", read.Output!["text"]!.GetValue<string>());
    }

    [Fact]
    public void Every_built_in_tool_that_is_no_wait_has_a_runner()
    {
        using var bench = new Bench();

        var without = BuiltInTools.All.Where(tool => !bench.Runners.Runs(tool.Kind)).Select(tool => tool.Id);

        Assert.Equal(["wait", "approval"], without);
    }

    static ToolDefinition Definition(string id) => BuiltInTools.All.Single(tool => tool.Id == id);
}
