using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Embedded.Functions.Tests.Api;

/// <summary>Writes a type as the lines that surface.txt has of it: one that says what it is, and one for each public or protected member.</summary>
internal static class SurfacePrinter
{
    const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string NameOf(Type type) => $"{type.Namespace}.{TypeNames.Of(type)}";

    public static IEnumerable<string> Print(Type type) =>
        Members(type).Select(member => $"{NameOf(type)} has {member}").Prepend($"{NameOf(type)} is {Declaration(type)}");

    static string Declaration(Type type)
    {
        if (type.IsEnum)
        {
            return $"enum {{ {string.Join(", ", Enum.GetNames(type).Select(name => $"{name}={(int)Enum.Parse(type, name)}"))} }}";
        }

        if (type.IsSubclassOf(typeof(Delegate)))
        {
            var invoke = type.GetMethod("Invoke")!;
            return $"delegate {TypeNames.Of(invoke.ReturnParameter)} ({Parameters(invoke)})";
        }

        var kind = type switch
        {
            { IsInterface: true } => "interface",
            { IsValueType: true } => "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        var bases = Bases(type).Select(TypeNames.Of).ToImmutableArray();
        return kind + (bases.IsEmpty ? "" : " : " + string.Join(", ", bases)) + Usage(type);
    }

    static IEnumerable<Type> Bases(Type type)
    {
        var inherited = type.BaseType?.GetInterfaces() ?? [];
        var interfaces = type.GetInterfaces().Except(inherited);
        return type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType)
            ? interfaces.Prepend(parent)
            : interfaces;
    }

    static string Usage(Type type)
    {
        var usage = type.GetCustomAttribute<AttributeUsageAttribute>(inherit: false);
        return usage is null ? "" : $" usable on {usage.ValidOn}" + (usage.AllowMultiple ? ", AllowMultiple" : "");
    }

    static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum || type.IsSubclassOf(typeof(Delegate)))
        {
            return [];
        }

        var constructors = type.GetConstructors(Declared)
            .Where(constructor => Shows(constructor) && !constructor.IsStatic)
            .Select(constructor => $"{Access(constructor)}.ctor({Parameters(constructor)})");
        var fields = type.GetFields(Declared).Where(field => field.IsPublic)
            .Select(field => $"const {TypeNames.Of(field.FieldType)} {field.Name} = \"{field.GetRawConstantValue()}\"");
        var methods = type.GetMethods(Declared).Where(method => Shows(method) && !method.IsSpecialName).Select(Method);
        return constructors.Concat(fields).Concat(type.GetProperties(Declared).Where(Shows).Select(Property)).Concat(methods);
    }

    static string Property(PropertyInfo property)
    {
        var getter = property.GetMethod!;
        var setter = property.SetMethod is { } set && Shows(set) ? " set;" : "";
        var obsolete = property.IsDefined(typeof(ObsoleteAttribute)) ? " obsolete" : "";
        return $"{Access(getter)}{Modifiers(getter)}{TypeNames.Of(property)} {property.Name} {{ get;{setter} }}{obsolete}";
    }

    static string Method(MethodInfo method)
    {
        var generic = method.IsGenericMethod
            ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>"
            : "";
        return $"{Access(method)}{Modifiers(method)}{TypeNames.Of(method.ReturnParameter)} {method.Name}{generic}({Parameters(method)})"
            + string.Concat(method.GetGenericArguments().Select(Constraints));
    }

    static string Constraints(Type argument)
    {
        string[] kinds = argument.GenericParameterAttributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint) ? ["class"] : [];
        var all = kinds.Concat(argument.GetGenericParameterConstraints().Select(TypeNames.Of)).ToImmutableArray();
        return all.IsEmpty ? "" : $" where {argument.Name} : {string.Join(", ", all)}";
    }

    static string Parameters(MethodBase method)
    {
        var text = string.Join(", ", method.GetParameters().Select(Parameter));
        return method.IsDefined(typeof(ExtensionAttribute)) ? "this " + text : text;
    }

    static string Parameter(ParameterInfo parameter)
    {
        var prefix = parameter switch
        {
            { IsOut: true } => "out ",
            _ when parameter.IsDefined(typeof(ParamArrayAttribute)) => "params ",
            _ => "",
        };
        return $"{prefix}{TypeNames.Of(parameter)} {parameter.Name}{Default(parameter)}";
    }

    static string Default(ParameterInfo parameter) => parameter switch
    {
        { HasDefaultValue: false } => "",
        { DefaultValue: null } when parameter.ParameterType.IsValueType => " = default",
        { DefaultValue: null } => " = null",
        { DefaultValue: bool value } => value ? " = true" : " = false",
        { DefaultValue: var value } => $" = {value}",
    };

    static bool Shows(PropertyInfo property) => property.GetMethod is { } getter && Shows(getter);

    static bool Shows(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    static string Modifiers(MethodInfo method) => method switch
    {
        { IsStatic: true } => "static ",
        { DeclaringType.IsInterface: true } => "",
        _ when method.GetBaseDefinition() != method => "override ",
        { IsAbstract: true } => "abstract ",
        { IsVirtual: true, IsFinal: false } => "virtual ",
        _ => "",
    };
}
