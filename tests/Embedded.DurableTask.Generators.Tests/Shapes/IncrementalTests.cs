using Embedded.DurableTask.Generators.Tests.Support;
using Microsoft.CodeAnalysis;
using static Embedded.DurableTask.Generators.Tests.Shapes.TaskMethodTests;

namespace Embedded.DurableTask.Generators.Tests.Shapes;

/// <summary>What an edit costs in an IDE, where the generator runs at each keystroke.</summary>
public sealed class IncrementalTests
{
    static readonly string Tasks = Activity("MyActivity", "int", "int", "namespace App;") + "[DurableEvent] public record Approval(int X);";

    [Fact]
    public void An_edit_in_another_file_generates_nothing_anew()
    {
        Generated first = Generated.From(Tasks, "class Unrelated;");

        Generated second = first.Edit("class Unrelated { int X() => 1; }");

        Assert.All(ContentReasons(second), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
        Assert.All(OutputReasons(second), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void An_edit_that_only_moves_a_task_adds_no_new_text()
    {
        Generated first = Generated.From(Tasks);

        Generated second = first.Edit("// A line more.\n" + Tasks.Replace("throw new", "throw  new", StringComparison.Ordinal));

        Assert.Equal([IncrementalStepRunReason.Unchanged], ContentReasons(second));
        Assert.Equal([IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Cached], OutputReasons(second));
    }

    [Fact]
    public void An_edit_of_a_task_generates_its_calls_anew()
    {
        Generated first = Generated.From(Tasks);

        Generated second = first.Edit(Tasks.Replace("int", "string", StringComparison.Ordinal));

        Assert.Equal([IncrementalStepRunReason.Modified], ContentReasons(second));
        Assert.Contains("string input", second.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_problem_stays_at_its_place_when_it_moves()
    {
        string wrong = Activity("A", "int", "int", "namespace App;", "[DurableTask(\"no name\")]");
        Generated first = Generated.From(wrong);

        Generated second = first.Edit("\n\n" + wrong);

        Assert.Equal(
            Assert.Single(first.Reported).Location.GetLineSpan().StartLinePosition.Line + 2,
            Assert.Single(second.Reported).Location.GetLineSpan().StartLinePosition.Line);
    }

    static IEnumerable<IncrementalStepRunReason> ContentReasons(Generated generated) => generated.Driver.GetRunResult().Results[0]
        .TrackedSteps[TaskGenerator.ContentStep].SelectMany(step => step.Outputs).Select(output => output.Reason);

    static IEnumerable<IncrementalStepRunReason> OutputReasons(Generated generated) => generated.Driver.GetRunResult().Results[0]
        .TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(step => step.Outputs).Select(output => output.Reason);
}
