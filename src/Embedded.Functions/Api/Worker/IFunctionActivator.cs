namespace Microsoft.Azure.Functions.Worker;

/// <summary>Creates the instances that functions are called on.</summary>
public interface IFunctionActivator
{
    object? CreateInstance(Type instanceType, FunctionContext context);
}
