using Microsoft.CodeAnalysis;

namespace Embedded.DurableTask.Generators.Reading;

/// <summary>From where a type can be named.</summary>
enum Reach
{
    /// <summary>Not from generated code: private, protected, or of one file.</summary>
    Hidden,

    /// <summary>From its assembly.</summary>
    Internal,

    /// <summary>From everywhere.</summary>
    Public,
}

/// <summary>How generated code writes types, and which it can write.</summary>
static class TypeNames
{
    static readonly SymbolDisplayFormat Qualified = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    static readonly SymbolDisplayFormat NamespaceOnly = Qualified
        .WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted);

    public static string Write(ITypeSymbol type) => type.ToDisplayString(Qualified);

    public static string NamespaceOf(ITypeSymbol type)
        => type.ContainingNamespace.IsGlobalNamespace ? string.Empty : type.ContainingNamespace.ToDisplayString(NamespaceOnly);

    /// <summary>Name without namespace, joined with underscores to those of the types around it.</summary>
    public static string NestedName(INamedTypeSymbol type)
        => type.ContainingType is { } outer ? NestedName(outer) + "_" + type.Name : type.Name;

    /// <summary>Whether the type can take null, however it says so.</summary>
    public static bool IsNullable(ITypeSymbol type)
        => type.NullableAnnotation == NullableAnnotation.Annotated
            || type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T;

    /// <summary>Whether generated code can name the type without knowing type arguments.</summary>
    public static bool IsUsable(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? around = type; around is not null; around = around.ContainingType)
        {
            if (around.TypeParameters.Length > 0)
            {
                return false;
            }
        }

        return ReachOf(type) != Reach.Hidden;
    }

    public static Reach ReachOf(params ITypeSymbol[] types) => types.Select(ReachOf).Min();

    public static Reach ReachOf(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => ReachOf(array.ElementType),
        INamedTypeSymbol named => ReachOf(named),
        _ => Reach.Public,
    };

    static Reach ReachOf(INamedTypeSymbol type)
    {
        Reach reach = type switch
        {
            { IsFileLocal: true } => Reach.Hidden,
            { IsTupleType: true } => Reach.Public,
            { TypeKind: TypeKind.Error } => Reach.Public,
            { DeclaredAccessibility: Accessibility.Public } => Reach.Public,
            { DeclaredAccessibility: Accessibility.Internal or Accessibility.ProtectedOrInternal } => Reach.Internal,
            _ => Reach.Hidden,
        };
        if (type.ContainingType is { } outer)
        {
            reach = Min(reach, ReachOf(outer));
        }

        return type.TypeArguments.Where(argument => argument is not ITypeParameterSymbol).Select(ReachOf).Aggregate(reach, Min);
    }

    static Reach Min(Reach a, Reach b) => a < b ? a : b;
}
