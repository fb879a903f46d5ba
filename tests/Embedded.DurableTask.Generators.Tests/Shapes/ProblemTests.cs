using Embedded.DurableTask.Generators.Tests.Support;
using Microsoft.CodeAnalysis;
using static Embedded.DurableTask.Generators.Tests.Shapes.TaskMethodTests;

namespace Embedded.DurableTask.Generators.Tests.Shapes;

/// <summary>Declarations for which there is no code are errors at their place.</summary>
public sealed class ProblemTests
{
    [Theory]
    [InlineData("Foo.Bar")]
    [InlineData("Foo-Bar")]
    [InlineData("Foo Bar")]
    [InlineData("1Foo")]
    [InlineData("@Foo")]
    [InlineData("")]
    public void A_name_that_is_no_identifier_is_refused(string name)
    {
        Generated generated = Generated.From(
            Activity("A", "int", "int", "namespace App;", $"[DurableTask(\"{name}\")]"),
            $"[DurableEvent(\"{name}\")] public record Approval;");

        Assert.Equal(["DURABLE3001 \"" + name + "\"", "DURABLE3002 \"" + name + "\""], Reported(generated));
        Assert.Empty(generated.Text);
        Assert.Empty(generated.CompilerMessages);
    }

    [Fact]
    public void A_name_and_version_that_two_classes_share_is_the_first_ones()
    {
        Generated generated = Generated.From(
            Activity("A", "int", "int", "namespace App;", "[DurableTask(\"Same\", Version = \"v1\")]"),
            Activity("B", "int", "int", "namespace App;", "[DurableTask(\"same\", Version = \"V1\")]"),
            Orchestrator("Same", "int", "int", "namespace Other;"));

        Assert.Equal(["DURABLE3003 \"same\""], Reported(generated));
        Assert.Contains("AddActivity<global::App.A>", generated.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("AddActivity<global::App.B>", generated.Text, StringComparison.Ordinal);
        Assert.Empty(generated.CompilerMessages);
    }

    [Fact]
    public void A_name_that_two_classes_share_is_refused_in_a_functions_app_whatever_the_version()
    {
        Generated generated = Generated.InProject(
            "Functions",
            Activity("A", "int", "int", "namespace App;", "[DurableTask(\"Same\", Version = \"1\")]"),
            Activity("B", "int", "int", "namespace App;", "[DurableTask(\"same\", Version = \"2\")]"));

        Assert.Equal(["DURABLE3004 \"Same\"", "DURABLE3004 \"same\""], Reported(generated));
        Assert.Empty(generated.Text);
    }

    [Fact]
    public void A_name_that_a_class_shares_with_a_function_is_refused()
    {
        Generated generated = Generated.From(
            Orchestrator("Run", "int", "int", "namespace App;"),
            Activity("Walk", "int", "int", "namespace App;"),
            "public static class F { [Function(\"run\")] public static int Run([OrchestrationTrigger] TaskOrchestrationContext c) => 0; }");

        Assert.Equal(["DURABLE3004 Run"], Reported(generated));
        Assert.DoesNotContain("CallRunAsync", generated.Text, StringComparison.Ordinal);
        Assert.Contains("CallWalkAsync", generated.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_blank_version_is_refused_and_its_task_called_without()
    {
        Generated generated = Generated.From(Activity("A", "int", "int", "namespace App;", "[DurableTask(Version = \"  \")]"));

        Assert.Equal(["DURABLE3005 Version = \"  \""], Reported(generated));
        Assert.Contains("(\"A\", input, options)", generated.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("public class Outer { [DurableTask] class Mine : TaskEntity<int>; }")]
    [InlineData("public class Outer<T> { [DurableTask] public class Mine : TaskEntity<int>; }")]
    [InlineData("[DurableTask] public class Mine<T> : TaskEntity<T>;")]
    [InlineData("[DurableTask] file class Mine : TaskEntity<int>;")]
    [InlineData("[DurableEvent] public record Mine<T>(T Value);")]
    [InlineData("public class Outer { [DurableEvent] protected record Mine(int Value); }")]
    public void A_type_that_generated_code_cannot_name_is_refused(string declaration)
    {
        Generated generated = Generated.From(declaration);

        Assert.Equal(["EMBEDDED3001 Mine"], Reported(generated));
        Assert.Empty(generated.Text);
    }

    static IEnumerable<string> Reported(Generated generated) => generated.Reported.Select(problem =>
    {
        Assert.Equal(DiagnosticSeverity.Error, problem.Severity);
        SyntaxTree file = generated.Project.SyntaxTrees.Single(tree => tree.FilePath == problem.Location.GetLineSpan().Path);
        return $"{problem.Id} {file.GetText().ToString(problem.Location.SourceSpan)}";
    });
}
