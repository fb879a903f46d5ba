namespace Microsoft.Azure.Functions.Worker;

/// <summary>Something around the call of a function failed, rather than the function itself.</summary>
public class FunctionWorkerException : Exception
{
    public FunctionWorkerException(string? message)
        : base(message)
    {
    }

    public FunctionWorkerException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
