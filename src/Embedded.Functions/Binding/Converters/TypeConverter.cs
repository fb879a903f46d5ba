using Microsoft.Azure.Functions.Worker.Converters;

namespace Embedded.Functions.Binding.Converters;

/// <summary>Leaves an input as it is, if the parameter can take it so.</summary>
internal sealed class TypeConverter : IInputConverter
{
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) =>
        new(context.TargetType.IsInstanceOfType(context.Source)
            ? ConversionResult.Success(context.Source)
            : ConversionResult.Unhandled());
}
