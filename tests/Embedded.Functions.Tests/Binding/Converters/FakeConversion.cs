using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;

namespace Embedded.Functions.Tests.Binding.Converters;

/// <summary>An input on its way to a parameter.</summary>
internal sealed class FakeConversion(Type target, object? source, FunctionContext context) : ConverterContext
{
    public override Type TargetType => target;

    public override object? Source => source;

    public override FunctionContext FunctionContext => context;

    public override IReadOnlyDictionary<string, object> Properties { get; } =
        new Dictionary<string, object> { ["bindingAttribute"] = new FunctionAttribute("a") };
}
