namespace Microsoft.Azure.Functions.Worker.Middleware;

/// <summary>What comes next in the pipeline of an invocation.</summary>
public delegate Task FunctionExecutionDelegate(FunctionContext context);
