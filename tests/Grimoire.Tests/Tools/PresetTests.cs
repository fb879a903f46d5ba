using System.Text.Json.Nodes;
using Grimoire.Documents;
using Grimoire.Tests.Spells;
using Grimoire.Tools;
using Grimoire.Webhooks;

namespace Grimoire.Tests.Tools;

/// <summary>The definitions in the folder tools.</summary>
public sealed class PresetTests
{
    static readonly string Folder = Path.Combine(Samples.Root, "tools");

    public static TheoryData<string> Files() => [.. Directory.EnumerateFiles(Folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Each_is_named_by_its_file_and_there_is_nothing_wrong_or_doubtful_in_it(string file)
    {
        var format = Path.GetExtension(file) == ".json" ? DocumentFormat.Json : DocumentFormat.Yaml;

        var reading = ToolDocument.Read(File.ReadAllText(Path.Combine(Folder, file)), format);

        Assert.Empty(reading.Errors);
        Assert.Equal(Path.GetFileNameWithoutExtension(file), reading.Tool!.Id);
        var result = new ToolValidator(Samples.Schemas).Validate(reading.Tool);
        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
        Assert.Empty(Jobs.AgainstSchema(reading.Document!));
    }

    [Fact]
    public void Every_way_in_which_a_job_may_be_known_has_an_example()
    {
        List<ToolDefinition> tools =
        [
            .. Directory.EnumerateFiles(Folder, "*.json").Select(file => Jobs.Read(JsonNode.Parse(File.ReadAllText(file))!)).Where(tool => tool.Job is not null),
        ];

        Assert.Contains(tools, tool => tool.Delivery == Delivery.Poll);
        Assert.Contains(tools, tool => tool.Job!.Callback?.RunId is not null);
        Assert.Contains(tools, tool => tool.Job!.Result is not null);
        Assert.All(
            [SignatureKind.Url, SignatureKind.Standard, SignatureKind.Hmac],
            kind => Assert.Contains(tools, tool => tool.Job!.Callback?.Signature.Kind == kind));
        Assert.All(tools, tool => Assert.True(tool.Job is { Status: not null, Cancel: not null } && tool.Cost.EstimateUsd > 0, tool.Id));
    }
}
