using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.DurableTask.Entities;
using Microsoft.DurableTask.Worker;
using CoreExceptions = DurableTask.Core.Exceptions;
using CoreFailureDetails = DurableTask.Core.FailureDetails;

namespace Microsoft.DurableTask;

/// <summary>Serializable description of an exception which made a task fail.</summary>
/// <param name="ErrorType">Full name of the exception type, or a symbolic name for errors of the runtime.</param>
/// <param name="ErrorMessage">Message of the exception.</param>
/// <param name="StackTrace">Stack trace, if there is one.</param>
/// <param name="InnerFailure">The cause of this failure, if known.</param>
/// <param name="Properties">Additional data from an <see cref="IExceptionPropertiesProvider"/>.</param>
public record TaskFailureDetails(
    string ErrorType,
    string ErrorMessage,
    string? StackTrace,
    TaskFailureDetails? InnerFailure,
    IDictionary<string, object?>? Properties)
{
    /// <summary>Whether the failed exception is of the given type or derived from it.</summary>
    /// <exception cref="AmbiguousMatchException">Several loaded assemblies define the type.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool IsCausedBy<T>()
        where T : Exception
        => IsCausedBy(typeof(T), Assembly.GetCallingAssembly());

    /// <inheritdoc cref="IsCausedBy{T}"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool IsCausedBy(Type targetBaseExceptionType)
    {
        Check.NotNull(targetBaseExceptionType);
        Check.Argument(
            targetBaseExceptionType.IsAssignableTo(typeof(Exception)),
            nameof(targetBaseExceptionType),
            $"'{targetBaseExceptionType}' is not an exception type.");
        return IsCausedBy(targetBaseExceptionType, Assembly.GetCallingAssembly());
    }

    /// <summary>Describes an exception together with its inner exceptions.</summary>
    public static TaskFailureDetails FromException(Exception exception) => FromException(exception, null);

    public override string ToString() => $"{ErrorType}: {ErrorMessage}";

    internal static TaskFailureDetails FromException(Exception exception, IExceptionPropertiesProvider? properties)
    {
        Check.NotNull(exception);

        if (exception is CoreExceptions.OrchestrationException { FailureDetails: { } core })
        {
            return FromCore(core);
        }

        // Failures of other tasks bring the details of the original exception, which was thrown elsewhere.
        var failure = exception switch
        {
            TaskFailedException task => task.FailureDetails,
            EntityOperationFailedException operation => operation.FailureDetails,
            _ => null,
        };

        return new(
            exception.GetType().ToString(),
            exception.Message,
            exception.StackTrace,
            failure ?? (exception.InnerException is { } inner ? FromException(inner, properties) : null),
            GetProperties(exception, properties) ?? failure?.Properties);
    }

    /// <summary>Whether the runtime itself refused the task, so that trying again cannot help.</summary>
    internal static bool IsNonRetriable(TaskFailureDetails details)
        => details.ErrorType is "ActivityTaskNotFound" or "OrchestratorTaskNotFound" or "EntityTaskNotFound"
            or "VersionMismatch" or "VersionError"
            or nameof(CoreExceptions.NonDeterministicOrchestrationException)
            || details.ErrorType == typeof(CoreExceptions.NonDeterministicOrchestrationException).FullName;

    internal static TaskFailureDetails FromCore(CoreFailureDetails details)
        => new(
            details.ErrorType,
            details.ErrorMessage,
            details.StackTrace,
            details.InnerFailure is { } inner ? FromCore(inner) : null,
            details.Properties);

    internal CoreFailureDetails ToCore()
        => new(ErrorType, ErrorMessage, StackTrace, InnerFailure?.ToCore(), IsNonRetriable(this), Properties);

    private static IDictionary<string, object?>? GetProperties(Exception exception, IExceptionPropertiesProvider? provider)
    {
        try
        {
            return provider?.GetExceptionProperties(exception);
        }
        catch (Exception)
        {
            // A faulty provider must not hide the failure which is being described.
            return null;
        }
    }

    private bool IsCausedBy(Type target, Assembly caller)
        => !string.IsNullOrEmpty(ErrorType) && target.IsAssignableFrom(FindErrorType(target, caller));

    private Type? FindErrorType(Type target, Assembly caller)
    {
        if ((Type.GetType(ErrorType) ?? target.Assembly.GetType(ErrorType) ?? caller.GetType(ErrorType)) is { } type)
        {
            return type;
        }

        Type[] candidates = [.. AppDomain.CurrentDomain.GetAssemblies().Select(a => a.GetType(ErrorType)).OfType<Type>()];
        return candidates.Length <= 1
            ? candidates.FirstOrDefault()
            : throw new AmbiguousMatchException($"More than one exception type is named '{ErrorType}'.");
    }
}
