using System.Text;
using Microsoft.Azure.Functions.Worker.Converters;

namespace Embedded.Functions.Binding.Converters;

/// <summary>Turns bytes into text, or into an array of bytes.</summary>
internal sealed class MemoryConverter : IInputConverter
{
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) => new(Convert(context));

    static ConversionResult Convert(ConverterContext context)
    {
        if (context.Source is not ReadOnlyMemory<byte> bytes)
        {
            return ConversionResult.Unhandled();
        }

        if (context.TargetType.IsAssignableFrom(typeof(string)))
        {
            return ConversionResult.Success(Encoding.UTF8.GetString(bytes.Span));
        }

        return context.TargetType.IsAssignableFrom(typeof(byte[]))
            ? ConversionResult.Success(bytes.ToArray())
            : ConversionResult.Unhandled();
    }
}
