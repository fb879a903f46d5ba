using Embedded.DurableTask.Generators.Reading;

namespace Embedded.DurableTask.Generators.Writing;

/// <summary>Methods that start an orchestrator, and call it from another one.</summary>
static class OrchestratorMethods
{
    public static string Write(TaskClass task, CallName call)
    {
        string access = Literals.Keyword(task.Reach);
        string input = Literals.Input(task);
        string name = Literals.Quote(task.Name);
        return $$"""
                    /// <summary>Schedules a new instance of the <see cref="{{task.TypeName}}"/> orchestrator.</summary>
                    /// <inheritdoc cref="global::Microsoft.DurableTask.Internal.IOrchestrationSubmitter.ScheduleNewOrchestrationInstanceAsync"/>
                    {{access}} static global::System.Threading.Tasks.Task<string> ScheduleNew{{call.Name}}InstanceAsync(
                        this global::Microsoft.DurableTask.Internal.IOrchestrationSubmitter client,
                        {{input}},
                        global::Microsoft.DurableTask.StartOrchestrationOptions? options = null)
                    {
                        return client.ScheduleNewOrchestrationInstanceAsync({{name}}, input, {{Literals.Options(task, call, VersionMethods.ForStart)}});
                    }

                    /// <summary>Calls the <see cref="{{task.TypeName}}"/> sub-orchestrator.</summary>
                    /// <inheritdoc cref="global::Microsoft.DurableTask.TaskOrchestrationContext.CallSubOrchestratorAsync(global::Microsoft.DurableTask.TaskName, object?, global::Microsoft.DurableTask.TaskOptions?)"/>
                    {{access}} static global::System.Threading.Tasks.Task<{{task.Output}}> Call{{call.Name}}Async(
                        this global::Microsoft.DurableTask.TaskOrchestrationContext context,
                        {{input}},
                        global::Microsoft.DurableTask.TaskOptions? options = null)
                    {
                        return context.CallSubOrchestratorAsync<{{task.Output}}>({{name}}, input, {{Literals.Options(task, call, VersionMethods.ForSubOrchestrator)}});
                    }
            """;
    }
}
