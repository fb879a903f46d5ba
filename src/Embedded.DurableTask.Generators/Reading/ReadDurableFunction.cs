using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Embedded.DurableTask.Generators.Reading;

/// <summary>Reads a method with [Function].</summary>
static class ReadDurableFunction
{
    /// <summary>Null for a method without a durable trigger.</summary>
    public static DurableFunction? From(GeneratorAttributeSyntaxContext found)
    {
        var method = (IMethodSymbol)found.TargetSymbol;
        if (AttributeArguments.Name(found.Attributes[0]) is not { } name)
        {
            return null;
        }

        foreach (IParameterSymbol parameter in method.Parameters)
        {
            if (parameter.GetAttributes().Select(TriggerKind).FirstOrDefault(kind => kind is not null) is { } trigger)
            {
                return Read(trigger, name, parameter, Result(method.ReturnType));
            }
        }

        return null;
    }

    static DurableFunction Read(TaskKind kind, string name, IParameterSymbol parameter, ITypeSymbol? result) => new(
        kind,
        name,
        TypeNames.Write(parameter.Type.SpecialType == SpecialType.System_Object
            ? parameter.Type.WithNullableAnnotation(NullableAnnotation.Annotated)
            : parameter.Type),
        ParameterName(parameter.Name),
        result is null ? string.Empty : TypeNames.Write(result),
        result is null ? TypeNames.ReachOf(parameter.Type) : TypeNames.ReachOf(parameter.Type, result));

    static TaskKind? TriggerKind(AttributeData attribute) => attribute.AttributeClass?.ToDisplayString() switch
    {
        "Microsoft.Azure.Functions.Worker.OrchestrationTriggerAttribute" => TaskKind.Orchestrator,
        "Microsoft.Azure.Functions.Worker.ActivityTriggerAttribute" => TaskKind.Activity,
        "Microsoft.Azure.Functions.Worker.EntityTriggerAttribute" => TaskKind.Entity,
        _ => null,
    };

    static ITypeSymbol? Result(ITypeSymbol returned) => returned switch
    {
        { SpecialType: SpecialType.System_Void } => null,
        INamedTypeSymbol { Name: "Task" or "ValueTask" } task
            when task.ContainingNamespace.ToDisplayString() == "System.Threading.Tasks" => task.TypeArguments.FirstOrDefault(),
        _ => returned,
    };

    // The other parameters of the generated method have their names already.
    static string ParameterName(string name) => name switch
    {
        "ctx" or "options" => "input",
        _ when SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None => "@" + name,
        _ => name,
    };
}
