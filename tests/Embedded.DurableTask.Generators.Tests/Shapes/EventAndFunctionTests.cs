using Embedded.DurableTask.Generators.Tests.Support;

namespace Embedded.DurableTask.Generators.Tests.Shapes;

/// <summary>The methods for types with [DurableEvent] and for functions with [ActivityTrigger].</summary>
public sealed class EventAndFunctionTests
{
    [Theory]
    [InlineData("record", "[DurableEvent]", "Approval")]
    [InlineData("class", "[DurableEvent(\"Yes\")]", "Yes")]
    [InlineData("struct", "[DurableEvent(name: \"Yes\")]", "Yes")]
    [InlineData("readonly record struct", "[DurableEvent(nameof(Approval))]", "Approval")]
    public void An_event_can_be_waited_for_and_sent(string type, string attribute, string name)
    {
        Generated generated = Generated.From($"namespace App; {attribute} public {type} Approval;");

        Assert.Equal(
            [
                $"public Task<Approval> WaitFor{name}Async(TaskOrchestrationContext context, CancellationToken cancellationToken = default)",
                $"public void Send{name}(TaskOrchestrationContext context, string instanceId, Approval eventData)",
            ],
            generated.Methods("App").Select(method => method.Replace("default(CancellationToken)", "default", StringComparison.Ordinal)));
        Assert.Empty(generated.CompilerMessages);
    }

    [Fact]
    public void An_internal_event_in_no_namespace_is_used_within_its_project()
    {
        Generated generated = Generated.From("[DurableEvent] record Approval(int X); [DurableEvent] abstract record NoEvent;");

        Assert.Equal(
            ["internal Task<Approval>", "internal void"],
            generated.Methods("Microsoft.DurableTask").Select(method => method[..method.IndexOf(' ', 10)]));
        Assert.Empty(generated.CompilerMessages);
    }

    [Theory]
    [InlineData("int Add([ActivityTrigger] int input)", "Task<int> CallAddAsync(TaskOrchestrationContext ctx, int input, TaskOptions? options = null)")]
    [InlineData("Task<string[]> Add(FunctionContext context, [ActivityTrigger] string[] all)", "Task<string[]> CallAddAsync(TaskOrchestrationContext ctx, string[] all, TaskOptions? options = null)")]
    [InlineData("ValueTask<(int, string?)> Add([ActivityTrigger] Point? point)", "Task<(int, string?)> CallAddAsync(TaskOrchestrationContext ctx, Point? point, TaskOptions? options = null)")]
    [InlineData("Task Add([ActivityTrigger] object _)", "Task CallAddAsync(TaskOrchestrationContext ctx, object? _, TaskOptions? options = null)")]
    [InlineData("void Add([ActivityTrigger] Point @event)", "Task CallAddAsync(TaskOrchestrationContext ctx, Point @event, TaskOptions? options = null)")]
    [InlineData("ValueTask Add([ActivityTrigger] int options)", "Task CallAddAsync(TaskOrchestrationContext ctx, int input, TaskOptions? options = null)")]
    public void An_activity_function_can_be_called_from_the_common_namespace(string function, string method)
    {
        Generated generated = Generated.From(
            "namespace App; public class FunctionContext; public record Point(int X);"
            + $"public static class Functions {{ [Function(\"Add\")] public static {function} => throw new NotSupportedException(); }}");

        Assert.Equal([$"public {method}"], generated.Methods("Microsoft.DurableTask"));
        Assert.Empty(generated.CompilerMessages);
    }

    [Fact]
    public void Functions_that_are_no_activities_or_whose_name_fits_no_method_get_none()
    {
        Generated generated = Generated.From("""
            namespace App;
            public static class Functions
            {
                [Function("Run")]
                public static int Run([OrchestrationTrigger] TaskOrchestrationContext context) => 0;

                [Function("say-hello")]
                public static int Say([ActivityTrigger] string name) => 0;

                [Function("Other")]
                public static int Other(string name) => 0;
            }
            """);

        Assert.Empty(generated.Driver.GetRunResult().GeneratedTrees);
        Assert.Empty(generated.Reported);
    }
}
