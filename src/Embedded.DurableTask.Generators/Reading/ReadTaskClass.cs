using Microsoft.CodeAnalysis;

namespace Embedded.DurableTask.Generators.Reading;

/// <summary>Reads a class with [DurableTask].</summary>
static class ReadTaskClass
{
    /// <summary>Null for a class that is abstract, or derives from none of the typed base classes.</summary>
    public static Declared<TaskClass>? From(GeneratorAttributeSyntaxContext found, CancellationToken cancellation)
    {
        var type = (INamedTypeSymbol)found.TargetSymbol;
        AttributeData attribute = found.Attributes[0];
        if (type.IsAbstract || FindBase(type) is not (var kind, { } taskBase))
        {
            return null;
        }

        string version = AttributeArguments.Property(attribute, "Version") ?? string.Empty;
        bool isVersionBlank = version.Length > 0 && string.IsNullOrWhiteSpace(version);
        ITypeSymbol? input = kind == TaskKind.Entity ? null : taskBase.TypeArguments[0];
        ITypeSymbol? output = kind == TaskKind.Entity ? null : taskBase.TypeArguments[1];
        var task = new TaskClass(
            kind,
            AttributeArguments.Name(attribute) ?? type.Name,
            isVersionBlank ? string.Empty : version,
            isVersionBlank,
            TypeNames.NamespaceOf(type),
            TypeNames.Write(type),
            TypeNames.NestedName(type),
            input is null ? string.Empty : TypeNames.Write(input),
            input is not null && TypeNames.IsNullable(input),
            output is null ? string.Empty : TypeNames.Write(output),
            input is null || output is null ? Reach.Public : TypeNames.ReachOf(input, output),
            TypeNames.IsUsable(type));
        return new Declared<TaskClass>(
            task,
            AttributeArguments.NamePlace(attribute, type, cancellation),
            AttributeArguments.PropertyPlace(attribute, "Version", type, cancellation));
    }

    static (TaskKind Kind, INamedTypeSymbol Base)? FindBase(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? parent = type.BaseType; parent is not null; parent = parent.BaseType)
        {
            TaskKind? kind = (parent.ContainingNamespace.ToDisplayString(), parent.MetadataName) switch
            {
                ("Microsoft.DurableTask", "TaskOrchestrator`2") => TaskKind.Orchestrator,
                ("Microsoft.DurableTask", "TaskActivity`2") => TaskKind.Activity,
                ("Microsoft.DurableTask.Entities", "TaskEntity`1") => TaskKind.Entity,
                _ => null,
            };
            if (kind is { } known)
            {
                return (known, parent);
            }
        }

        return null;
    }
}
