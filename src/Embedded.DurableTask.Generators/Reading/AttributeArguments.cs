using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Embedded.DurableTask.Generators.Reading;

/// <summary>What [DurableTask] and [DurableEvent] say, and where.</summary>
static class AttributeArguments
{
    /// <summary>The name given to the constructor; null if there is none.</summary>
    public static string? Name(AttributeData attribute)
        => attribute.ConstructorArguments.FirstOrDefault() is { IsNull: false, Value: string name } ? name : null;

    /// <summary>The value of a property; null if it is not set.</summary>
    public static string? Property(AttributeData attribute, string name)
        => attribute.NamedArguments.FirstOrDefault(argument => argument.Key == name).Value is { IsNull: false, Value: string value }
            ? value
            : null;

    /// <summary>Where the name is written: in the attribute, or else as that of the type.</summary>
    public static SourcePlace NamePlace(AttributeData attribute, ISymbol type, CancellationToken cancellation)
        => SourcePlace.Of(Argument(attribute, argument => argument.NameEquals is null, cancellation)?.Expression.GetLocation()
            ?? type.Locations[0]);

    /// <summary>Where a property is set; if it is not, where the type's name is.</summary>
    public static SourcePlace PropertyPlace(AttributeData attribute, string name, ISymbol type, CancellationToken cancellation)
        => SourcePlace.Of(Argument(attribute, argument => argument.NameEquals?.Name.Identifier.ValueText == name, cancellation)?.GetLocation()
            ?? type.Locations[0]);

    static AttributeArgumentSyntax? Argument(
        AttributeData attribute, Func<AttributeArgumentSyntax, bool> matches, CancellationToken cancellation)
        => attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) is AttributeSyntax { ArgumentList: { } list }
            ? list.Arguments.FirstOrDefault(matches)
            : null;
}
