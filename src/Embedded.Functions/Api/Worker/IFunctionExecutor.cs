namespace Microsoft.Azure.Functions.Worker.Invocation;

/// <summary>Binds and calls a function, at the end of the middleware.</summary>
public interface IFunctionExecutor
{
    ValueTask ExecuteAsync(FunctionContext context);
}
