using Embedded.DurableTask.Generators.Reading;

namespace Embedded.DurableTask.Generators.Writing;

/// <summary>Methods that wait for an event, and send it to another instance.</summary>
static class EventMethods
{
    public static string Write(EventType type)
    {
        string access = Literals.Keyword(type.Reach);
        string name = Literals.Quote(type.Name);
        return $$"""
                    /// <summary>Waits for an external event of type <see cref="{{type.TypeName}}"/>.</summary>
                    /// <inheritdoc cref="global::Microsoft.DurableTask.TaskOrchestrationContext.WaitForExternalEvent{T}(string, global::System.Threading.CancellationToken)"/>
                    {{access}} static global::System.Threading.Tasks.Task<{{type.TypeName}}> WaitFor{{type.Name}}Async(
                        this global::Microsoft.DurableTask.TaskOrchestrationContext context,
                        global::System.Threading.CancellationToken cancellationToken = default)
                    {
                        return context.WaitForExternalEvent<{{type.TypeName}}>({{name}}, cancellationToken);
                    }

                    /// <summary>Sends an external event of type <see cref="{{type.TypeName}}"/> to another orchestration instance.</summary>
                    /// <inheritdoc cref="global::Microsoft.DurableTask.TaskOrchestrationContext.SendEvent(string, string, object)"/>
                    {{access}} static void Send{{type.Name}}(
                        this global::Microsoft.DurableTask.TaskOrchestrationContext context,
                        string instanceId,
                        {{type.TypeName}} eventData)
                    {
                        context.SendEvent(instanceId, {{name}}, eventData);
                    }
            """;
    }
}
