using Embedded.Functions.Triggers;
using Microsoft.Azure.Functions.Worker;

namespace Microsoft.DurableTask;

/// <summary>What an orchestration can do because it is a function.</summary>
public static partial class TaskOrchestrationContextExtensionMethods
{
    /// <summary>The invocation's context; null when the orchestration is no function.</summary>
    public static FunctionContext? GetFunctionContext(this TaskOrchestrationContext context) =>
        (context as FunctionsOrchestrationContext)?.FunctionContext;
}
