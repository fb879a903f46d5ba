using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Discovery;

/// <summary>What makes a function run.</summary>
/// <param name="Parameter">The parameter that takes what the trigger delivers.</param>
internal abstract record FunctionTrigger(string Parameter)
{
    /// <summary>The official name of the binding.</summary>
    public abstract string BindingType { get; }
}

/// <param name="Template">The route, without the app's prefix; its segments' names are the function's route values.</param>
/// <param name="Methods">Upper case; empty for all.</param>
internal sealed record HttpFunctionTrigger(
    string Parameter, string Template, IReadOnlyList<string> Methods, AuthorizationLevel Level) : FunctionTrigger(Parameter)
{
    public override string BindingType => "httpTrigger";
}

/// <param name="Input">The parameter that takes the orchestration's input, if there is one.</param>
internal sealed record OrchestrationFunctionTrigger(string Parameter, string TaskName, string? Version, FunctionParameter? Input)
    : FunctionTrigger(Parameter)
{
    public override string BindingType => "orchestrationTrigger";
}

internal sealed record ActivityFunctionTrigger(string Parameter, string TaskName, string? Version, Type InputType) : FunctionTrigger(Parameter)
{
    public override string BindingType => "activityTrigger";
}

internal sealed record EntityFunctionTrigger(string Parameter, string TaskName) : FunctionTrigger(Parameter)
{
    public override string BindingType => "entityTrigger";
}
