using System.Text;
using Microsoft.Azure.Functions.Worker.Converters;

namespace Embedded.Functions.Binding.Converters;

/// <summary>Turns text into its bytes in UTF-8.</summary>
internal sealed class StringToByteConverter : IInputConverter
{
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) =>
        new(context.Source is string text && context.TargetType.IsAssignableFrom(typeof(byte[]))
            ? ConversionResult.Success(Encoding.UTF8.GetBytes(text))
            : ConversionResult.Unhandled());
}
