using System.Collections.Immutable;
using Microsoft.Azure.Functions.Worker;

namespace Embedded.Functions.Tests.Api;

/// <summary>A function without parameters and bindings.</summary>
internal sealed class FakeDefinition : FunctionDefinition
{
    public override ImmutableArray<FunctionParameter> Parameters => [];

    public override string PathToAssembly => "Fake.dll";

    public override string EntryPoint => "Fakes.Fake.Run";

    public override string Id => "function";

    public override string Name => "Fake";

    public override IImmutableDictionary<string, BindingMetadata> InputBindings => ImmutableDictionary<string, BindingMetadata>.Empty;

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings => ImmutableDictionary<string, BindingMetadata>.Empty;
}
