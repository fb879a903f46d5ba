using System.Collections.Immutable;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Discovery;

/// <summary>The code of a function: values for its parameters in, its result out; null for a function that returns nothing.</summary>
internal delegate ValueTask<object?> FunctionBody(FunctionContext context, object?[] arguments);

/// <summary>A function of the app, and all that is known of it before it runs.</summary>
internal sealed class HostedFunction : FunctionDefinition
{
    public const string ReturnValue = "$return";

    readonly ImmutableDictionary<string, BindingMetadata> _inputs;
    readonly ImmutableDictionary<string, BindingMetadata> _outputs = ImmutableDictionary<string, BindingMetadata>.Empty;

    public HostedFunction(string name, Type declaringType, string member, FunctionTrigger trigger, IEnumerable<FunctionParameter> parameters)
    {
        Name = name;
        EntryPoint = $"{declaringType.FullName}.{member}";
        PathToAssembly = declaringType.Assembly.Location;
        Trigger = trigger;
        Parameters = [.. parameters];
        _inputs = ImmutableDictionary<string, BindingMetadata>.Empty
            .Add(trigger.Parameter, new HostedBinding(trigger.Parameter, trigger.BindingType, BindingDirection.In));
    }

    public FunctionTrigger Trigger { get; }

    /// <summary>Makes the body, once services are there to make instances with.</summary>
    public required Func<IFunctionActivator, FunctionBody> Body { get; init; }

    /// <summary>The parameters that take a durable client.</summary>
    public ImmutableArray<string> Clients
    {
        get;
        init
        {
            field = value;
            _inputs = _inputs.AddRange(value.Select(name => KeyValuePair.Create<string, BindingMetadata>(
                name, new HostedBinding(name, "durableClient", BindingDirection.In))));
        }
    } = [];

    /// <summary>What the HTTP response is made of: <c>$return</c>, or the property of the returned object that holds it. Null: nothing is returned.</summary>
    public string? Response
    {
        get;
        init
        {
            field = value;
            _outputs = value is null
                ? ImmutableDictionary<string, BindingMetadata>.Empty
                : _outputs.Add(value, new HostedBinding(value, "http", BindingDirection.Out));
        }
    }

    public override string Name { get; }

    /// <summary>Stable from one start to the next, unlike the official one, which is as good as random.</summary>
    public override string Id => Name;

    public override string PathToAssembly { get; }

    public override string EntryPoint { get; }

    public override ImmutableArray<FunctionParameter> Parameters { get; }

    public override IImmutableDictionary<string, BindingMetadata> InputBindings => _inputs;

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings => _outputs;

    sealed class HostedBinding(string name, string type, BindingDirection direction) : BindingMetadata
    {
        public override string Name => name;

        public override string Type => type;

        public override BindingDirection Direction => direction;
    }
}
