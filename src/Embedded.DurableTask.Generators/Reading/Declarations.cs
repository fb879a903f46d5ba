using System.Collections.Immutable;

namespace Embedded.DurableTask.Generators.Reading;

/// <summary>What a project declares that the generated code depends on.</summary>
sealed record Declarations(
    ImmutableArray<Declared<TaskClass>> Tasks,
    ImmutableArray<Declared<EventType>> Events,
    ImmutableArray<DurableFunction> Functions);

/// <summary>A declaration and where to point at if something about its name or version is wrong.</summary>
sealed record Declared<T>(T Value, SourcePlace NamePlace, SourcePlace VersionPlace)
    where T : class;

enum TaskKind
{
    Orchestrator,
    Activity,
    Entity,
}

/// <summary>A class with [DurableTask].</summary>
/// <param name="Version">Empty for none.</param>
/// <param name="Namespace">Of the class; empty for the global one.</param>
/// <param name="TypeName">With the namespace, as generated code writes it.</param>
/// <param name="NestedName">Without the namespace, classes around it in front: Outer_Inner.</param>
/// <param name="Input">Type of the input, as generated code writes it; empty for an entity.</param>
/// <param name="Output">Type of the output, as generated code writes it; empty for an entity.</param>
/// <param name="Reach">From where its calls can be written: no farther than their input and output.</param>
/// <param name="IsUsable">Whether generated code can name the class.</param>
sealed record TaskClass(
    TaskKind Kind,
    string Name,
    string Version,
    bool IsVersionBlank,
    string Namespace,
    string TypeName,
    string NestedName,
    string Input,
    bool IsInputOptional,
    string Output,
    Reach Reach,
    bool IsUsable);

/// <summary>A type with [DurableEvent].</summary>
/// <param name="Namespace">Of the type; empty for the global one.</param>
/// <param name="TypeName">With the namespace, as generated code writes it.</param>
/// <param name="IsUsable">Whether generated code can name the type.</param>
sealed record EventType(string Name, string Namespace, string TypeName, Reach Reach, bool IsUsable);

/// <summary>A method with [Function] and a durable trigger.</summary>
/// <param name="Input">Type of an activity's input, as generated code writes it.</param>
/// <param name="InputName">Name of that parameter.</param>
/// <param name="Output">Type of an activity's output, as generated code writes it; empty for none.</param>
/// <param name="Reach">From where its calls can be written: no farther than its input and output.</param>
sealed record DurableFunction(TaskKind Kind, string Name, string Input, string InputName, string Output, Reach Reach);
