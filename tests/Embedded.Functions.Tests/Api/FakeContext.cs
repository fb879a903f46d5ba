using System.Collections;
using Azure.Core.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Embedded.Functions.Tests.Api;

/// <summary>An invocation with services and features, and nothing else.</summary>
internal sealed class FakeContext : FunctionContext
{
    /// <param name="serializer">The worker's serializer; none by default.</param>
    /// <param name="cancellationToken">The invocation's cancellation.</param>
    public FakeContext(ObjectSerializer? serializer = null, CancellationToken cancellationToken = default)
    {
        CancellationToken = cancellationToken;
        InstanceServices = new ServiceCollection()
            .AddLogging()
            .Configure<WorkerOptions>(options => options.Serializer = serializer)
            .BuildServiceProvider();
    }

    public override string InvocationId => "invocation";

    public override string FunctionId => "function";

    public override TraceContext TraceContext => throw new NotSupportedException();

    public override BindingContext BindingContext => throw new NotSupportedException();

    public override RetryContext RetryContext => throw new NotSupportedException();

    public override IServiceProvider InstanceServices { get; set; }

    public override FunctionDefinition FunctionDefinition => Definition;

    public FakeDefinition Definition { get; init; } = new();

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features { get; } = new FakeFeatures();

    public override CancellationToken CancellationToken { get; }

    sealed class FakeFeatures : IInvocationFeatures
    {
        readonly Dictionary<Type, object> _features = [];

        public void Set<T>(T instance) => _features[typeof(T)] = instance!;

        public T? Get<T>() => _features.TryGetValue(typeof(T), out var feature) ? (T)feature : default;

        public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _features.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
