using System.Collections;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Invocation;

internal sealed class InvocationFeatures : IInvocationFeatures
{
    Dictionary<Type, object>? _features;

    public T? Get<T>() => _features is not null && _features.TryGetValue(typeof(T), out object? feature) ? (T)feature : default;

    public void Set<T>(T? instance)
    {
        if (instance is null)
        {
            _features?.Remove(typeof(T));
        }
        else
        {
            (_features ??= [])[typeof(T)] = instance;
        }
    }

    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => (_features ?? []).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
