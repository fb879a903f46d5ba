namespace Microsoft.Azure.Functions.Worker.Middleware;

/// <summary>Runs around every invocation.</summary>
public interface IFunctionsWorkerMiddleware
{
    /// <summary>Runs, and calls <paramref name="next"/> unless the function shall not be called.</summary>
    Task Invoke(FunctionContext context, FunctionExecutionDelegate next);
}
