using Microsoft.CodeAnalysis;

namespace Embedded.DurableTask.Generators.Reading;

/// <summary>Reads a type with [DurableEvent].</summary>
static class ReadEventType
{
    /// <summary>Null for an abstract class.</summary>
    public static Declared<EventType>? From(GeneratorAttributeSyntaxContext found, CancellationToken cancellation)
    {
        var type = (INamedTypeSymbol)found.TargetSymbol;
        if (type.IsAbstract)
        {
            return null;
        }

        AttributeData attribute = found.Attributes[0];
        SourcePlace place = AttributeArguments.NamePlace(attribute, type, cancellation);
        var read = new EventType(
            AttributeArguments.Name(attribute) ?? type.Name,
            TypeNames.NamespaceOf(type),
            TypeNames.Write(type),
            TypeNames.ReachOf(type),
            TypeNames.IsUsable(type));
        return new Declared<EventType>(read, place, place);
    }
}
