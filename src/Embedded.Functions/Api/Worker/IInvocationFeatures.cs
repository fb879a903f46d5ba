namespace Microsoft.Azure.Functions.Worker;

/// <summary>The features of one invocation by their type.</summary>
public interface IInvocationFeatures : IEnumerable<KeyValuePair<Type, object>>
{
    void Set<T>(T instance);

    /// <summary>The feature; <see langword="null"/> if there is none.</summary>
    T? Get<T>();
}
