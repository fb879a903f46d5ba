using System.Collections.Immutable;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Tests.Api;

/// <summary>A function without parameters, with the given bindings.</summary>
internal sealed class FakeDefinition(params FakeBinding[] bindings) : FunctionDefinition
{
    public override ImmutableArray<FunctionParameter> Parameters => [];

    public override string PathToAssembly => "Fake.dll";

    public override string EntryPoint => "Fakes.Fake.Run";

    public override string Id => "function";

    public override string Name => "Fake";

    public override IImmutableDictionary<string, BindingMetadata> InputBindings => Of(BindingDirection.In);

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings => Of(BindingDirection.Out);

    ImmutableDictionary<string, BindingMetadata> Of(BindingDirection direction) =>
        bindings.Where(binding => binding.Direction == direction).ToImmutableDictionary(binding => binding.Name, BindingMetadata (binding) => binding);
}

internal sealed class FakeBinding(string name, string type, BindingDirection direction) : BindingMetadata
{
    public override string Name => name;

    public override string Type => type;

    public override BindingDirection Direction => direction;
}
