using System.Reflection;
using System.Text.RegularExpressions;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Tests.Orchestrations.Support;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Tests.Tools.Support;
using Grimoire.Schemas;
using Grimoire.Tools;
using Microsoft.Azure.Functions.Worker;

namespace Grimoire.Functions.Tests;

/// <summary>Whatever is called has somebody who answers: each kind of tool, each delivery, each function that an orchestration calls by name.</summary>
[Trait("Row", "SP24")]
public sealed class HandlersTests
{
    /// <summary>The orchestration itself does what these ask for.</summary>
    static readonly string[] Interpreted = [ToolKinds.Wait, ToolKinds.Approval];

    static readonly IReadOnlyList<RecordedHistory> Histories = [.. Directory.GetFiles(RecordedHistory.Folder, "*.json").Select(RecordedHistory.Read)];

    public static TheoryData<string> Kinds =>
        [.. ToolKinds.All.Where(kind => !kind.EndsWith('*')).Union(BuiltInTools.All.Select(tool => tool.Kind)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_kind_of_tool_has_a_runner_or_is_refused_in_words(string kind)
    {
        using var bench = new Bench();

        Assert.True(ToolKinds.IsKnown(kind));
        Assert.Equal(!Interpreted.Contains(kind), bench.Runners.Runs(kind));
        if (!bench.Runners.Runs(kind))
        {
            var failure = (await bench.RunAsync(new ToolDefinition { Id = "mine", Kind = kind })).Failure!;
            Assert.Equal(("tool.unknownKind", false), (failure.Code, failure.Transient));
            Assert.Contains($"'{kind}'", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_group_of_kinds_has_a_tool_in_it() => Assert.All(
        ToolKinds.All.Where(kind => kind.EndsWith('*')), group => Assert.Contains(BuiltInTools.All, tool => tool.Kind.StartsWith(group.TrimEnd('*'), StringComparison.Ordinal)));

    [Theory]
    [InlineData(Delivery.Webhook)]
    [InlineData(Delivery.Poll)]
    public void A_delivery_that_nothing_is_said_about_is_refused_before_a_spell_can_call_it(Delivery delivery)
    {
        var tool = new ToolDefinition { Id = "mine", Kind = "http", Delivery = delivery, Request = new RequestTemplate { Url = "https://example.org" } };

        var result = new ToolValidator(new JsonSchemas()).Validate(tool);

        Assert.Contains(result.Errors, error => error is { Code: "tool.field", Pointer: "/job" });
    }

    [Fact]
    public void Every_activity_that_orchestrations_call_is_a_function_and_each_of_them_is_called() =>
        Assert.Equal(Functions<ActivityTriggerAttribute>(), CalledInSource("Activity|(?!SubOrchestrator)").Order(StringComparer.Ordinal));

    [Fact]
    public void Every_orchestration_that_orchestrations_call_is_a_function() =>
        Assert.Subset(Functions<OrchestrationTriggerAttribute>().ToHashSet(), CalledInSource("SubOrchestrator").ToHashSet());

    [Fact]
    public void Whatever_recorded_histories_call_is_still_a_function()
    {
        var called = Histories.SelectMany(history => history.Events).Where(e => e.Kind is EventKind.ActivityCalled or EventKind.SubCastCalled).Select(e => e.Name!);

        Assert.Subset(Functions<ActivityTriggerAttribute>().Concat(Functions<OrchestrationTriggerAttribute>()).ToHashSet(), called.ToHashSet());
    }

    [Fact]
    public void Every_activity_has_the_name_of_its_class_by_which_orchestrations_call_it() => Assert.All(
        Methods<ActivityTriggerAttribute>(), method => Assert.Equal(method.DeclaringType!.Name, method.GetCustomAttribute<FunctionAttribute>()!.Name));

    static IEnumerable<string> CalledInSource(string what)
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "Grimoire.Functions", "Orchestrations"), "*.cs").Select(File.ReadAllText);
        return sources.SelectMany(source => Regex.Matches(source, $@"\bCall(?:{what})Async<[^;(]*>\(\s*nameof\((?<name>\w+)\)")).Select(match => match.Groups["name"].Value).Distinct();
    }

    static IEnumerable<string> Functions<TTrigger>()
        where TTrigger : Attribute => Methods<TTrigger>().Select(method => method.GetCustomAttribute<FunctionAttribute>()!.Name).Order(StringComparer.Ordinal);

    static IEnumerable<MethodInfo> Methods<TTrigger>()
        where TTrigger : Attribute =>
        from type in typeof(RunTool).Assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        where method.GetCustomAttribute<FunctionAttribute>() is not null && method.GetParameters().Any(parameter => parameter.GetCustomAttribute<TTrigger>() is not null)
        select method;
}
