using System.Diagnostics;
using Embedded.Functions.Discovery;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Invocation;
using Microsoft.Extensions.DependencyInjection;

namespace Embedded.Functions.Invocation;

/// <summary>One invocation of a function. Its services are made when they are asked for, and go with it.</summary>
internal sealed class HostedFunctionContext : FunctionContext, IAsyncDisposable
{
    readonly IServiceScopeFactory _scopes;
    AsyncServiceScope? _scope;
    IServiceProvider? _services;
    Binding? _binding;
    TraceContext? _trace;

    public HostedFunctionContext(
        IServiceScopeFactory scopes,
        IFunctionExecutor executor,
        HostedFunction function,
        CancellationToken cancellation,
        Func<IReadOnlyDictionary<string, object?>>? readTriggerData = null)
    {
        _scopes = scopes;
        Executor = executor;
        Function = function;
        CancellationToken = cancellation;
        Bindings = new FunctionBindings(readTriggerData ?? FunctionBindings.NoTriggerData);
        Features.Set(Bindings);
    }

    public IFunctionExecutor Executor { get; }

    public HostedFunction Function { get; }

    public FunctionBindings Bindings { get; }

    public override string InvocationId => field ??= Guid.NewGuid().ToString();

    public override string FunctionId => Function.Id;

    public override FunctionDefinition FunctionDefinition => Function;

    /// <summary>The trace that the event came with, where there is no span of this process for it.</summary>
    public (string Parent, string? State)? IncomingTrace { get; set; }

    public override TraceContext TraceContext => _trace ??= new Trace(Activity.Current, IncomingTrace);

    public override BindingContext BindingContext => _binding ??= new Binding(Bindings);

    /// <summary>Null, as with the official worker for functions without a retry policy of the host: none of these triggers has one.</summary>
    public override RetryContext RetryContext => null!;

    public override IDictionary<object, object> Items { get => field ??= new Dictionary<object, object>(); set; } = null!;

    public override IInvocationFeatures Features { get; } = new InvocationFeatures();

    public override CancellationToken CancellationToken { get; }

    public override IServiceProvider InstanceServices
    {
        get => _services ??= (_scope = _scopes.CreateAsyncScope()).Value.ServiceProvider;
        set => _services = value;
    }

    /// <summary>What still runs although its time is over; its services stay for as long as it does.</summary>
    public Task? RunsOn { get; set; }

    public ValueTask DisposeAsync() => RunsOn is null ? DisposeScopeAsync() : default;

    public ValueTask DisposeScopeAsync()
    {
        AsyncServiceScope? scope = _scope;
        _scope = null;
        _services = null;
        return scope?.DisposeAsync() ?? default;
    }

    sealed class Binding(FunctionBindings bindings) : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData => bindings.TriggerData;
    }

    sealed class Trace(Activity? activity, (string Parent, string? State)? incoming) : TraceContext
    {
        public override string TraceParent { get; } = activity?.Id ?? incoming?.Parent ?? string.Empty;

        public override string TraceState { get; } = (activity is null ? incoming?.State : activity.TraceStateString) ?? string.Empty;

        public override IReadOnlyDictionary<string, string> Baggage { get; } = activity is null
            ? new Dictionary<string, string>()
            : activity.Baggage.Where(b => b.Value is not null).DistinctBy(b => b.Key).ToDictionary(b => b.Key, b => b.Value!);
    }
}
