using Microsoft.DurableTask;

namespace DurableTask.Core;

/// <summary>Description of a failure, as it appears in histories.</summary>
public class FailureDetails : IEquatable<FailureDetails>
{
    public FailureDetails(
        string errorType,
        string errorMessage,
        string? stackTrace,
        FailureDetails? innerFailure,
        bool isNonRetriable,
        IDictionary<string, object?>? properties = null)
    {
        ErrorType = errorType;
        ErrorMessage = errorMessage;
        StackTrace = stackTrace;
        InnerFailure = innerFailure;
        IsNonRetriable = isNonRetriable;
        Properties = properties;
    }

    public FailureDetails(
        string errorType, string errorMessage, string? stackTrace, FailureDetails? innerFailure, bool isNonRetriable)
        : this(errorType, errorMessage, stackTrace, innerFailure, isNonRetriable, null)
    {
    }

    /// <summary>Describes an exception, with another cause than its inner exception.</summary>
    public FailureDetails(Exception e, FailureDetails innerFailure)
        : this(e, innerFailure, null)
    {
    }

    /// <summary>Describes an exception together with its inner exceptions.</summary>
    public FailureDetails(Exception e)
        : this(e, properties: null)
    {
    }

    /// <inheritdoc cref="FailureDetails(Exception)"/>
    public FailureDetails(Exception e, IDictionary<string, object?>? properties)
        : this(
            GetTypeName(e),
            e.Message,
            e.StackTrace,
            e.InnerException is { } inner ? new FailureDetails(inner) : null,
            false,
            properties)
    {
    }

    /// <inheritdoc cref="FailureDetails(Exception, FailureDetails)"/>
    public FailureDetails(Exception e, FailureDetails innerFailure, IDictionary<string, object?>? properties)
        : this(GetTypeName(e), e.Message, e.StackTrace, innerFailure, false, properties)
    {
    }

    /// <summary>Creates the description of no failure.</summary>
    public FailureDetails()
        : this("None", string.Empty, null, null, false, null)
    {
    }

    public string ErrorType { get; }

    public string ErrorMessage { get; }

    public string? StackTrace { get; }

    public FailureDetails? InnerFailure { get; }

    /// <summary>Whether there is no point in trying again.</summary>
    public bool IsNonRetriable { get; }

    public IDictionary<string, object?>? Properties { get; }

    /// <summary>Whether the failed exception is of the given type or derived from it.</summary>
    public bool IsCausedBy<T>()
        where T : Exception
        => TaskFailureDetails.FromCore(this).IsCausedBy<T>();

    public override string ToString() => $"{ErrorType}: {ErrorMessage}";

    /// <summary>Compares all but <see cref="IsNonRetriable"/> and <see cref="Properties"/>.</summary>
    public bool Equals(FailureDetails? other)
        => other is not null
            && ErrorType == other.ErrorType
            && ErrorMessage == other.ErrorMessage
            && StackTrace == other.StackTrace
            && Equals(InnerFailure, other.InnerFailure);

    public override bool Equals(object? obj) => Equals(obj as FailureDetails);

    public override int GetHashCode() => HashCode.Combine(ErrorType, ErrorMessage, StackTrace, InnerFailure);

    private static string GetTypeName(Exception exception) => exception.GetType().ToString();
}
