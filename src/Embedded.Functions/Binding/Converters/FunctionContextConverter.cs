using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;

namespace Embedded.Functions.Binding.Converters;

/// <summary>Hands the invocation's context to a parameter that asks for it.</summary>
internal sealed class FunctionContextConverter : IInputConverter
{
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) =>
        new(context.TargetType == typeof(FunctionContext)
            ? ConversionResult.Success(context.FunctionContext)
            : ConversionResult.Unhandled());
}
