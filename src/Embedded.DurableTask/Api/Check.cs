using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Microsoft.DurableTask;

/// <summary>Argument checks shared by the whole API surface.</summary>
internal static class Check
{
    public static void Argument(bool condition, string name, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message, name);
        }
    }

    public static T NotNull<T>([NotNull] T? argument, [CallerArgumentExpression(nameof(argument))] string? name = null)
        where T : class
        => argument ?? throw new ArgumentNullException(name);

    /// <summary>Refuses null, the empty string and strings which begin with the NUL character.</summary>
    public static string NotNullOrEmpty(
        [NotNull] string? argument, [CallerArgumentExpression(nameof(argument))] string? name = null)
    {
        NotNull(argument, name);
        return argument.Length > 0 && argument[0] != '\0'
            ? argument
            : throw new ArgumentException("The value must not be empty nor begin with a null character.", name);
    }

    public static T NotDefault<T>(T argument, [CallerArgumentExpression(nameof(argument))] string? name = null)
        where T : struct
        => EqualityComparer<T>.Default.Equals(argument, default)
            ? throw new ArgumentException($"The default value of '{typeof(T)}' is not allowed here.", name)
            : argument;

    /// <summary>Refuses instance IDs in the range which belongs to entities, unless entities are switched off.</summary>
    public static void NotEntity(
        bool entitySupport, string? instanceId, [CallerArgumentExpression(nameof(instanceId))] string? name = null)
    {
        if (entitySupport && instanceId is ['@', ..])
        {
            throw new ArgumentException(
                "An orchestration instance ID must not begin with '@' while entity support is enabled: "
                + "such IDs are reserved for entities.",
                name);
        }
    }

    public static void ConcreteType<TImplements>(
        [NotNull] Type? argument, [CallerArgumentExpression(nameof(argument))] string? name = null)
    {
        NotNull(argument, name);
        if (!argument.IsClass || argument.IsAbstract || !argument.IsAssignableTo(typeof(TImplements)))
        {
            throw new ArgumentException(
                $"'{argument}' cannot be used here: it must be a non-abstract class which is a '{typeof(TImplements)}'.",
                name);
        }
    }
}
