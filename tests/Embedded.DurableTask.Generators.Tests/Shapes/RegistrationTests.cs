using Embedded.DurableTask.Generators.Tests.Support;
using static Embedded.DurableTask.Generators.Tests.Shapes.TaskMethodTests;

namespace Embedded.DurableTask.Generators.Tests.Shapes;

/// <summary>Which projects register their tasks, and which leave that to the Functions host.</summary>
public sealed class RegistrationTests
{
    const string Function = "public static class Functions { [Function(\"Run\")] public static int Run([OrchestrationTrigger] TaskOrchestrationContext context) => 0; }";
    const string Entity = "[DurableTask] public class Counter : TaskEntity<int>;";

    static readonly string Activity = Activity("MyActivity", "int", "int", string.Empty);

    [Fact]
    public void All_tasks_of_a_project_are_registered()
    {
        Generated generated = Generated.From(Entity, Activity("MyActivity", "int", "int", "namespace App.A;"), Orchestrator("Mine", "int", "int", "namespace App.B;"));

        Assert.Equal(
            [
                "builder.AddOrchestrator<global::App.B.Mine>();",
                "builder.AddActivity<global::App.A.MyActivity>();",
                "builder.AddEntity<global::Counter>();",
            ],
            generated.Text.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("builder.Add", StringComparison.Ordinal)));
        Assert.Empty(generated.CompilerMessages);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Auto")]
    [InlineData("Functions")]
    [InlineData("functions")]
    public void The_host_registers_those_of_a_project_with_durable_functions(string kind)
    {
        Generated generated = Generated.InProject(kind, Activity, Function);

        Assert.DoesNotContain("AddAllGeneratedTasks", generated.Text, StringComparison.Ordinal);
        Assert.Contains("CallMyActivityAsync", generated.Text, StringComparison.Ordinal);
        Assert.Empty(generated.CompilerMessages);
    }

    [Theory]
    [InlineData("Embedded.Functions")]
    [InlineData("Microsoft.Azure.Functions.Worker.Extensions.DurableTask")]
    public void The_host_registers_those_of_a_project_that_references_it(string assembly)
    {
        Generated generated = Generated.WithReference(assembly, Activity);

        Assert.DoesNotContain("AddAllGeneratedTasks", generated.Text, StringComparison.Ordinal);
        Assert.Contains("CallMyActivityAsync", generated.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_functions_app_of_entities_alone_gets_no_file()
        => Assert.Empty(Generated.InProject("Functions", Entity).Driver.GetRunResult().GeneratedTrees);

    [Fact]
    public void A_project_can_say_that_it_registers_them_itself()
        => Assert.Contains("AddAllGeneratedTasks", Generated.InProject("Standalone", Activity, Function).Text, StringComparison.Ordinal);

    [Fact]
    public void A_versioned_task_is_called_by_its_name_while_it_is_the_only_one()
    {
        Generated generated = Generated.From(
            Orchestrator("ShipByTrain", "int", "int", "namespace App;", "[DurableTask(\"Ship\", Version = \"1\")]"));

        Assert.Contains("CallShipAsync", generated.Text, StringComparison.Ordinal);
        Assert.Empty(generated.CompilerMessages);
    }

    [Fact]
    public void Versions_of_a_task_are_called_by_their_classes()
    {
        Generated generated = Generated.From(
            Orchestrator("One", "int", "int", "namespace App { public class Outer {", "[DurableTask(\"Ship\", Version = \"1\")]") + "} }",
            Orchestrator("Two", "int", "int", "namespace App;", "[DurableTask(\"ship\", Version = \"2\")]"));

        Assert.Contains("CallOuter_OneAsync", generated.Text, StringComparison.Ordinal);
        Assert.Contains("CallTwoAsync", generated.Text, StringComparison.Ordinal);
        Assert.Empty(generated.Reported);
        Assert.Empty(generated.CompilerMessages);
    }
}
