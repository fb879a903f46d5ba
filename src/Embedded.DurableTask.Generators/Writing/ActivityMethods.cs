using Embedded.DurableTask.Generators.Reading;

namespace Embedded.DurableTask.Generators.Writing;

/// <summary>Methods that call an activity: a class, or a function.</summary>
static class ActivityMethods
{
    public static string Write(TaskClass task, CallName call) => Write(
        task.Reach,
        $"<see cref=\"{task.TypeName}\"/>",
        call.Name,
        task.Output,
        Literals.Input(task),
        $"{Literals.Quote(task.Name)}, input, {Literals.Options(task, call, VersionMethods.ForActivity)}");

    public static string Write(DurableFunction function) => Write(
        function.Reach,
        $"<c>{function.Name}</c>",
        function.Name,
        function.Output,
        $"{function.Input} {function.InputName}",
        $"{Literals.Quote(function.Name)}, {function.InputName}, options");

    static string Write(Reach reach, string documentation, string name, string output, string input, string arguments)
    {
        string result = output.Length == 0 ? string.Empty : $"<{output}>";
        return $$"""
                    /// <summary>Calls the {{documentation}} activity.</summary>
                    /// <inheritdoc cref="global::Microsoft.DurableTask.TaskOrchestrationContext.CallActivityAsync(global::Microsoft.DurableTask.TaskName, object?, global::Microsoft.DurableTask.TaskOptions?)"/>
                    {{Literals.Keyword(reach)}} static global::System.Threading.Tasks.Task{{result}} Call{{name}}Async(
                        this global::Microsoft.DurableTask.TaskOrchestrationContext ctx,
                        {{input}},
                        global::Microsoft.DurableTask.TaskOptions? options = null)
                    {
                        return ctx.CallActivityAsync{{result}}({{arguments}});
                    }
            """;
    }
}
