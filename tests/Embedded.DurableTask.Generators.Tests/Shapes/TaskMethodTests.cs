using Embedded.DurableTask.Generators.Tests.Support;

namespace Embedded.DurableTask.Generators.Tests.Shapes;

/// <summary>The methods for classes with [DurableTask].</summary>
public sealed class TaskMethodTests
{
    [Fact]
    public void An_orchestrator_can_be_started_and_called_from_its_namespace()
    {
        Generated generated = Generated.From(Orchestrator("MyOrchestrator", "int", "string", "namespace App.Orders;"));

        Assert.Equal(
            [
                "public Task<string> ScheduleNewMyOrchestratorInstanceAsync(IOrchestrationSubmitter client, int input, StartOrchestrationOptions? options = null)",
                "public Task<string> CallMyOrchestratorAsync(TaskOrchestrationContext context, int input, TaskOptions? options = null)",
            ],
            generated.Methods("App.Orders"));
        Assert.Empty(generated.CompilerMessages);
    }

    [Fact]
    public void An_activity_can_be_called_from_its_namespace()
    {
        Generated generated = Generated.From(Activity("MyActivity", "int", "string", "namespace App.Orders;"));

        Assert.Equal(
            ["public Task<string> CallMyActivityAsync(TaskOrchestrationContext ctx, int input, TaskOptions? options = null)"],
            generated.Methods("App.Orders"));
        Assert.Empty(generated.CompilerMessages);
    }

    [Theory]
    [InlineData("int")]
    [InlineData("string")]
    [InlineData("Guid")]
    [InlineData("byte[]")]
    [InlineData("string?[]")]
    [InlineData("List<string?>")]
    [InlineData("Dictionary<string, List<int?>>")]
    [InlineData("(int Count, string? Name)")]
    [InlineData("Point")]
    [InlineData("Point[,]")]
    [InlineData("dynamic")]
    public void An_input_that_cannot_be_null_must_be_given(string type)
    {
        Generated generated = Generated.From(
            Activity("MyActivity", type, "string", "namespace App;") + Orchestrator("MyOrchestrator", type, type, string.Empty) + """
                public record Point(int X);
                """);

        Assert.Equal(
            [
                $"public Task<string> CallMyActivityAsync(TaskOrchestrationContext ctx, {type} input, TaskOptions? options = null)",
                $"public Task<string> ScheduleNewMyOrchestratorInstanceAsync(IOrchestrationSubmitter client, {type} input, StartOrchestrationOptions? options = null)",
                $"public Task<{type}> CallMyOrchestratorAsync(TaskOrchestrationContext context, {type} input, TaskOptions? options = null)",
            ],
            generated.Methods("App"));
        Assert.Empty(generated.CompilerMessages);
    }

    [Theory]
    [InlineData("int?", "null")]
    [InlineData("string?", "null")]
    [InlineData("object?", "null")]
    [InlineData("int[]?", "null")]
    [InlineData("(int, int)?", "null")]
    [InlineData("List<int>?", "null")]
    public void An_input_that_can_be_null_can_be_left_out(string type, string left)
    {
        Generated generated = Generated.From(
            Activity("MyActivity", type, "string", "namespace App;") + Orchestrator("MyOrchestrator", type, type, string.Empty));

        Assert.Equal(
            [
                $"public Task<string> CallMyActivityAsync(TaskOrchestrationContext ctx, {type} input = {left}, TaskOptions? options = null)",
                $"public Task<string> ScheduleNewMyOrchestratorInstanceAsync(IOrchestrationSubmitter client, {type} input = {left}, StartOrchestrationOptions? options = null)",
                $"public Task<{type}> CallMyOrchestratorAsync(TaskOrchestrationContext context, {type} input = {left}, TaskOptions? options = null)",
            ],
            generated.Methods("App"));
        Assert.Empty(generated.CompilerMessages);
    }

    [Theory]
    [InlineData("[DurableTask(\"Other\")]")]
    [InlineData("[DurableTask(name: \"Other\")]")]
    [InlineData("[DurableTaskAttribute(Names.Other)]")]
    public void The_attributes_name_goes_before_that_of_the_class(string attribute)
    {
        Generated generated = Generated.From(
            Activity("MyActivity", "int", "int", "namespace App;", attribute) + "static class Names { public const string Other = \"Other\"; }");

        Assert.Equal("CallOtherAsync", Assert.Single(generated.Complete.GetSymbolsWithName(name => name.StartsWith("Call", StringComparison.Ordinal))).Name);
        Assert.Contains("(\"Other\", input, options)", generated.Text, StringComparison.Ordinal);
        Assert.Empty(generated.CompilerMessages);
    }

    [Fact]
    public void A_task_in_no_namespace_is_called_from_the_common_one()
    {
        Generated generated = Generated.From(Activity("MyActivity", "Point", "Point", string.Empty) + "public record Point(int X);");

        Assert.Equal(
            [
                "public Task<Point> CallMyActivityAsync(TaskOrchestrationContext ctx, Point input, TaskOptions? options = null)",
                "internal DurableTaskRegistry AddAllGeneratedTasks(DurableTaskRegistry builder)",
            ],
            generated.Methods("Microsoft.DurableTask"));
        Assert.Empty(generated.CompilerMessages);
    }

    [Fact]
    public void Classes_of_one_name_in_two_namespaces_are_two_tasks_if_they_say_so()
    {
        Generated generated = Generated.From(
            Activity("Pack", "string", "int", "namespace App.Boxes;", "[DurableTask(\"PackBox\")]"),
            Activity("Pack", "int", "int", "namespace App.Bags;", "[DurableTask(\"PackBag\")]"));

        Assert.Equal(
            ["public Task<int> CallPackBoxAsync(TaskOrchestrationContext ctx, string input, TaskOptions? options = null)"],
            generated.Methods("App.Boxes"));
        Assert.Equal(
            ["public Task<int> CallPackBagAsync(TaskOrchestrationContext ctx, int input, TaskOptions? options = null)"],
            generated.Methods("App.Bags"));
        Assert.Empty(generated.Reported);
        Assert.Empty(generated.CompilerMessages);
    }

    [Fact]
    public void Namespaces_named_like_keywords_or_like_the_frameworks_and_nested_classes_can_be_called()
    {
        Generated generated = Generated.From(
            "namespace App.@event { namespace System { public class Outer {" + Activity("Inner", "Task", "Task", string.Empty) + " public class Task; } } }");

        Assert.Equal(
            ["public Task<Task> CallInnerAsync(TaskOrchestrationContext ctx, Task input, TaskOptions? options = null)"],
            generated.Methods("App.event.System"));
        Assert.Contains("global::App.@event.System.Outer.Task input", generated.Text, StringComparison.Ordinal);
        Assert.Contains("AddActivity<global::App.@event.System.Outer.Inner>", generated.Text, StringComparison.Ordinal);
        Assert.Empty(generated.CompilerMessages);
    }

    [Fact]
    public void A_task_with_internal_types_is_called_within_its_project()
    {
        Generated generated = Generated.From(
            "namespace App; [DurableTask] class Mine : TaskActivity<List<Point>, int>"
            + " { public override Task<int> RunAsync(TaskActivityContext context, List<Point> input) => Task.FromResult(0); } record Point(int X);");

        Assert.Equal(
            ["internal Task<int> CallMineAsync(TaskOrchestrationContext ctx, List<Point> input, TaskOptions? options = null)"],
            generated.Methods("App"));
        Assert.Empty(generated.CompilerMessages);
    }

    [Fact]
    public void A_base_class_between_is_looked_through_and_not_a_task_itself()
    {
        Generated generated = Generated.From(
            "namespace App; [DurableTask] public abstract class Base<T> : TaskActivity<T, string>;" + Activity("MyActivity", "int", "string", string.Empty)
                .Replace("TaskActivity<int, string>", "Base<int>", StringComparison.Ordinal));

        Assert.Equal(
            ["public Task<string> CallMyActivityAsync(TaskOrchestrationContext ctx, int input, TaskOptions? options = null)"],
            generated.Methods("App"));
        Assert.Empty(generated.Reported);
        Assert.Empty(generated.CompilerMessages);
    }

    [Fact]
    public void Without_tasks_and_events_there_is_no_file()
    {
        Generated generated = Generated.From("[DurableTask] public class NoTask;");

        Assert.Empty(generated.Driver.GetRunResult().GeneratedTrees);
    }

    internal static string Orchestrator(string name, string input, string output, string head, string attribute = "[DurableTask]") => $$"""
        {{head}}
        {{attribute}}
        public class {{name}} : TaskOrchestrator<{{input}}, {{output}}>
        {
            public override Task<{{output}}> RunAsync(TaskOrchestrationContext context, {{input}} input) => throw new NotSupportedException();
        }

        """;

    internal static string Activity(string name, string input, string output, string head, string attribute = "[DurableTask]") => $$"""
        {{head}}
        {{attribute}}
        public class {{name}} : TaskActivity<{{input}}, {{output}}>
        {
            public override Task<{{output}}> RunAsync(TaskActivityContext context, {{input}} input) => throw new NotSupportedException();
        }

        """;
}
