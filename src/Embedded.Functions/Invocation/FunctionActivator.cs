using System.Collections.Concurrent;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Embedded.Functions.Invocation;

/// <summary>Makes the object whose method a function is, from the invocation's services.</summary>
internal sealed class FunctionActivator : IFunctionActivator
{
    readonly ConcurrentDictionary<Type, ObjectFactory> _factories = new();

    public object? CreateInstance(Type instanceType, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(instanceType);
        ArgumentNullException.ThrowIfNull(context);
        return _factories.GetOrAdd(instanceType, static type => ActivatorUtilities.CreateFactory(type, Type.EmptyTypes))(context.InstanceServices, null);
    }
}
